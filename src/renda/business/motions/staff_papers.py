"""Papers of the offices: hand-over letters by organ, press notices, the yearly report and the compilation."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby

from renda.assembly.people import api as people
from renda.business.motions.models import Assignment, LetterMark, Reply, Suggestion
from renda.business.motions.queries import figures as query
from renda.business.motions.queries.handling import owed
from renda.business.motions.queries.late import Late
from renda.kernel.documents import api as documents
from renda.kernel.documents.api import Block, Paper
from renda.kernel.identity import api as identity
from renda.kernel.numbering import api as numbering
from renda.kernel.refs import Ref
from renda.kernel.ui import api as ui


def issuer(congress: people.Congress, through_government: bool) -> tuple[int, str]:
    """The organ whose letter it is: its id for the mark, and its name on paper."""
    kind = "government" if through_government else "standing_committee"
    found = people.list_organisations(classification=kind, division=congress.division).first()
    if found is not None:
        return found.pk, found.name
    if through_government:
        return congress.organisation_id, f"{congress.division.name}人民政府"
    tail = "主席团" if congress.level == people.Level.TOWNSHIP else "常务委员会"
    return congress.organisation_id, f"{congress.name}{tail}"


def letter_ref(batch: uuid.UUID, organ: people.Organisation) -> Ref:
    """A hand-over letter of a batch to one organ, as the number's subject."""
    return Ref("motions.handover_letter", f"{batch}:{organ.pk}", f"交{organ.name}的交办函")


def number_letters(
    batch: uuid.UUID,
    organs: Sequence[people.Organisation],
    congress: people.Congress,
    *,
    through_government: bool,
    day: dt.date,
    actor: identity.Account,
) -> dict[int, str]:
    """Give each organ's letter its number, once; none where the office has no mark registered yet."""
    key, _ = issuer(congress, through_government)
    mark = LetterMark.objects.filter(organ_id=key).first()
    found: dict[int, str] = {}
    for organ in organs:
        ref = letter_ref(batch, organ)
        given = numbering.numbers_of(ref)
        if given:
            found[organ.pk] = given[0].text
        elif mark is not None:
            series = numbering.Series(organ_key=f"org:{key}", mark=mark.mark, year=day.year)
            found[organ.pk] = numbering.issue_next(series, subject=ref, actor=actor).text
    return found


def numbers_given(batch: uuid.UUID, organs: Sequence[people.Organisation]) -> dict[int, str]:
    """The numbers of letters that have gone out."""
    given = {o.pk: numbering.numbers_of(letter_ref(batch, o)) for o in organs}
    return {pk: numbers[0].text for pk, numbers in given.items() if numbers}


def handover_papers(parts: Sequence[Assignment], numbers: Mapping[int, str], day: dt.date) -> list[Paper]:
    """One letter an organ, with the list of what it is handed.

    Args:
        parts: with organ, suggestion (lead, category) and deadlines loaded, ordered by organ.
        numbers: the letters' numbers by organ, as far as there are.
    """
    made = []
    for _, group in groupby(parts, key=lambda a: a.organ_id):
        rows = list(group)
        made.append(_handover(rows, numbers.get(rows[0].organ_id, ""), day))
    return made


def _handover(rows: Sequence[Assignment], number: str, day: dt.date) -> Paper:
    first = rows[0]
    congress = first.suggestion.congress
    _, office = issuer(congress, first.through_government)
    kind = "代表建议、批评和意见"
    body: list[Block] = [
        documents.p(
            f"现将{congress.name}{kind} {len(rows)} 件交由你单位办理（见附表）。请按照"
            "《中华人民共和国全国人民代表大会和地方各级人民代表大会代表法》的规定，与代表联系沟通，充分听取意见，在期限内答复代表。"
        ),
        documents.p(
            "认为不属于本单位职责的，请在规定的工作日内书面说明理由，申请退回；会办单位请按时将会办意见告知主办单位。"
        ),
        documents.table(
            ("编号", "标题", "领衔代表", "分工", "期限"),
            [
                (
                    a.suggestion.number_text,
                    a.suggestion.title,
                    a.suggestion.lead.name,
                    a.get_role_display(),
                    _due(a),
                )
                for a in rows
            ],
            widths=(1.4, 5, 1.6, 1.1, 2.4),
            caption=f"交办{kind}一览表",
        ),
    ]
    return Paper(
        title=f"关于交办{kind}的函",
        body=tuple(body),
        format="letter",
        issuing_organ=office,
        number=number,
        to=first.organ.name,
        day=day,
    )


def _due(assignment: Assignment) -> str:
    deadline = owed(assignment)
    return ui.day_text(deadline.due_on, weekday=False) if deadline is not None and deadline.due_on else ""


def press_papers(lines: Sequence[Late], congress: people.Congress, day: dt.date) -> list[Paper]:
    """One press notice an organ: what it owes, since when, how often it was pressed."""
    made = []
    ordered = sorted(lines, key=lambda line: (line.assignment.organ_id, line.due))
    for _, group in groupby(ordered, key=lambda line: line.assignment.organ_id):
        rows = list(group)
        first = rows[0].assignment
        _, office = issuer(congress, first.through_government)
        made.append(
            Paper(
                title="关于催办代表建议、批评和意见的通知",
                body=(
                    documents.p(
                        f"下列 {len(rows)} 件代表建议、批评和意见已过答复期限，"
                        "请抓紧办理，尽快答复代表，并书面说明原因。"
                    ),
                    documents.table(
                        ("编号", "标题", "答复期限", "逾期", "现在的情况"),
                        [
                            (
                                line.assignment.suggestion.number_text,
                                line.assignment.suggestion.title,
                                ui.day_text(line.due, weekday=False),
                                f"{line.days} 天",
                                line.why,
                            )
                            for line in rows
                        ],
                        widths=(1.3, 4, 2.2, 1.1, 3.4),
                    ),
                ),
                format="letter",
                issuing_organ=office,
                to=first.organ.name,
                day=day,
            )
        )
    return made


# — the yearly report: what its page shows and what is printed are the same lines —

REPORT = (
    ("基本情况", ("motions", "suggestions", "in_session", "between", "merged", "refused", "handled")),
    ("办理情况", ("replied", "in_time", "days", "late", "returned", "presses", "extended", "rehandled")),
    ("代表评价", ("satisfied", "basically", "dissatisfied", "silent", "satisfaction")),
    ("承诺兑现", ("kept",)),
)


def report_figures(facts: query.Facts) -> list[tuple[str, list[query.Figure]]]:
    """The report's chapters with their figures."""
    return [(title, [query.figure(facts, key) for key in keys]) for title, keys in REPORT]


def report_paper(
    congress: people.Congress,
    facts: query.Facts,
    tables: Sequence[tuple[str, Sequence[tuple[str, Sequence[str]]]]],
) -> Paper:
    """办理情况报告: every figure from a query, with its base and the moment it was counted.

    Args:
        tables: by organ, by category …: the dimension's name and rows of label and shown figures.
    """
    body: list[Block] = []
    for title, figures in report_figures(facts):
        body.append(documents.h1(title))
        body.append(documents.p("；".join(f"{f.label} {f.shown}" for f in figures) + "。"))
    heads = [query.figure(facts, key).heading for key in query.BOARD]
    for dimension, rows in tables:
        body.append(documents.h1(f"按{dimension}分"))
        body.append(
            documents.table(
                (dimension, *heads),
                [(label, *cells) for label, cells in rows],
                widths=(2.2, *(1.2 for _ in heads)),
            )
        )
    body.append(
        documents.p(
            f"以上数字截至{ui.moment_text(facts.as_of)}，由系统按办理记录统计；满意率以应评代表为基数，未表态不计入满意；"
            "兑现率以已经到期的承诺为基数。"
        )
    )
    return Paper(
        title=f"{congress.name}{facts.year}年代表议案建议办理情况报告",
        body=tuple(body),
        format="plain",
        day=facts.today,
        signature_organ=issuer(congress, False)[1],
        compact=True,
        landscape=True,
    )


def compilation_paper(
    congress: people.Congress,
    year: int,
    chapters: Sequence[tuple[str, Sequence[tuple[Suggestion, Sequence[Reply]]]]],
) -> Paper:
    """汇编: each suggestion with its texts and its letters, by category, with a table of contents."""
    body: list[Block] = []
    for title, entries in chapters:
        body.append(documents.section(f"{title}（{len(entries)} 件）", level=1))
        body += [_entry(suggestion, replies) for suggestion, replies in entries]
    if not body:
        body.append(documents.p("这一年还没有编号的建议。"))
    return Paper(
        title=f"{congress.name}{year}年代表议案建议及答复汇编",
        body=tuple(body),
        format="plain",
        toc=bool(chapters),
        compact=True,
        signature_organ=issuer(congress, False)[1],
    )


def _entry(suggestion: Suggestion, replies: Sequence[Reply]) -> Block:
    body: list[Block] = [
        documents.facts(
            ("领衔代表", suggestion.lead.name),
            ("代表团", suggestion.delegation.name if suggestion.delegation else ""),
            ("提出", ui.day_text(suggestion.submitted_at, weekday=False)),
        )
    ]
    for heading, text in (
        ("案由", suggestion.matter),
        ("情况分析", suggestion.analysis),
        ("具体建议", suggestion.proposal),
    ):
        if text.strip():
            body.append(documents.h2(heading))
            body += [documents.p(line) for line in text.splitlines() if line.strip()]
    for reply in replies:
        code = f"，{reply.reply_class.code} 类" if reply.reply_class else ""
        body.append(documents.h2(f"{reply.assignment.organ.name}的答复（{reply.number}{code}）"))
        body += [documents.p(line) for line in reply.text.splitlines() if line.strip()]
    if not replies:
        body.append(documents.p("（还没有答复）"))
    return documents.section(suggestion.title, *body, level=2, note=suggestion.number_text)
