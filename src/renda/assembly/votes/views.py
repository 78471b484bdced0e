"""Pages of votes: the list, one vote, putting it, the ballot under the hand, the hall."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from renda.assembly.people import api as people
from renda.assembly.votes import box, forms, papers, policies, queries, services
from renda.assembly.votes.models import Method, Option, Vote
from renda.assembly.votes.processes import VOTE
from renda.assembly.votes.setting import hidden_from, setting_of
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

LIST = ("表决", "/votes/")
TONES = {"issuing": "blue", "open": "blue", "disputed": "amber", "voided": "red"}
REFUSALS = (workflow.WorkflowError, identity.IdentityError)


def _who(request: HttpRequest) -> identity.Account:
    return cast(identity.Account, request.user)


def _vote(pk: int) -> Vote:
    try:
        return queries.vote(pk)
    except Vote.DoesNotExist as error:
        raise Http404 from error


def state(vote: Vote) -> str:
    """How it stands: a closed vote says its result."""
    if vote.closed_at is not None:
        return "通过" if vote.verdict.get("carried") == "yes" else "没有通过"
    return vote.flow.state_label


def tone(vote: Vote) -> str:
    if vote.closed_at is not None:
        return "jade" if vote.verdict.get("carried") == "yes" else "red"
    return TONES.get(vote.flow.state, "")


class Votes(ui.Listing):
    """Every vote, the newest first."""

    title = "表决"
    unit = "次"
    columns = (
        ui.Column("title", "表决事项", main=True, href=lambda v: f"/votes/{v.pk}/"),
        ui.Column("body", "表决的机关", lambda v: v.body_name),
        ui.Column("method", "方式", lambda v: v.get_method_display()),
        ui.Column("state", "结果", state, kind="tag", tone=tone),
        ui.Column("votes_for", "赞成", kind="number", sort="votes_for"),
        ui.Column("votes_against", "反对", kind="number", sort="votes_against"),
        ui.Column("abstentions", "弃权", kind="number", sort="abstentions"),
        ui.Column("not_pressed", "未按", kind="number", sort="not_pressed"),
        ui.Column("closed", "结束", "closed_at", kind="moment", sort="closed_at"),
    )
    filters = (
        ui.Words("q", "查找", fields=("title",), placeholder="表决事项"),
        ui.Choice("method", "方式", choices=Method.choices, counts=True),
        ui.Choice(
            "state",
            "进展",
            field="case__state",
            choices=[(s.key, s.label) for s in VOTE.states],
            multiple=True,
            counts=True,
        ),
        ui.Days("closed", "结束日期", field="closed_at__date"),
    )

    def rows(self) -> Any:
        return queries.votes().exclude(hidden_from(_who(self.request)))


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """All votes; what waits for one's own press stands at the top."""
    who = _who(request)
    identity.check("votes.list", who)
    return Votes(request).respond("votes/list.html", {"waiting": list(queries.open_for(who))})


@login_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Prepare a vote."""
    who = _who(request)
    identity.check("votes.conduct", who)
    congress = people.congress_for(who)
    if congress is None:
        raise Http404
    bodies = queries.bodies(congress)
    form = forms.PrepareForm(
        request.POST or None, bodies=[(str(n), name) for n, (_, _, name) in enumerate(bodies)]
    )
    if request.method == "POST" and form.is_valid():
        body, organ, _ = bodies[int(form.cleaned_data["body"])]
        try:
            vote = services.prepare(
                congress=congress,
                body=body,
                organ=organ,
                title=form.cleaned_data["title"],
                items=form.cleaned_data["items"].splitlines(),
                method=form.cleaned_data["method"],
                actor=who,
            )
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("votes:put", vote.pk)
    context = {"form": form, "crumbs": [LIST]}
    return render(request, "votes/new.html", context, status=422 if form.is_bound else 200)


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One vote: how it stands, its result with the arithmetic, who was entitled and who pressed what."""
    vote, who = _vote(pk), _who(request)
    identity.check("votes.view", who, vote)
    case = vote.flow
    other = "close" if vote.method == Method.HAND else "count"
    offered = [one for one in workflow.available(case, who, vote) if one.key != other]
    acts = ui.acts(offered, lambda t: reverse("cases:act", args=[case.pk, t.key]))
    conducts = identity.may("votes.conduct", who, vote)
    if case.state == "prepared" and conducts:
        acts.insert(0, ui.Act("付表决", reverse("votes:put", args=[pk]), primary=True))
    may_cast = _takes_presses(vote) and identity.may("votes.cast", who, vote)
    if may_cast:
        acts.insert(0, ui.Act("去表决", reverse("votes:ballot", args=[pk]), primary=True))
    around = setting_of(pk)
    sheets = list(vote.sheets.select_related("by").order_by("pk"))
    context = {
        "vote": vote,
        "case": case,
        "state": state(vote),
        "tone": tone(vote),
        "acts": acts,
        "groups": queries.roll(vote) if vote.opened_at else [],
        "articles": list(dict.fromkeys(vote.verdict.get("article", []))),
        # One count is nobody's to see before the other is in.
        "sheets": sheets if case.state in ("disputed", "closed") else [],
        "counted": len(sheets),
        "unissued": (vote.present or 0) - (vote.issued or 0),
        "unreturned": (vote.issued or 0) - (vote.returned or 0),
        "hall": queries.hall(pk),
        "setting": around if around is not None and around.may_open(who) else None,
        "lines": record.timeline(vote.ref, limit=40),
        "crumbs": [LIST],
        "svg": workflow.diagram(case.declared, case.state),
        "steps": workflow.process_table(case.declared),
    }
    return render(request, "votes/vote.html", context)


@login_required
def put(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Who is there, who takes no part and why; then it is put to the vote and the list is fixed."""
    vote, who = _vote(pk), _who(request)
    identity.check("votes.conduct", who, vote)
    if vote.flow.state != "prepared":
        messages.info(request, f"这次表决现在是“{vote.flow.state_label}”。")
        return redirect("votes:vote", pk)
    members = queries.members(vote)
    present = {int(i) for i in request.POST.getlist("present") if i.isdecimal()}
    reasons = {
        one.person_id: text.strip()
        for one in members
        if (text := request.POST.get(f"reason-{one.person_id}", "")).strip()
    }
    error, around = "", setting_of(pk)
    if request.method != "POST" and around is not None:
        present = set(around.present)
    if request.method == "POST" and request.POST.get("go") == "all":
        present = {one.person_id for one in members}
    elif request.method == "POST" and request.POST.get("go") == "put":  # the Enter key only draws it anew
        step = request.POST.get("seen", "")
        try:
            services.put(
                vote, present, excluded=reasons, actor=who, seen=int(step) if step.isdecimal() else None
            )
        except REFUSALS as refused:
            error = str(refused)
        else:
            return redirect("votes:vote", pk)
    context = {
        "vote": vote,
        "case": vote.flow,
        "members": [
            (one, _office(vote, one), one.person_id in present, reasons.get(one.person_id, ""))
            for one in members
        ],
        "error": error,
        "setting": around,
        "crumbs": [LIST, (vote.title, f"{LIST[1]}{pk}/")],
    }
    return render(request, "votes/put.html", context, status=422 if error else 200)


def _office(vote: Vote, one: people.Membership) -> str:
    if one.post:
        return one.post.label
    return people.office_word(vote.body, one.role) if vote.organ else "代表"


def _takes_presses(vote: Vote) -> bool:
    """Whether somebody present has something to press now."""
    return (vote.method == Method.NAMED and vote.flow.state == "open") or (
        vote.method == Method.SECRET and vote.flow.state in ("issuing", "open")
    )


@never_cache
@login_required
def ballot(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Three keys and what was counted: never a guess. A secret ballot is taken first."""
    vote, who = _vote(pk), _who(request)
    if not _takes_presses(vote):
        return redirect("votes:vote", pk)
    identity.check("votes.cast", who, vote)
    if vote.method == Method.SECRET:
        return _secret(request, vote, who)
    error = ""
    if request.method == "POST":
        try:
            services.cast(vote, request.POST.get("option", ""), actor=who)
        except REFUSALS as refused:
            error = str(refused)
        else:
            return redirect("votes:ballot", pk)
    elector = policies.elector_of(who, vote)
    mine = getattr(elector, "ballot", None)
    context = {"vote": vote, "mine": mine, "options": Option.choices, "error": error, "elector": elector}
    return render(request, "votes/ballot.html", context, status=422 if error else 200)


def _secret(request: HttpRequest, vote: Vote, who: identity.Account) -> HttpResponseBase:
    """Take the ballot, or see the one that was taken; pressing goes to ``deposit``, which knows nobody."""
    elector = policies.elector_of(who, vote)
    assert elector is not None  # the policy has seen it
    if request.method == "POST":
        try:
            services.take(vote, actor=who)
        except REFUSALS as refused:
            messages.error(request, str(refused))
        return redirect("votes:ballot", vote.pk)
    context: dict[str, Any] = {"vote": vote, "elector": elector, "options": Option.choices}
    if elector.issued:
        try:
            token = services.take(vote, actor=who)
            context |= {"token": token, "counted": box.has(vote.pk, token)}
        except (workflow.WorkflowError, box.BoxError):  # it ended between two looks
            return redirect("votes:vote", vote.pk)
    return render(request, "votes/secret.html", context)


@never_cache
@require_POST
def deposit(request: HttpRequest, pk: int) -> HttpResponse:
    """A secret ballot comes in. Nobody is asked who he is: the ballot itself is the right to put it in.

    The answer holds the ballot again, so that sending it twice is harmless and says the same.
    """
    token, option = request.POST.get("token", "")[:200], request.POST.get("option", "")
    context: dict[str, Any] = {"vote_id": pk, "token": token, "options": Option.choices}
    try:
        context["again"] = not services.deposit(pk, token, option)
    except workflow.WorkflowError as refused:
        context["error"] = str(refused)
    return render(request, "votes/deposited.html", context, status=422 if "error" in context else 200)


@login_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """表决情况 as page, PDF and Word file; there is none before the end."""
    vote = _vote(pk)
    identity.check("votes.view", _who(request), vote)
    if vote.closed_at is None:
        raise Http404
    made = papers.paper(vote)
    return documents.paper_page(
        request, made, f"表决情况 {vote.title}", template="votes/paper.html", context={"vote": vote}
    )


@login_required
def hall(request: HttpRequest, pk: int) -> HttpResponse:
    """The hall screen: what is voted on, how many have pressed, and the result when it is closed."""
    vote = _vote(pk)
    identity.check("votes.view", _who(request), vote)
    return render(request, "votes/hall.html", {"vote": vote, "hall": queries.hall(pk), "state": state(vote)})
