"""The deputy writes: my suggestions, three ways to begin, the draft with autosave, similar ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.assembly.people import api as people
from renda.business.motions import forms, indexing, rules
from renda.business.motions.models import Kind, Suggestion
from renda.business.motions.queries.alike import with_answers
from renda.business.motions.queries.mine import current_deadline, seats_for
from renda.business.motions.queries.mine import mine as everything_of
from renda.business.motions.services import drafting, filling
from renda.business.motions.views.common import MINE, REFUSALS, account, case_of, said, suggestion_for
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity

# One thing a screen on the phone; all on one page where there is room (static/motions/motions.css).
STEPS = (
    ("title", "标题", ("title", "how")),
    ("matter", "案由", ("matter",)),
    ("analysis", "情况分析", ("analysis",)),
    ("proposal", "具体建议", ("proposal", "proposed_organ")),
    ("files", "附件", ("files",)),
    ("consent", "公开", ("consent",)),
)
STEP_OF = {field: key for key, _, fields in STEPS for field in fields}


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My suggestions: what waits for me, drafts, on their way, co-signed; a secretary sees the drafts."""
    who = account(request)
    identity.check("motions.draft", who)
    found = everything_of(who)
    for row in (*found.drafts, *found.sent, *found.cosigned):
        row.now = current_deadline(row)  # type: ignore[attr-defined]
    return render(request, "motions/mine.html", {"mine": found})


@login_required
def new(request: HttpRequest) -> HttpResponseBase:
    """Three ways to begin: write, a Word file, a photo of a handwritten sheet."""
    who = account(request)
    identity.check("motions.draft", who)
    seats = _seats(who)
    if request.method == "POST":
        seat = _seat(seats, request.POST.get("seat", ""))
        kind = Kind.MOTION if request.POST.get("kind") == Kind.MOTION else Kind.SUGGESTION
        draft = drafting.start_draft(seat, actor=who, kind=kind)
        return redirect("motions:edit", pk=draft.pk)
    return render(request, "motions/new.html", _ways(request, seats))


@login_required
@require_POST
def new_from_word(request: HttpRequest) -> HttpResponseBase:
    """Begin with a Word file."""
    who = account(request)
    identity.check("motions.draft", who)
    seats = _seats(who)
    form = forms.WordForm(request.POST, request.FILES)
    if form.is_valid():
        seat = _seat(seats, request.POST.get("seat", ""))
        try:
            draft = filling.start_from_word(seat, form.cleaned_data["file"], actor=who)
        except REFUSALS as error:
            form.add_error("file", said(error))
        else:
            messages.success(request, "已按 Word 文件填好，请逐项核对。")
            return redirect("motions:edit", pk=draft.pk)
    return render(request, "motions/new.html", _ways(request, seats, word=form), status=422)


@login_required
@require_POST
def new_from_sheet(request: HttpRequest) -> HttpResponseBase:
    """Begin with photos of a handwritten sheet, which the office types."""
    who = account(request)
    identity.check("motions.draft", who)
    seats = _seats(who)
    form = forms.SheetForm(request.POST, request.FILES)
    if form.is_valid():
        seat = _seat(seats, request.POST.get("seat", ""))
        try:
            draft = filling.start_from_sheet(seat, form.cleaned_data["files"], actor=who)
        except REFUSALS as error:
            form.add_error("files", said(error))
        else:
            messages.success(request, "照片已交工作人员录入；录好后会请您核对，您确认了才算提交。")
            return redirect("motions:case", pk=draft.pk)
    return render(request, "motions/new.html", _ways(request, seats, sheet=form), status=422)


def _seats(who: identity.Account) -> list[people.Membership]:
    own, serves = seats_for(who)
    seats = [*own, *serves]
    if not seats:
        raise identity.Forbidden("账号还没有对应的代表席位，请联系代表联络工作机构核对代表名册。")
    return seats


def _seat(seats: list[people.Membership], chosen: str) -> people.Membership:
    return next((s for s in seats if str(s.pk) == chosen), seats[0])


def _ways(request: HttpRequest, seats: list[people.Membership], **forms_: Any) -> dict[str, Any]:
    term = seats[0].term
    assert term is not None
    session = people.session_on(term.congress)
    return {
        "seats": seats,
        "session": session,
        "word": forms_.get("word") or forms.WordForm(),
        "sheet": forms_.get("sheet") or forms.SheetForm(),
        "crumbs": [MINE],
    }


def _writable(request: HttpRequest, pk: int) -> Suggestion:
    return suggestion_for(request, pk, "motions.edit")


@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The draft: one form in steps; each step can be left, nothing typed is lost."""
    suggestion = _writable(request, pk)
    if case_of(suggestion).state not in filling.WRITING:
        messages.info(request, f"现在是“{case_of(suggestion).state_label}”，文稿不能再改。")
        return redirect("motions:case", pk=pk)
    form = forms.DraftForm(request.POST or None, request.FILES or None, suggestion=suggestion)
    overtaken = False
    if request.method == "POST" and form.is_valid():
        try:
            overtaken = _keep(request, suggestion, form)
        except REFUSALS as error:
            form.add_error(None, said(error))
        if not form.errors:
            return redirect(_next(request, suggestion))
    here = request.POST.get("step") or request.GET.get("step", "")
    context = _draft_context(suggestion, form, here if here in dict(_STEP_LABELS) else STEPS[0][0])
    if overtaken:
        context["theirs"] = _theirs(suggestion, form)
    return render(request, "motions/edit.html", context, status=422 if form.errors else 200)


_STEP_LABELS = [(key, label) for key, label, _ in STEPS]


def _keep(request: HttpRequest, suggestion: Suggestion, form: forms.DraftForm) -> bool:
    """Save texts and files. Returns whether another window was faster; then nothing was overwritten."""
    who = account(request)
    seen = None if request.POST.get("override") else form.cleaned_data["seen"]
    try:
        drafting.save_draft(suggestion, form.texts(), actor=who, seen=seen)
    except drafting.Overtaken as error:
        form.add_error(None, str(error))
        return True
    if form.cleaned_data.get("files"):
        try:
            filling.attach_files(suggestion, form.cleaned_data["files"], actor=who)
        except REFUSALS as error:
            form.add_error("files", said(error))
    return False


def _next(request: HttpRequest, suggestion: Suggestion) -> str:
    """Where the pressed button leads: a step, the next one, the submit page, or away."""
    go = request.POST.get("go", "next")
    if go == "later":
        messages.success(request, "已保存。什么时候接着写都可以。")
        return reverse("motions:mine")
    if go == "submit":
        return reverse("motions:submit", args=[suggestion.pk])
    keys = [key for key, _ in _STEP_LABELS]
    if go in keys:
        target = go
    else:
        here = request.POST.get("step", keys[0])
        place = keys.index(here) + 1 if here in keys else 0
        if place >= len(keys):
            return reverse("motions:submit", args=[suggestion.pk])
        target = keys[place]
    return f"{reverse('motions:edit', args=[suggestion.pk])}?step={target}#step-{target}"


def _draft_context(suggestion: Suggestion, form: forms.DraftForm, here: str) -> dict[str, Any]:
    files = documents.attachments(suggestion.ref)
    wrong = {STEP_OF[name] for name in form.errors if name in STEP_OF}
    steps = []
    for key, label, fields in STEPS:
        filled = bool(files) if key == "files" else all(getattr(suggestion, f) for f in fields[:1])
        state = "wrong" if key in wrong else "done" if filled else ""
        steps.append({"key": key, "label": label, "fields": [form[f] for f in fields], "state": state})
    return {
        "suggestion": suggestion,
        "form": form,
        "steps": steps,
        "here": here,
        "last": here == STEPS[-1][0],
        "files": files,
        "word": suggestion.source.get("word"),
        "cosigners": suggestion.cosignatures.filter(state__in=["invited", "signed"]).count(),
        "crumbs": [MINE],
    }


def _theirs(suggestion: Suggestion, form: forms.DraftForm) -> list[tuple[str, str]]:
    """The parts as the other window saved them, where they differ."""
    saved = Suggestion.objects.get(pk=suggestion.pk)
    return [
        (drafting.PARTS[name], getattr(saved, name))
        for name, text in form.texts().items()
        if getattr(saved, name) != text
    ]


@login_required
@require_POST
def save(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Autosave: keeps what was typed, answers with the time; another window's text is never overwritten."""
    suggestion = _writable(request, pk)
    form = forms.DraftForm(request.POST, suggestion=suggestion)
    if not form.is_valid():
        first = next(iter(form.errors.get_json_data().values()))[0]["message"]
        return JsonResponse({"message": f"没有保存：{first}"}, status=422)
    try:
        drafting.save_draft(suggestion, form.texts(), actor=account(request), seen=form.cleaned_data["seen"])
    except drafting.Overtaken as error:
        return JsonResponse({"message": f"没有保存：{error}"}, status=409)
    except REFUSALS as error:
        return JsonResponse({"message": f"没有保存：{said(error)}"}, status=422)
    moment = suggestion.saved_at.isoformat()
    return JsonResponse({"saved": moment, "values": {"seen": moment}})


@login_required
@require_POST
def fill_from_word(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Fill the empty parts of a draft from a Word file."""
    suggestion = _writable(request, pk)
    form = forms.WordForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请先选择 Word 文件。")
    else:
        try:
            filling.fill_from_word(suggestion, form.cleaned_data["file"], actor=account(request))
            messages.success(request, "已按 Word 文件填好空着的部分，请逐项核对。")
        except REFUSALS as error:
            messages.error(request, said(error))
    return redirect("motions:edit", pk=pk)


@login_required
@require_POST
def remove_file(request: HttpRequest, pk: int, file: UUID) -> HttpResponseBase:
    """Take a file off the draft."""
    suggestion = _writable(request, pk)
    try:
        name = filling.remove_file(suggestion, file, actor=account(request))
        messages.success(request, f"已移除“{name}”。")
    except REFUSALS as error:
        messages.error(request, said(error))
    return redirect(f"{reverse('motions:edit', args=[pk])}?step=files#step-files")


@login_required
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Similar ones of all years, from what is typed now; a part of the page that never touches the form."""
    suggestion = suggestion_for(request, pk)
    typed = request.POST if request.method == "POST" else None
    parts = {
        name: (typed.get(name, "") if typed is not None else getattr(suggestion, name))[:5000]
        for name in ("title", "matter", "analysis", "proposal")
    }
    suggestion.title = parts["title"]
    text = "\n".join(parts[name] for name in ("matter", "analysis", "proposal") if parts[name])
    hits = indexing.similar(suggestion, text, account=account(request)) if parts["title"] or text else []
    context = {
        "suggestion": suggestion,
        "alike": with_answers(hits),
        "several": rules.several_matters(parts["title"], parts["proposal"]),
        "asked": bool(parts["title"] or text),
        "crumbs": [(suggestion.title or "草稿", suggestion.get_absolute_url())],
    }
    template = "motions/_similar.html" if request.htmx else "motions/similar.html"  # type: ignore[attr-defined]
    return render(request, template, context)
