"""What the page shell asks of the floors above it: names, roles, desks, whom to call."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

ui.nav("我的", "我的待办", "desk", icon="inbox", order=0, tab="我的")
ui.nav("我的", "消息", "notify:inbox", icon="bell", order=10, tab="消息")
ui.nav("管理", "账号", "identity:accounts", "identity.accounts", icon="user-round", order=10)
ui.nav("管理", "导入表格", "tabular:index", "tabular.import", icon="file-spreadsheet", order=50)


def congress_of(request: HttpRequest) -> people.Congress | None:
    """The congress that a request works for; asked once a request."""
    if not hasattr(request, "renda_congress"):
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            found = people.congress_for(user)
        else:
            found = people.congresses().first()
        request.renda_congress = found  # type: ignore[attr-defined]
    return request.renda_congress  # type: ignore[attr-defined, no-any-return]


@ui.masthead
def masthead(request: HttpRequest) -> ui.Masthead:
    """Name and term; before any congress is set up the product's own name."""
    congress = congress_of(request)
    if congress is None:
        return ui.Masthead()
    term = people.current_term(congress)
    return ui.Masthead(congress.name, f"第{people.chinese_number(term.number)}届" if term else "")


@ui.scope
def scope(request: HttpRequest) -> str:
    """The congress whose clerk's number is shown."""
    congress = congress_of(request)
    return f"congress:{congress.pk}" if congress else "all"


@ui.helpline
def helpline(request: HttpRequest) -> ui.Helpline | None:
    """The clerk's number of the congress, else that of the installation."""
    return ui.contact([scope(request)])


@ui.role
def role(account: Any) -> str:
    """The role one acts in: chosen on 我的账号, else one's weightiest; a stand-in's says for whom."""
    return identity.role_in_words(account)


@ui.waiting
def waiting(account: Any) -> ui.Waiting:
    """What waits on the desk, in one query."""
    found = (
        workflow.turns(identity.holders(account))
        .order_by()
        .aggregate(
            count=Count("case", distinct=True),
            overdue=Count("case", distinct=True, filter=Q(light_key="overdue")),
        )
    )
    return ui.Waiting(found["count"], found["overdue"])
