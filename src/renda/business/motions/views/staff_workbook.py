"""Workbooks for organs without an account: one goes out; what came back is looked at, then entered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from renda.assembly.people import api as people
from renda.business.motions.models import Assignment
from renda.business.motions.queries import handling as query
from renda.business.motions.services import workbooks
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import GOVERNMENT, congress_of
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.tabular import api as tabular
from renda.kernel.ui import api as ui

SALT = "renda.motions.workbook"
LARGEST = 10 * 1024 * 1024  # bytes of a workbook that came back


class BackForm(forms.Form):
    """The workbook as it came back."""

    file = forms.FileField(label="交回的办理表", widget=ui.Upload(accept=".xlsx"))


@login_required
def page(request: HttpRequest) -> HttpResponseBase:
    """Organs that have something in hand; upload what came back, then confirm what will be entered."""
    who = account(request)
    identity.check("motions.workbook", who)
    congress = congress_of(request)
    form = BackForm(request.POST or None, request.FILES or None) if request.FILES else BackForm()
    if request.method == "POST" and request.POST.get("payload"):
        return _enter(request, who, congress)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if file.size > LARGEST:
                raise tabular.TabularError("文件超过 10 MB，不像是发出去的办理表，请核对。")
            lines, problems = workbooks.read(file.read(), actor=who, congress=congress)
        except tabular.TabularError as error:
            form.add_error("file", str(error))
        else:
            context = {
                "lines": lines,
                "problems": problems,
                "ready": [x for x in lines if not x.problem],
                "payload": signing.dumps([_packed(x) for x in lines if not x.problem], salt=SALT),
                "crumbs": [GOVERNMENT, ("收发办理表", request.path)],
            }
            return render(request, "motions/staff/workbook_preview.html", context)
    context = {"organs": _organs(congress), "form": form, "crumbs": [GOVERNMENT]}
    return render(request, "motions/staff/workbook.html", context, status=422 if form.is_bound else 200)


def _organs(congress: people.Congress) -> list[tuple[people.Organisation, int]]:
    """Organs without an account that have something in hand, with how many."""
    known = identity.scopes_held("handling_organ", "organ_head")
    tally: dict[int, list[Any]] = {}
    open_parts = Assignment.objects.filter(
        suggestion__congress=congress, case__closed_at__isnull=True
    ).select_related("organ")
    for a in open_parts.order_by("organ__order", "organ_id"):
        if f"org:{a.organ_id}" not in known:
            tally.setdefault(a.organ_id, [a.organ, 0])[1] += 1
    return [(organ, n) for organ, n in tally.values()]


def _packed(line: workbooks.Line) -> dict[str, Any]:
    values = {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in line.values.items()}
    return {"id": line.assignment.pk, "values": values}


def _unpacked(row: dict[str, Any], known: dict[int, Assignment], who: identity.Account) -> workbooks.Line:
    values = {
        k: dt.date.fromisoformat(v) if k in ("received", "contact_on", "promise_due") else v
        for k, v in row["values"].items()
    }
    return workbooks.judge(known[row["id"]], values, who)


def _enter(request: HttpRequest, who: identity.Account, congress: people.Congress) -> HttpResponseBase:
    try:
        packed = signing.loads(request.POST["payload"], salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        messages.error(request, "页面放得太久，或者内容不完整，请重新上传办理表。")
        return redirect("motions:workbook")
    ids = [row["id"] for row in packed]
    open_parts = Assignment.objects.filter(pk__in=ids).values_list("organ_id", flat=True)
    known = {
        a.pk: a
        for a in query.in_hand(list(set(open_parts))).filter(pk__in=ids, suggestion__congress=congress)
    }
    if set(known) != set(ids):
        messages.error(request, "有的建议刚刚办完或者改交了别的单位，请重新上传办理表。")
        return redirect("motions:workbook")
    try:
        n = workbooks.enter([_unpacked(row, known, who) for row in packed], actor=who)
    except REFUSALS as refused:
        messages.error(request, said(refused))
    else:
        messages.success(request, f"已代为登记 {n} 件，时间线上写明由您代录。")
    return redirect("motions:workbook")


@login_required
def download(request: HttpRequest, organ: int) -> HttpResponseBase:
    """The workbook of one organ."""
    identity.check("motions.workbook", account(request))
    congress = congress_of(request)
    found = people.organisations([organ]).get(organ)
    if found is None or not workbooks.in_hand(found, congress):
        raise Http404
    day = clock.today()
    return tabular.download(workbooks.out(found, congress), f"{found.shown_name}办理表{day:%Y%m%d}.xlsx")
