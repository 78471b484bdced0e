"""Pages of sittings: the list, one sitting, its items, who is there, leading through it, the hall."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from renda.assembly.meetings import forms, papers, policies, queries, services
from renda.assembly.meetings.models import AgendaItem, Capacity, ItemState, Participant, Sitting, Speech
from renda.assembly.meetings.processes import SITTING
from renda.assembly.meetings.profiles import PROFILES
from renda.assembly.people import api as people
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LIST = ("会议", "/meetings/")
TONES = {"open": "blue", "notified": "blue", "adjourned": "amber", "sealed": "jade", "cancelled": "red"}
REFUSALS = (workflow.WorkflowError, identity.IdentityError, documents.DocumentsError)


def _who(request: HttpRequest) -> identity.Account:
    return cast(identity.Account, request.user)


def _sitting(pk: int, who: identity.Account, policy: str = "meetings.view") -> Sitting:
    try:
        found = queries.sitting(pk)
    except Sitting.DoesNotExist as error:
        raise Http404 from error
    identity.check(policy, who, found)
    return found


def _crumbs(sitting: Sitting) -> list[tuple[str, str]]:
    return [LIST, (sitting.title, reverse("meetings:sitting", args=[sitting.pk]))]


def _try(request: HttpRequest, work: Callable[[], object]) -> bool:
    """Do it; a refusal is said on the next page."""
    try:
        work()
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return False
    return True


class Sittings(ui.Listing):
    """Every sitting that one may see, the latest first."""

    title = "会议"
    unit = "次"
    columns = (
        ui.Column("title", "会议", main=True, href=lambda s: f"/meetings/{s.pk}/"),
        ui.Column("first_day", "第一天", kind="day", sort="first_day"),
        ui.Column("place", "地点"),
        ui.Column("mode", "方式", lambda s: s.get_mode_display()),
        ui.Column(
            "state",
            "进展",
            lambda s: s.flow.state_label,
            kind="tag",
            tone=lambda s: TONES.get(s.flow.state, ""),
        ),
    )
    filters = (
        ui.Words("q", "查找", fields=("title", "place"), placeholder="会议、地点"),
        ui.Choice("profile", "种类", choices=[(p.key, p.label) for p in PROFILES], counts=True),
        ui.Choice(
            "state",
            "进展",
            field="case__state",
            choices=[(s.key, s.label) for s in SITTING.states],
            multiple=True,
            counts=True,
        ),
        ui.Days("first_day", "日期", field="first_day"),
    )

    def rows(self) -> Any:
        return queries.sittings(_who(self.request))


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The sittings of one's congress."""
    identity.check("meetings.list", _who(request))
    return Sittings(request).respond("meetings/list.html")


@login_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Plan a sitting."""
    who = _who(request)
    identity.check("meetings.conduct", who)
    congress = people.congress_for(who)
    term = people.current_term(congress) if congress else None
    if congress is None or term is None:
        messages.error(request, "您所在的人大还没有建立现任的一届，请先在“届次与会议”里建立。")
        return redirect("meetings:list")
    organs = queries.organs(congress)
    bodies = [(str(n), f"{organ.name}：{one.label}") for n, (one, organ) in enumerate(organs)]
    form = forms.PlanForm(request.POST or None, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        profile, organ = organs[int(given.pop("body"))]
        try:
            made = services.plan(profile, organ, term=term, actor=who, **given)
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("meetings:sitting", made.pk)
    context = {"form": form, "crumbs": [LIST]}
    return render(request, "meetings/new.html", context, status=422 if form.is_bound else 200)


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One sitting: what is next, the days with their reasons, agenda, who takes part, what happened."""
    who = _who(request)
    sitting = _sitting(pk, who)
    case = sitting.flow
    acts = ui.acts(
        workflow.available(case, who, sitting), lambda t: reverse("cases:act", args=[case.pk, t.key])
    )
    conducts = identity.may("meetings.conduct", who, sitting)
    if conducts and case.state == "open":
        acts.insert(0, ui.Act("主持会务", reverse("meetings:conduct", args=[pk]), primary=True))
    mine = policies.participant_of(who, sitting)
    rows = queries.attendance(sitting)
    context = {
        "sitting": sitting,
        "case": case,
        "tone": TONES.get(case.state, ""),
        "acts": acts,
        "conducts": conducts,
        "mine": mine,
        "over": case.state in services.OVER,
        "dues": queries.dues(sitting),
        "items": queries.items(sitting),
        "absent": [one for one in rows if one.word != "到会"] if sitting.adjourned_at else [],
        "quorum": queries.quorum_of(sitting, len(rows), sum(one.word == "到会" for one in rows)),
        "attending": sitting.participants.filter(capacity=Capacity.ATTENDING),
        "asked": sum(one.participant.leave == "asked" for one in rows),
        "course": queries.course(sitting) if sitting.opened_at else [],
        "lines": record.timeline(sitting.ref, limit=40),
        "crumbs": [LIST],
        "svg": workflow.diagram(case.declared, case.state),
        "steps": workflow.process_table(case.declared),
    }
    return render(request, "meetings/sitting.html", context)


@login_required
def new_item(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Put an item on the agenda."""
    who = _who(request)
    sitting = _sitting(pk, who, "meetings.conduct")
    form = forms.ItemForm(request.POST or None)
    if sitting.flow.state not in ("notified", "open"):
        del form.fields["because"]
    if request.method == "POST" and form.is_valid():
        try:
            services.add_item(sitting, actor=who, **form.cleaned_data)
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("meetings:sitting", pk)
    context = {"form": form, "sitting": sitting, "crumbs": _crumbs(sitting)}
    return render(request, "meetings/new_item.html", context, status=422 if form.is_bound else 200)


@login_required
def item(request: HttpRequest, pk: int, item_pk: int) -> HttpResponseBase:
    """One item: papers with all their versions, votes; staff add to them."""
    who = _who(request)
    sitting = _sitting(pk, who)
    found = get_object_or_404(AgendaItem.objects.select_related("sitting"), pk=item_pk, sitting=sitting)
    days = [(one.key, one.label) for one in sitting.declared.days if one.anchor == "first"]
    go = request.POST.get("go", "")
    paper_form = forms.PaperForm(
        request.POST if go == "paper" else None, request.FILES if go == "paper" else None, days=days
    )
    vote_form = forms.VoteForm(request.POST if go == "vote" else None)
    organs = {str(one.pk): one for one in people.handling_organs(sitting.term.congress)}
    said_form = forms.DeliberationForm(
        request.POST if go == "said" else None,
        organs=[(key, one.name) for key, one in organs.items()],
    )
    sent = {"paper": paper_form, "vote": vote_form, "said": said_form}.get(go)
    if request.method == "POST":
        identity.check("meetings.conduct", who, sitting)
        try:
            if go == "paper" and paper_form.is_valid():
                given = paper_form.cleaned_data
                services.add_paper(found, given["title"], given["file"], due_key=given["due_key"], actor=who)
                return redirect("meetings:item", pk, item_pk)
            if go == "vote" and vote_form.is_valid():
                made = services.prepare_vote(found, actor=who, **vote_form.cleaned_data)
                return redirect("votes:vote", made.pk)
            if go == "said" and said_form.is_valid():
                told = dict(said_form.cleaned_data)
                services.deliberate(found, organ=organs[told.pop("organ")], actor=who, **told)
                return redirect("meetings:item", pk, item_pk)
            if go == "unsay" and request.POST.get("one", "").isdecimal():
                one = get_object_or_404(found.deliberations, pk=int(request.POST["one"]))
                services.unsay(one, actor=who)
                return redirect("meetings:item", pk, item_pk)
            if go == "drop":
                services.drop_item(found, actor=who)
                return redirect("meetings:sitting", pk)
        except REFUSALS as refused:
            if sent is None:
                messages.error(request, str(refused))
            else:
                sent.add_error(None, str(refused))
        if sent is None:
            return redirect("meetings:item", pk, item_pk)
    rows = list(found.papers.order_by("pk"))
    files = documents.attachments_of("meetings.paper", [str(one.pk) for one in rows])
    context = {
        "sitting": sitting,
        "item": found,
        "papers": [(one, files[str(one.pk)][::-1]) for one in rows],
        "votes": found.votes.select_related("vote__case"),
        "said": found.deliberations.select_related("organ", "matter__case").order_by("pk"),
        "takes_said": sitting.flow.state in ("open", "adjourned"),
        "said_form": said_form,
        "conducts": identity.may("meetings.conduct", who, sitting),
        "takes_papers": sitting.flow.state not in ("sealed", "cancelled"),
        "takes_votes": bool(sitting.declared.body) and sitting.flow.state not in services.OVER,
        "paper_form": paper_form,
        "vote_form": vote_form,
        "crumbs": _crumbs(sitting),
    }
    return render(request, "meetings/item.html", context, status=422 if sent is not None else 200)


@login_required
def participants(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who takes part: signing in and out in batches, leave, who sits in."""
    who = _who(request)
    sitting = _sitting(pk, who, "meetings.conduct")
    go = request.POST.get("go", "")
    form = forms.AttendingForm(request.POST if go == "attending" else None)
    if request.method == "POST":
        ids = [int(i) for i in request.POST.getlist("who") if i.isdecimal()]
        if go in ("come", "leave", "video"):
            how = "video" if go == "video" else "desk"
            moved = {"leave": ids} if go == "leave" else {"come": ids}
            _try(request, lambda: services.sign(sitting, actor=who, how=how, **moved))
        elif go in ("grant", "refuse") and request.POST.get("one", "").isdecimal():
            one = get_object_or_404(Participant, pk=int(request.POST["one"]), sitting=sitting)
            _try(request, lambda: services.decide_leave(one, go == "grant", actor=who))
        elif go == "attending" and form.is_valid():
            _try(request, lambda: services.add_attending(sitting, actor=who, **form.cleaned_data))
        if go != "attending" or form.is_valid():
            return redirect("meetings:people", pk)
    here = queries.here(pk)
    context = {
        "sitting": sitting,
        "rows": [(one, one.pk in here) for one in queries.participants(sitting)],
        "quorum": queries.quorum(sitting),
        "over": sitting.flow.state in services.OVER,
        "form": form,
        "crumbs": _crumbs(sitting),
    }
    return render(request, "meetings/people.html", context, status=422 if form.is_bound else 200)


@login_required
def here(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One's own presence: sign in with the hall's code, sign out, ask for leave."""
    who = _who(request)
    sitting = _sitting(pk, who, "meetings.attend")
    if request.method == "POST":
        go = request.POST.get("go", "")
        works: dict[str, Callable[[], object]] = {
            "come": lambda: services.sign_self(sitting, code=request.POST.get("code", ""), actor=who),
            "leave": lambda: services.leave_self(sitting, actor=who),
            "speak": lambda: services.ask_to_speak(sitting, actor=who),
            "withdraw": lambda: services.withdraw_speech(sitting, actor=who),
            "ask": lambda: services.ask_leave(sitting, reason=request.POST.get("reason", ""), actor=who),
        }
        if go in works:
            _try(request, works[go])
        return redirect("meetings:here", pk)
    mine = policies.participant_of(who, sitting)
    assert mine is not None  # the policy has seen it
    spans = list(mine.presences.all())
    code = request.GET.get("code", "")
    context = {
        "sitting": sitting,
        "mine": mine,
        "spans": spans,
        "current": (current := sitting.items.filter(state=ItemState.CURRENT).first()),
        "asked": current is not None and current.speeches.filter(participant=mine, ended_at=None).exists(),
        "now_here": bool(spans) and spans[-1].until is None,
        "over": sitting.flow.state in services.OVER,
        "code": code if code.isdecimal() and len(code) == 6 else "",
        "crumbs": _crumbs(sitting),
    }
    return render(request, "meetings/here.html", context)


@login_required
def conduct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One screen that leads through the sitting: the item now, what comes next, who is there, the vote."""
    who = _who(request)
    sitting = _sitting(pk, who, "meetings.conduct")
    if sitting.flow.state != "open":
        return redirect("meetings:sitting", pk)
    if request.method == "POST":
        step, wanted = request.POST.get("seen", ""), request.POST.get("item", "")
        if wanted.isdecimal():
            one = get_object_or_404(AgendaItem.objects.select_related("sitting"), pk=wanted, sitting=sitting)
            seen = int(step) if step.isdecimal() else None
            _try(request, lambda: services.call(one, actor=who, seen=seen))
        elif (speech := request.POST.get("floor", "")).isdecimal():
            asked = get_object_or_404(
                Speech.objects.select_related("item__sitting"), pk=speech, item__sitting=sitting
            )
            _try(request, lambda: services.give_floor(asked, actor=who))
        elif request.POST.get("go") == "end":
            _try(request, lambda: services.end_floor(sitting, actor=who))
        return redirect("meetings:conduct", pk)
    items = queries.items(sitting)
    ahead = [one for one in items if one.state == ItemState.AHEAD]
    current = next((one for one in items if one.state == ItemState.CURRENT), None)
    context = {
        "sitting": sitting,
        "case": sitting.flow,
        "items": items,
        "current": current,
        "speakers": queries.speakers(current, sitting) if current else [],
        "next": ahead[0] if ahead else None,
        "hall": queries.hall(pk),
        "votes_here": bool(sitting.declared.body),
        "crumbs": _crumbs(sitting),
    }
    return render(request, "meetings/conduct.html", context)


@login_required
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The hall screen; before the end it shows how to sign in."""
    sitting = _sitting(pk, _who(request))
    conducts = identity.may("meetings.conduct", _who(request), sitting)
    own = request.build_absolute_uri(f"{reverse('meetings:here', args=[pk])}?code={sitting.code}")
    over = sitting.flow.state in services.OVER
    context = {
        "sitting": sitting,
        "hall": queries.hall(pk),
        # Only the hall's own screen shows how to sign in: whoever sees the code is there.
        "qr": _qr(own) if conducts and not over and sitting.mode != "video" else "",
    }
    return render(request, "meetings/hall.html", context)


def _qr(text: str) -> SafeString:
    made = BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=10, border=2).save(made)
    svg = made.getvalue().decode().partition("?>")[2] or made.getvalue().decode()
    return mark_safe(svg)  # noqa: S308  made here, of an address of our own


@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """会议通知 as page, PDF and Word file; there is one when the agenda is settled."""
    sitting = _sitting(pk, _who(request))
    if sitting.flow.state in ("planning", "cancelled"):
        raise Http404
    return documents.paper_page(
        request, papers.notice(sitting), template="meetings/paper.html", context={"sitting": sitting}
    )


@login_required
def script(request: HttpRequest, pk: int) -> HttpResponse:
    """主持词 as page, PDF and Word file; for those who hold the sitting, when the agenda is settled."""
    sitting = _sitting(pk, _who(request), "meetings.conduct")
    if sitting.flow.state in ("planning", "cancelled"):
        raise Http404
    return documents.paper_page(
        request,
        papers.script(sitting),
        f"主持词 {sitting.title}",
        template="meetings/paper.html",
        context={"sitting": sitting},
    )


@login_required
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """会议情况 as page, PDF and Word file; there is one after the end."""
    sitting = _sitting(pk, _who(request))
    if sitting.adjourned_at is None:
        raise Http404
    made = papers.minutes(sitting)
    return documents.paper_page(
        request,
        made,
        f"会议情况 {sitting.title}",
        template="meetings/paper.html",
        context={"sitting": sitting},
    )
