"""A process that only these tests know: a paper is handed over, paused, handed back, done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Choice, Clock, DeadlineSpec, Field, State, Transition

KEY = "tests.paper"
OFFICE, ORGAN = "government_office@all", "chairpersons@all"
MONTHS, DAYS, WORKING = "MOT-021", "PET-007", "MOT-030"  # 3 months, 15 days, 10 working days
REMINDS = "PET-021"
REASONS = (Choice("wrong", "不属本单位职责"), Choice("double", "重复"))


@record.entry("tests.paper_handed", label="交办")
@dataclass(frozen=True)
class Handed(record.Entry):
    def sentence(self) -> str:
        return "交办"


@record.entry("tests.paper_step", label="办理")
@dataclass(frozen=True)
class Stepped(record.Entry):
    text: str = ""

    def sentence(self) -> str:
        return f"办理：{self.text}"


@identity.policy("tests.paper_office", label="试办交办", roles=["government_office"])
def of_office(actor: identity.Account, _: object) -> bool:
    return True


@identity.policy("tests.paper_organ", label="试办承办", roles=["chairpersons"])
def of_organ(actor: identity.Account, _: object) -> bool:
    return True


def process(
    *, version: int = 1, rule: str = MONTHS, key: str = KEY, returned: str = "returned"
) -> workflow.Process:
    """The process; ``rule`` gives its clock."""

    def step(
        key: str, source: str, target: str | None, policy: str, *clocks: Clock, **more: object
    ) -> Transition:
        return Transition(
            key, key, tuple(source.split()), target, f"tests.paper_{policy}", Stepped, clocks=clocks, **more
        )

    return workflow.Process(
        key=key,
        label="试办",
        version=version,
        states=(
            State("drafted", "待交办", holders=("office",)),
            State("handed", "办理中", holders=("organ",), deadline="reply"),
            State("paused", "暂停", holders=("office",), deadline="reply"),
            State(returned, "已退回", holders=("office",)),
            State("done", "已办", final=True),
        ),
        deadlines=(DeadlineSpec("reply", "答复", rule=rule, alternatives=(DAYS, WORKING), warn_days=15),),
        transitions=(
            step("hand", f"drafted {returned}", "handed", "office", Clock("restart", "reply"), primary=True),
            step("pause", "handed", "paused", "office", Clock("pause", "reply")),
            step("resume", "paused", "handed", "office", Clock("resume", "reply")),
            step(
                "return", "handed", returned, "organ", Clock("cancel", "reply"),
                fields=(Field("reason", "理由", "choice", choices=REASONS),),
            ),
            step("note", "handed paused", None, "organ"),
            step("finish", "handed", "done", "organ", Clock("stop", "reply")),
            step("reopen", "done", "handed", "office", Clock("restart", "reply"), hidden=True),
        ),
        subject=lambda case: case,
        resolve=lambda case, name: {"office": [OFFICE], "organ": [ORGAN]}[name],
        url=lambda case: f"/cases/{case.pk}/",
    )  # fmt: skip


@contextmanager
def registered(*made: workflow.Process) -> Iterator[None]:
    """Known to the engine in this block only."""
    for one in made or (process(),):
        workflow.register(one)
    try:
        yield
    finally:
        for one in made or (process(),):
            workflow.unregister(one.key)


def start(
    actor: identity.Account, ident: str = "1", title: str = "关于路灯的建议", key: str = KEY
) -> workflow.Case:
    with transaction.atomic():
        return workflow.start(
            key, Ref("tests.paper", ident, title), scope="congress:1", entry=Handed(), actor=actor
        )


def act(case: workflow.Case, key: str, actor: identity.Account, **how: object) -> None:
    """One step; ``clock`` is what the service says of the clock."""
    wish = how.pop("clock", None)
    with workflow.step(case, key, actor=actor, **how) as step:
        if wish:
            step.clock("reply", **wish)
        step.record(Stepped(text=key))


def deadline(case: workflow.Case) -> workflow.Deadline:
    return case.deadlines.get(key="reply")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
