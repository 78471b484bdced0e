"""A congress with 100,000 suggestions, for the benchmark of pages; made once and kept.

Ten years of two terms with 10,000 suggestions a year, more than the National People's Congress gets. They
come in by the room's own import (``take_in``), promises by the engine's (``start_many``); letters get their
text and public copies their rows in bulk. Past years are closed; of the present one three in ten are closed,
half are being handled (some of them late) and two in ten wait for the hand-over.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SIZE = int(os.environ.get("RENDA_BENCH_SIZE", "100000"))
YEARS = 10
CHUNK = 5_000
DONE = "接到您的建议后，我局立即组织业务科室到现场勘查，与有关单位会商，并当面听取您的意见。" * 4
PLANNED = "下一步按照会商意见组织实施，资金列入年度计划，完工后请您到现场查看。" * 3
MADE = "bench.json"


def setup(home: Path) -> None:
    """Django on the data folder; the database is the folder's, or that of RENDA_DATABASE_URL."""
    os.environ["RENDA_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "renda.site.settings"
    import django

    django.setup()


def ensure(home: Path) -> dict[str, Any]:
    """The city in a data folder, built where it is not there yet: what it has and who may log in.

    Raises:
        SystemExit: the folder holds a city of another size.
    """
    kept = home / MADE
    if kept.exists():
        made: dict[str, Any] = json.loads(kept.read_text("utf-8"))
        if made["size"] != SIZE:
            raise SystemExit(f"{home} 里是 {made['size']} 件的库，要的是 {SIZE} 件：请换一个文件夹。")
        return made
    began = time.perf_counter()
    made = _build()
    kept.write_text(json.dumps(made, ensure_ascii=False, indent=1), "utf-8")
    print(f"建库 {SIZE} 件，{time.perf_counter() - began:.0f} 秒，留在 {home}", flush=True)
    return made


def _build() -> dict[str, Any]:
    from django.db import connection

    from renda.assembly.people import api as people
    from renda.business.motions import indexing
    from renda.business.motions.models import Reply
    from renda.demo import people as demo
    from renda.demo.driver import Driver
    from renda.kernel import clock
    from renda.kernel.record import api as record
    from renda.kernel.search import api as search
    from renda.site import upkeep

    upkeep.migrate()
    today = clock.today()
    rng = random.Random(2026)
    with clock.travel(dt.date(today.year, 1, 10)):
        city = demo.build(today.year, rng, deputies=460)
        driver = Driver(city, rng, today)
        driver.prepare()
        before = people.open_term(
            city.congress,
            13,
            city.begins.replace(year=city.begins.year - 5),
            ends=city.begins - dt.timedelta(days=1),
            actor=None,
        )
    a_year = SIZE // YEARS
    for back in reversed(range(YEARS)):
        term = city.term if back < YEARS // 2 else before
        first = (YEARS // 2 - 1 - back % (YEARS // 2)) * a_year + 1
        for start in range(first, first + a_year, CHUNK):
            serials = range(start, min(start + CHUNK, first + a_year))
            _year(driver, term, today.year - back, serials, rng)
        print(f"{today.year - back} 年", end=" ", flush=True)
    Reply.objects.filter(state="issued").update(signer="韩志远", done=DONE, planned=PLANNED)
    _promises(city, rng, today)
    search.index_many(indexing.KIND, indexing.documents())
    _publish()
    while record.seal():
        pass
    if connection.vendor == "postgresql":  # what autovacuum does by itself within minutes
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    organ = next(iter(city.organs.values()))
    return {
        "size": SIZE,
        "office": city.accounts["office"].pk,
        "deputy": city.deputy(city.seats[7]).pk,
        "organ": city.of_organ(organ).pk,
        "organ_id": organ.pk,
        "delegation_id": next(iter(city.delegations.values())).pk,
        "year": today.year,
    }


def _year(driver: Any, term: Any, year: int, serials: Sequence[int], rng: random.Random) -> None:
    """Bring a part of a year in, as a workbook would."""
    from benchmarks.search import texts
    from renda.business.motions.services.importing import Past, take_in
    from renda.kernel.record import api as record

    city, today = driver.city, driver.today
    organs, seats = [o.pk for o in city.organs.values()], city.seats
    classes, categories = list(driver.classes.values()), list(driver.categories.values())
    rows = []
    for serial, (title, text) in zip(serials, _longer(texts, year, serials), strict=False):
        lead, *others = rng.sample(seats, 1 + rng.choice((0, 0, 2, 3, 9)))
        submitted = dt.date(year, 1, 20) + dt.timedelta(days=rng.randrange(25 if serial % 5 else 150))
        submitted = min(submitted, today)
        handed = min(submitted + dt.timedelta(days=20), today)
        stage = (
            rng.choices(("closed", "handling", "registered"), (3, 5, 2))[0]
            if year == today.year
            else "closed"
        )
        replied = (
            min(handed + dt.timedelta(days=rng.randrange(30, 100)), today) if stage == "closed" else None
        )
        lead_organ, *joint = rng.sample(organs, 1 + rng.choice((0, 0, 0, 1, 2)))
        rows.append(
            Past(
                serial=serial,
                title=title[:100],
                text=text,
                lead=lead,
                cosigners=tuple(seat.person_id for seat in others),
                submitted_on=submitted,
                category=rng.choice(categories),
                organs=((lead_organ, "lead"), *((pk, "joint") for pk in joint))
                if stage != "registered"
                else (),  # type: ignore[arg-type]
                handed_over_on=None if stage == "registered" else handed,
                replied_on=replied,
                letter=f"安函〔{year}〕{serial}号" if replied else "",
                reply_class=rng.choice(classes) if replied else None,
                result=rng.choice(("satisfied", "satisfied", "basically", "")) if replied else "",
                consent=rng.choice(("all", "all", "title", "none")),
                kind="suggestion",
                origin=record.Origin.file("bench.xlsx", "", serial),
            )
        )
    take_in(rows, term, actor=city.accounts["office"])


def _longer(texts: Any, year: int, serials: Sequence[int]) -> Iterator[tuple[str, str]]:
    """Other texts each year, and alike in every run."""
    return itertools.islice(
        texts(SIZE), (year % YEARS) * (SIZE // YEARS) + serials[0] % (SIZE // YEARS), None
    )


def _promises(city: Any, rng: random.Random, today: dt.date) -> None:
    """Every third letter promises something: closed when its day is long over, one in fifty still open."""
    from renda.business.motions.models import Reply

    letters = Reply.objects.filter(state="issued").select_related("suggestion__lead", "assignment__organ")
    rows = letters.order_by("pk").iterator(chunk_size=2000)
    while chunk := list(itertools.islice(rows, 3 * CHUNK)):
        _promised(city, chunk[::3], rng, today)


def _promised(city: Any, letters: Sequence[Any], rng: random.Random, today: dt.date) -> None:
    from django.db import transaction

    from renda.assembly.ledger import entries
    from renda.assembly.ledger.models import Matter
    from renda.business.motions.models import Promise
    from renda.kernel import clock
    from renda.kernel.record import api as record
    from renda.kernel.workflow import api as workflow

    scope = f"congress:{city.congress.pk}"
    origin = record.Origin.job("bench")
    matters = [
        Matter(
            congress_id=city.congress.pk,
            kind="suggestion",
            source_kind="motions.suggestion",
            source_id=str(letter.suggestion_id),
            source_title=letter.suggestion.title,
            title=f"完成{letter.suggestion.title[2:20]}的整治",
            measure="现场已经整治，请代表到场查看",
            evidence_kind="photo",
            organ=letter.assignment.organ,
            supervisor=f"deputies_office@{scope}",
            asked_first=letter.suggestion.lead,
            due_on=letter.issued_on + dt.timedelta(days=180),
            created_at=letter.issued_at,
        )
        for letter in letters
    ]
    with transaction.atomic():
        Matter.objects.bulk_create(matters, batch_size=1000)
        lives = []
        for matter in matters:
            done = matter.due_on < today - dt.timedelta(days=30) and rng.randrange(50) > 0
            closed = clock.combine(matter.due_on, dt.time(10))
            told: list[tuple[record.Entry, dt.datetime]] = [
                (
                    entries.Opened(
                        matter.title, matter.organ.name, matter.due_on.isoformat(), matter.source_title
                    ),
                    matter.created_at,
                )
            ]
            if done:
                told.append(
                    (
                        entries.Closed(
                            matter.title,
                            matter.organ.name,
                            "到现场看过。",
                            in_time=True,
                            first_lookback=(matter.due_on + dt.timedelta(days=90)).isoformat(),
                        ),
                        closed,
                    )
                )
            clock_row = workflow.PastDeadline(
                "promise", matter.created_at.date(), matter.due_on, matter.due_on if done else None
            )
            lives.append(
                workflow.Past(
                    matter.ref,
                    "closed" if done else "open",
                    matter.created_at,
                    closed if done else matter.created_at,
                    told,
                    origin,
                    deadlines=[clock_row],
                )
            )
        cases = workflow.start_many("ledger.matter", scope, lives, actor=None)
        for matter, case in zip(matters, cases, strict=True):
            matter.case = case
        Matter.objects.bulk_update(matters, ["case"], batch_size=1000)
        Promise.objects.bulk_create(
            [
                Promise(
                    reply=letter,
                    text=matter.title,
                    organ=matter.organ,
                    due_on=matter.due_on,
                    measure=matter.measure,
                    evidence_kind=matter.evidence_kind,
                    matter=matter,
                )
                for letter, matter in zip(letters, matters, strict=True)
            ],
            batch_size=1000,
        )
        with workflow.quietly():
            for case in cases:
                if not case.is_final:
                    workflow.settle(case)


def _publish() -> None:
    """The public copies of what deputies consented to, as ``publish_suggestion`` writes them."""
    from django.db import transaction

    from renda.business.motions.models import Suggestion
    from renda.kernel import clock
    from renda.publishing.portal.models import Publication

    rows = Suggestion.objects.exclude(consent="none").select_related("case", "congress", "lead", "category")
    found = rows.prefetch_related("assignments__organ", "replies").order_by("pk").iterator(chunk_size=2000)
    while chunk := list(itertools.islice(found, CHUNK)):
        copies = []
        for row in chunk:
            full = row.consent == "all"
            submitted = row.submitted_at.astimezone(clock.TZ).date()
            letters = [letter for letter in row.replies.all() if letter.state == "issued"]
            copies.append(
                Publication(
                    key=f"suggestion:{row.pk}",
                    kind=row.kind,
                    number=row.number_text,
                    serial=row.serial,
                    year=submitted.year,
                    title=row.title,
                    congress=row.congress.name,
                    lead=row.lead.name,
                    category=row.category.label if row.category else "",
                    organs="、".join(a.organ.name for a in row.assignments.all())[:300],
                    state=row.case.state_label,
                    submitted_on=submitted,
                    replied_on=max((letter.issued_on for letter in letters), default=None),
                    parts=[{"label": "具体建议", "text": row.proposal}] if full else [],
                    replies=[
                        {
                            "organ": "承办单位",
                            "number": letter.number,
                            "signer": letter.signer,
                            "day": letter.issued_on.isoformat(),
                            "class": "",
                            "done": letter.done,
                            "planned": letter.planned,
                            "cannot": "",
                        }
                        for letter in letters
                        if full
                    ],
                    text="\n".join([row.title, row.number_text, row.proposal if full else ""]),
                    updated_at=clock.combine(
                        max((letter.issued_on for letter in letters), default=submitted), dt.time(17)
                    ),
                )
            )
        with transaction.atomic(using="public"):
            Publication.objects.bulk_create(copies, batch_size=500)
