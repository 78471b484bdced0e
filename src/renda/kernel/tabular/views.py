"""Pages under /import/: what I may import, a file's preview, its result."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from renda.kernel import clock
from renda.kernel.identity.api import Account
from renda.kernel.record import api as record
from renda.kernel.tabular import progress, queries, schema, services, tasks, undoing, workbooks
from renda.kernel.tabular.forms import KEEP, NOTHING, Answers
from renda.kernel.tabular.models import Upload
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.reading.sheet import MAX_BYTES
from renda.kernel.tabular.schema import Table, TabularError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM_ROOM = 64 * 1024  # what a form adds to the file
_DRAINED = (
    300 * 1024 * 1024
)  # bytes of a refused upload that are read away so that its sender sees the answer
View = Callable[..., HttpResponse]


def _actor(request: HttpRequest) -> Account:
    return cast(Account, request.user)


def _table(kind: str) -> Table:
    try:
        return schema.table(kind)
    except TabularError as error:
        raise Http404(str(error)) from error


def _upload(upload_id: str, actor: Account) -> Upload:
    try:
        return services.owned(upload_id, actor)
    except TabularError as error:
        raise Http404(str(error)) from error


def refuse_large(view: View) -> View:
    """Answer a request that is too large before anything of it is kept.

    Checking the token would parse, and so store, the whole body first; so the token is checked inside.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        if length <= MAX_BYTES + _FORM_ROOM:
            return protected(request, *args, **kwargs)
        left = min(length, _DRAINED)
        while left > 0 and (piece := request.read(min(left, 1 << 20))):
            left -= len(piece)
        request.META["CONTENT_LENGTH"] = "0"
        return _kind_page(request, _table(kwargs["kind"]), error=sniff.too_large(length), status=413)

    return cast(View, guarded)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Kinds I may import, files of mine that wait, what was imported lately."""
    actor = _actor(request)
    return render(
        request,
        "tabular/index.html",
        {
            "tables": queries.importable(actor),
            "waiting": queries.waiting(actor),
            "batches": queries.batches(actor),
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
@refuse_large
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Send a file of one kind."""
    table = _table(kind)
    actor = _actor(request)
    services.permit(table, actor)
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            return _kind_page(request, table, error="请先选择表格文件。", status=422)
        try:
            upload = services.receive(kind, file.read(), file.name or "", actor=actor)
            try:
                tasks.begin_reading(upload)
            except TabularError:
                services.discard(upload)
                raise
        except TabularError as refusal:
            return _kind_page(request, table, error=str(refusal), status=422)
        return redirect("tabular:file", upload_id=upload.pk)
    return _kind_page(request, table)


def _kind_page(request: HttpRequest, table: Table, error: str = "", status: int = 200) -> HttpResponse:
    actor = _actor(request)
    services.permit(table, actor)
    context = {
        "table": table,
        "error": error,
        "most": MAX_BYTES // 1024 // 1024,
        "mappings": queries.mappings(actor, table.kind),
        "batches": queries.batches(actor, table.kind),
        "required": [column for column in table.columns if column.required],
        "optional": [column for column in table.columns if not column.required],
    }
    return render(request, "tabular/kind.html", context, status=status)


@login_required
@require_GET
def blank(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty table of a kind."""
    table = _table(kind)
    services.permit(table, _actor(request))
    return download(workbooks.blank(kind, actor=_actor(request)), f"{table.label}（空表）.xlsx")


@login_required
@require_POST
def forget(request: HttpRequest, kind: str, mapping: int) -> HttpResponse:
    """No longer remember one explanation."""
    services.forget_mapping(mapping, actor=_actor(request))
    return redirect("tabular:kind", kind=kind)


@login_required
@require_GET
def file(request: HttpRequest, upload_id: str) -> HttpResponse:
    """A file: being read, read, being applied, or done."""
    upload = _upload(upload_id, _actor(request))
    running = upload.state in {Upload.State.WAITING, Upload.State.READING, Upload.State.APPLYING}
    if request.headers.get("HX-Request") and not running:
        # The running page asks every two seconds; now there is another page to see.
        return HttpResponse(headers={"HX-Redirect": request.path})
    if upload.batch_id is not None:
        return redirect("tabular:batch", batch_id=upload.batch_id)
    if upload.state == Upload.State.FAILED:
        return _kind_page(request, _table(upload.kind), error=upload.message, status=422)
    preview = queries.preview_of(upload)
    if preview is None or running:
        return render(
            request, "tabular/running.html", {"upload": upload, "progress": progress.ask(str(upload.pk))}
        )
    sheet, _, row = request.GET.get("at", "").rpartition("!")
    around = queries.around(upload, sheet, int(row)) if row.isdecimal() and len(row) < 8 else None
    table = _table(upload.kind)
    taken = {heading.key for heading in preview.headings if heading.key}
    context = {
        "upload": upload,
        "table": table,
        "preview": preview,
        "around": around,
        "at": row,
        "free": [column for column in table.columns if column.key not in taken],
        "groups": list(enumerate(preview.groups)),
        "unknown": list(enumerate(preview.unknown)),
        "keep": KEEP,
        "nothing": NOTHING,
        "asks": bool(preview.unknown or preview.asks_year or any(g.mappable for g in preview.groups)),
        "year": clock.today().year,
    }
    return render(request, "tabular/file.html", context)


@login_required
@require_POST
def explain(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Take what the sender says headings and texts mean, and read the file again."""
    actor = _actor(request)
    upload = _upload(upload_id, actor)
    preview = queries.preview_of(upload)
    if preview is not None and upload.state == Upload.State.READY:
        answers = Answers.of(preview, request.POST)
        try:
            services.explain(
                upload,
                headings=answers.headings,
                values=answers.values,
                options=answers.options,
                actor=actor,
            )
            tasks.begin_reading(upload)
        except TabularError as refusal:
            messages.error(request, str(refusal))
    return redirect("tabular:file", upload_id=upload_id)


@login_required
@require_POST
def apply(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Import the file, whole or without the bad rows."""
    upload = _upload(upload_id, _actor(request))
    mode = "good" if request.POST.get("mode") == "good" else "all"
    try:
        tasks.begin_applying(upload, mode)
    except TabularError as refusal:
        messages.error(request, str(refusal))
    return redirect("tabular:file", upload_id=upload_id)


@login_required
@require_POST
def drop(request: HttpRequest, upload_id: str) -> HttpResponse:
    """Throw a file away that was not imported."""
    upload = _upload(upload_id, _actor(request))
    if upload.state != Upload.State.APPLYING and upload.batch_id is None:
        services.discard(upload)
    return redirect("tabular:index")


@login_required
@require_GET
def bad(request: HttpRequest, upload_id: str) -> HttpResponse:
    """The bad rows of a file as a workbook."""
    actor = _actor(request)
    upload = _upload(upload_id, actor)
    try:
        content = workbooks.bad_rows(upload_id, actor=actor)
    except TabularError as refusal:
        messages.error(request, str(refusal))
        return redirect("tabular:kind", kind=upload.kind)
    return download(content, f"有误的行 {upload.name.rpartition('.')[0]}.xlsx")


@login_required
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """What an import did."""
    actor = _actor(request)
    try:
        view = queries.batch(batch_id, actor)
    except TabularError as error:
        raise Http404(str(error)) from error
    upload = Upload.objects.filter(batch=batch_id, account=actor).only("pk").first()
    after = schema.table(view.kind).after_url
    context = {
        "view": view,
        "items": queries.items(batch_id),
        "upload": upload,
        "after": reverse(after) if after else "",
        "lines": record.timeline(services.subject_of(view.batch)),
    }
    return render(request, "tabular/batch.html", context)


@login_required
@require_POST
def undo(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Take an import back."""
    try:
        undoing.undo(batch_id, actor=_actor(request))
        messages.success(request, "已撤销这次导入。")
    except TabularError as refusal:
        messages.error(request, str(refusal))
    return redirect("tabular:batch", batch_id=batch_id)


def download(content: bytes, name: str) -> HttpResponse:
    """A workbook to save, never to open in the page."""
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
