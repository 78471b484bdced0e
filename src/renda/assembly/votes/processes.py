"""How a vote runs: prepared, open, closed; two counts that differ are settled first."""

from __future__ import annotations

from collections.abc import Iterable

from renda.assembly.votes import entries
from renda.assembly.votes.models import Vote
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Field, Process, State, Transition

SERVICES = "renda.assembly.votes.services"
NUMBERS = (
    Field("votes_for", "赞成", "votes_number"),
    Field("votes_against", "反对", "votes_number"),
    Field("abstentions", "弃权", "votes_number"),
)


def _vote(case: workflow.Case) -> Vote:
    return Vote.objects.select_related("case", "congress", "organ").get(case=case)


def _resolve(case: workflow.Case, name: str) -> Iterable[str]:
    if name == "sittings":
        yield f"meetings_office@{case.scope}"


VOTE = Process(
    key="votes.vote",
    label="表决",
    version=1,
    states=(
        State("prepared", "待付表决", holders=("sittings",)),
        State("issuing", "发选票", holders=("sittings",)),
        State("open", "正在表决", holders=("sittings",)),
        State("disputed", "计票待核定", holders=("sittings",)),
        State("closed", "表决结束", final=True),
        State("voided", "已作废", final=True),
    ),
    deadlines=(),
    transitions=(
        Transition(
            "open",
            "付表决",
            source=("prepared",),
            target="open",
            policy="votes.conduct",
            entry=entries.Opened,
            hidden=True,
        ),
        Transition(
            "issue",
            "付表决，发选票",
            source=("prepared",),
            target="issuing",
            policy="votes.conduct",
            entry=entries.Opened,
            hidden=True,
        ),
        Transition(
            "begin",
            "开始投票",
            source=("issuing",),
            target="open",
            policy="votes.conduct",
            entry=entries.Begun,
            command=f"{SERVICES}.begin",
            primary=True,
        ),
        Transition(
            "close",
            "结束表决",
            source=("open",),
            target="closed",
            policy="votes.conduct",
            entry=entries.Closed,
            command=f"{SERVICES}.close",
            primary=True,
        ),
        Transition(
            "count",
            "录入计票",
            source=("open",),
            target=None,
            policy="votes.count",
            entry=entries.Counted,
            fields=NUMBERS,
            command=f"{SERVICES}.count",
            primary=True,
        ),
        Transition(
            "agree",
            "两份计票一致",
            source=("open",),
            target="closed",
            policy="votes.count",
            entry=entries.Closed,
            hidden=True,
        ),
        Transition(
            "differ",
            "两份计票不一致",
            source=("open",),
            target="disputed",
            policy="votes.count",
            entry=entries.Differed,
            hidden=True,
        ),
        Transition(
            "settle",
            "核定计票",
            source=("disputed",),
            target="closed",
            policy="votes.settle",
            entry=entries.Closed,
            fields=(*NUMBERS, Field("reason", "怎样核对的", "paragraph", max_length=200)),
            command=f"{SERVICES}.settle",
            primary=True,
        ),
        Transition(
            "void",
            "作废",
            source=("prepared", "issuing", "open", "disputed"),
            target="voided",
            policy="votes.conduct",
            entry=entries.Voided,
            fields=(Field("reason", "原因", "paragraph", max_length=200),),
            command=f"{SERVICES}.void",
            danger=True,
        ),
    ),
    subject=_vote,
    resolve=_resolve,
    url=lambda case: f"/votes/{case.subject_id}/",
)


def register() -> None:
    workflow.register(VOTE)
