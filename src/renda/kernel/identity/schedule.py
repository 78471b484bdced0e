"""What the worker does for identity: finish what was to be forgotten, throw away what has run out."""

from __future__ import annotations

import datetime as dt

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from renda.kernel import clock
from renda.kernel.identity.models import PaperCode
from renda.kernel.identity.vault import forgetting
from renda.kernel.jobs import api as jobs

_PAPER = dt.timedelta(days=7)


@jobs.timetable("identity.vault", every=dt.timedelta(minutes=10), label="保险库：办完销毁，删到期数据")
def sweep_vault() -> None:
    """Resume orders to forget, settle abandoned items, delete what may be kept no longer."""
    forgetting.sweep()


@jobs.timetable("identity.sessions", at=dt.time(3, 20), label="清理过期的登录")
def sweep_sessions() -> None:
    """Drop sessions that have run out, the list entries of those, and old paper planes."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    alive = Session.objects.values("session_key")
    UserSession.objects.exclude(session_key__in=alive).delete()
    PaperCode.objects.filter(sent_at__lt=clock.now() - _PAPER).delete()
