"""Home: my desk."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

MINE, THEIRS, CHANGED = 200, 10, 10  # lines at most: what waits for me is all there, the rest opens elsewhere
LATELY = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the desk: what, whose turn, until when."""

    title: str
    what: str
    who: str
    url: str
    deadline: Any
    due_on: dt.date | None


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, sorted by what is due; what I wait for; what changed."""
    assert request.user.is_authenticated  # login_required has seen to it
    holders = identity.holders(request.user)
    mine = [
        _line(turn, f"{ui.day_text(turn.since, weekday=False)}起")
        for turn in _once(workflow.turns(holders)[:MINE])
    ]
    later = [
        _line(turn, f"{ui.day_text(turn.since, weekday=False)}起")
        for turn in _once(workflow.resting(holders)[:MINE])
    ]
    others = _once(workflow.awaited(holders)[:THEIRS])
    names = _names({turn.holder for turn in others})
    theirs = [_line(turn, names[turn.holder]) for turn in others]
    here = {line.url for line in (*mine, *later, *theirs)}
    since = clock.now() - LATELY
    changed = [
        Line(case.subject_title, case.state_label, ui.ago_text(case.moved_at), case.url, None, None)
        for case in workflow.moved(holders, since)[: CHANGED + len(here)]
        if case.url not in here
    ][:CHANGED]
    late = sum(line.deadline is not None and line.deadline.light().key == "overdue" for line in mine)
    context = {
        "ballots": list(votes.open_for(request.user)),
        "mine": mine,
        "later": later,
        "theirs": theirs,
        "changed": changed,
        "late": late,
        "today": clock.today(),
    }
    return render(request, "site/desk.html", context)


def _once(turns: Any) -> list[workflow.Turn]:
    """One line a case, though several of my roles may have its turn."""
    return list({turn.case_id: turn for turn in reversed(turns)}.values())[::-1]


def _line(turn: workflow.Turn, who: str) -> Line:
    deadline = turn.deadline
    return Line(
        title=turn.case.subject_title,
        what=turn.case.state_label,
        who=who,
        url=turn.case.url,
        deadline=deadline,
        due_on=deadline.due_on if deadline else None,
    )


def _names(holders: set[str]) -> dict[str, str]:
    """``handling_organ@org:12`` as people say it: the organ or the person, else the role; two queries."""
    parts = {holder: re.split("[@:]", f"{holder}:", maxsplit=3) for holder in holders}
    organs = people.organisations(int(ident) for _, kind, ident, *_ in parts.values() if kind == "org")
    persons = people.persons(int(ident) for _, kind, ident, *_ in parts.values() if kind == "person")
    names = {}
    for holder, (role, kind, ident, *_) in parts.items():
        label = identity.role(role).label
        if kind == "org" and int(ident) in organs:
            names[holder] = organs[int(ident)].name
        elif kind == "person" and int(ident) in persons:
            names[holder] = f"{label} {persons[int(ident)].name}"
        else:
            names[holder] = label
    return names
