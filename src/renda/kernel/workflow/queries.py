"""Questions about cases: desks, counts, lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from renda.kernel import clock
from renda.kernel.refs import Ref
from renda.kernel.workflow.models import Case, Deadline, Turn, light_expression, subject_filter
from renda.kernel.workflow.process import processes


def turns(holders: Iterable[str], today: dt.date | None = None) -> QuerySet[Turn]:
    """What waits for these holders, what is due first at the top: one query gives any desk.

    Args:
        holders: ``role@scope`` strings of the person (``identity.api.holders``).
    """
    day = today or clock.today()
    return _open(holders, day).exclude(_resting(day))


def resting(holders: Iterable[str], today: dt.date | None = None) -> QuerySet[Turn]:
    """What will wait for these holders when its day comes near (``DeadlineSpec.rests``), the next first."""
    day = today or clock.today()
    return _open(holders, day).filter(_resting(day))


def _open(holders: Iterable[str], today: dt.date) -> QuerySet[Turn]:
    return (
        Turn.objects.filter(holder__in=list(holders), ended_at__isnull=True)
        .select_related("case", "deadline")
        .annotate(light_key=light_expression(today, "deadline__"))
        .order_by(F("deadline__due_on").asc(nulls_last=True), "since", "pk")
    )


def _resting(today: dt.date) -> Q:
    found = Q(pk__in=[])
    for process in processes():
        keys = [spec.key for spec in process.deadlines if spec.rests]
        if keys:
            found |= Q(case__process=process.key, deadline__key__in=keys, deadline__warn_on__gt=today)
    return found


def waiting(holders: Iterable[str]) -> int:
    """How many things wait for these holders."""
    return (
        Turn.objects.filter(holder__in=list(holders), ended_at__isnull=True).values("case").distinct().count()
    )


def awaited(holders: Iterable[str], today: dt.date | None = None) -> QuerySet[Turn]:
    """What these holders passed on and now wait for: open turns of others, what is due first at the top."""
    mine = list(holders)
    passed_on = Turn.objects.filter(case=OuterRef("case"), holder__in=mine, ended_at__isnull=False)
    still_mine = Turn.objects.filter(case=OuterRef("case"), holder__in=mine, ended_at__isnull=True)
    return (
        Turn.objects.filter(Exists(passed_on), ~Exists(still_mine), ended_at__isnull=True)
        .select_related("case", "deadline")
        .annotate(light_key=light_expression(today or clock.today(), "deadline__"))
        .order_by(F("deadline__due_on").asc(nulls_last=True), "since", "pk")
    )


def moved(holders: Iterable[str], since: dt.datetime) -> QuerySet[Case]:
    """Cases that these holders once had a turn in and that moved since a moment, latest first."""
    had = Turn.objects.filter(case=OuterRef("pk"), holder__in=list(holders), ended_at__isnull=False)
    return Case.objects.filter(Exists(had), moved_at__gte=since).order_by("-moved_at")


def case_of(process: str, subject: Ref) -> Case | None:
    return Case.objects.filter(process=process, **subject_filter(subject)).first()


def cases_about(subject: Ref) -> QuerySet[Case]:
    """Every case about one thing, of whatever process, newest first."""
    return Case.objects.filter(**subject_filter(subject)).order_by("-pk")


def open_cases(process: str) -> QuerySet[Case]:
    return Case.objects.filter(process=process, closed_at__isnull=True)


def overdue(process: str | None = None, today: dt.date | None = None) -> QuerySet[Deadline]:
    """Deadlines that are over on a day, worst first."""
    day = today or clock.today()
    found = Deadline.objects.filter(status="running", lights=True, due_on__lt=day).select_related("case")
    if process is not None:
        found = found.filter(case__process=process)
    return found.order_by("due_on")


def history(case: Case) -> QuerySet[Turn]:
    """Who held the case and for how long."""
    return Turn.objects.filter(case=case).order_by("since", "pk")
