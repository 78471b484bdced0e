"""Pages under /messages/: my messages, how I am reached; and the demo's readable box."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.notify import queries, services, ways
from renda.kernel.notify.forms import PreferencesForm
from renda.kernel.notify.models import PaperPlane

PLANES = 100
CODES = 5


def _me(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 1


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """My messages, newest first."""
    unread_only = request.GET.get("only") == "unread"
    found = queries.inbox(_me(request), unread_only=unread_only, page=_number(request.GET.get("page")))
    return render(request, "notify/inbox.html", {"inbox": found, "unread_only": unread_only})


@require_GET
@login_required
def open_message(request: HttpRequest, message: UUID) -> HttpResponse:
    """Read a message: on to the page where its thing is done, or to its text where there is none."""
    found = queries.received(_me(request), message)
    if found is None:
        raise Http404("没有这条消息，或者它不是发给您的。")
    services.mark_read(_me(request), [message])
    if found.url:
        return redirect(found.url)
    return render(request, "notify/message.html", {"message": found})


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    number = services.mark_read(_me(request))
    flash.success(request, f"{number} 条消息已标为已读。")
    return redirect("notify:inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """How I am reached, and what is not sent."""
    form = PreferencesForm(request.POST or None, account=_me(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        flash.success(request, "已保存。")
        return redirect("notify:preferences")
    return render(
        request,
        "notify/preferences.html",
        {"form": form},
        status=422 if form.is_bound and form.errors else 200,
    )


@require_GET
def planes(request: HttpRequest) -> HttpResponse:
    """The demo's box: whatever would have gone to a telephone or a mailbox. Open to all, in a demo only."""
    if "paper" not in ways.configured():
        raise Http404("只有演示城市才有演示信箱。")
    found = PaperPlane.objects.select_related("account").order_by("-sent_at", "-pk")
    who = request.GET.get("account", "")
    if who.isascii() and who.isdecimal():
        found = found.filter(account_id=int(who[:18]))
    context = {"planes": found[:PLANES], "limit": PLANES, "who": who, "codes": identity.paper_codes(CODES)}
    return render(request, "notify/planes.html", context)
