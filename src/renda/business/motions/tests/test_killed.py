"""Killed between any two steps: every act of a suggestion's life is done whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from renda.assembly.ledger import api as ledger
from renda.business.motions.models import Reply, Suggestion
from renda.business.motions.services import drafting, handling, handover, pressing, rating, replying, review
from renda.business.motions.tests.conftest import World, deliver_all, fresh, sentences
from renda.kernel import clock

WRITES = ("INSERT", "UPDATE", "DELETE")
Act = Callable[[], object]


class Killed(BaseException):
    """The process ends here: nothing below may catch it as an error."""


@contextmanager
def killed_before_write(number: int) -> Iterator[None]:
    """The process dies when it is about to write for the n-th time."""
    seen = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if sql.lstrip().upper().startswith(WRITES):
            seen += 1
            if seen == number:
                raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the installation's database."""
    return {
        model._meta.label: sorted(map(repr, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and model._meta.db_table in connection.introspection.table_names()
    }


def killed_everywhere(act: Act) -> int:
    """Kill the act before each of its writes (nothing stays), then let it be: how often it writes."""
    before = stored()
    number = 1
    while True:
        try:
            with killed_before_write(number):
                act()
        except Killed:
            after = stored()
            assert after == before, [label for label in before if before[label] != after[label]]
            number += 1
        else:
            return number - 1


def delivered_through_kills() -> None:
    """What the worker does, killed before each of its writes in turn and started again each time."""
    number = 1
    while True:
        try:
            with killed_before_write(number):
                deliver_all()
        except Killed:
            number += 1
        else:
            return


def live(
    world: World, act: Callable[[Callable[[], object]], object], deliver: Callable[[], None]
) -> list[str]:
    """From draft to kept promise, each act and each delivery done as told; what the record says of it."""
    suggestion = world.draft()

    def now() -> Suggestion:
        return fresh(suggestion)

    def lead() -> Any:
        return world.lead_of(now())

    def joint() -> Any:
        return now().assignments.select_related("case", "organ", "suggestion__case").get(role="joint")

    def draft() -> Reply:
        return Reply.objects.select_related("assignment__case", "assignment__suggestion__case").get(
            state="draft"
        )

    def matter() -> ledger.Matter:
        return ledger.matters_of(suggestion.ref).get()

    def save() -> None:
        replying.save_draft(
            draft(),
            actor=world.urban_clerk,
            texts={"done": "已完成现场勘查。", "planned": "调整渠化。"},
            reply_class=world.classes["B"],
            promises=[
                replying.PromiseDraft(
                    text="完成城南路口渠化改造",
                    organ=world.organs["urban"],
                    due_on=clock.today() + dt.timedelta(days=30),
                    measure="新标线启用，公交站后移",
                    evidence_kind="visit",
                )
            ],
        )

    def rate() -> None:
        reply = rating.queries.current_replies(now())[0]
        rating.rate(now(), reply, actor=world.deputy, attitude="satisfied", result="basically")

    for step in (
        lambda: drafting.submit(now(), actor=world.deputy),
        lambda: review.register(now(), actor=world.office, category=world.category),
        lambda: handover.to_government(now(), actor=world.office),
        lambda: handover.hand_over(
            now(), actor=world.government, lead=world.organs["urban"], joint=[world.organs["traffic"]]
        ),
        lambda: handling.receive(lead(), actor=world.urban_clerk),
        lambda: pressing.record_contact(
            lead(), actor=world.urban_clerk, how="meeting", happened_at=clock.now(), text="当面听取意见"
        ),
        lambda: replying.open_draft(lead(), actor=world.urban_clerk),
        save,
        lambda: handling.receive(joint(), actor=world.traffic_clerk),
        lambda: handling.opine(joint(), actor=world.traffic_clerk, text="同意渠化。"),
        lambda: replying.ask_countersigns(draft(), actor=world.urban_clerk),
        lambda: replying.countersign(joint(), actor=world.traffic_head, agrees="yes"),
        lambda: replying.send_to_head(draft(), actor=world.urban_clerk),
        lambda: replying.issue(lead(), actor=world.urban_head, signer="韩志远"),
        rate,
        lambda: ledger.submit_evidence(
            matter(), actor=world.urban_clerk, text="新标线启用", happened_on=clock.today()
        ),
        lambda: ledger.answer(matter(), actor=world.deputy, agrees="yes"),
        lambda: ledger.close(matter(), actor=world.office, text="到现场看过"),
    ):
        act(step)
        deliver()
    assert now().case.state == "closed"
    return sentences(now())


def test_killed_before_any_write_nothing_is_half_done_lost_or_double(world: World) -> None:
    def tables() -> dict[str, int]:
        return {label: len(rows) for label, rows in stored().items()}

    with transaction.atomic():
        told = live(world, lambda step: step(), deliver_all)
        made = tables()
        transaction.set_rollback(True)
    writes = []
    assert live(world, lambda step: writes.append(killed_everywhere(step)), delivered_through_kills) == told
    assert tables() == made
    assert min(writes) >= 1 and sum(writes) > 100, writes  # every act was killed, each as often as it writes
