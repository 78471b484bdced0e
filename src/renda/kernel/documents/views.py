"""Attachments to those who may read them; whoever may not learns nothing, not even that there is one."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from renda.kernel.documents import store
from renda.kernel.documents.errors import ContentMissing
from renda.kernel.documents.extraction import preview_pdf
from renda.kernel.documents.files import Attachment, get_attachment, may_read
from renda.kernel.documents.responses import file_response, pdf_bytes_response


@require_safe
@login_required
def file(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """``/files/<uuid>/``: the file; pictures and PDF in place, all else (and ``?download``) to be saved."""
    attachment = _readable(request, id)
    etag = f'"{attachment.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        stream = store.open_content(attachment.sha256)
    except ContentMissing as error:
        return _problem(request, str(error), 503)
    inline = attachment.inline and "download" not in request.GET
    response = file_response(stream, attachment.name, attachment.content_type, inline=inline, etag=etag)
    response["Content-Length"] = str(attachment.size)
    return response


@require_safe
@login_required
def preview(request: HttpRequest, id: UUID) -> HttpResponse:
    """``/files/<uuid>/preview/``: an Office file as PDF, where LibreOffice is installed."""
    attachment = _readable(request, id)
    try:
        made = preview_pdf(attachment)
    except ContentMissing as error:
        return _problem(request, str(error), 503)
    if made is None:
        return _problem(request, "这个文件不能在线预览：请下载后用 Word 或 WPS 打开。", 404, attachment)
    return pdf_bytes_response(made, f"{attachment.name}.pdf")


def _readable(request: HttpRequest, id: UUID) -> Attachment:
    attachment = get_attachment(id)
    if attachment is None or not may_read(request.user, attachment):
        raise Http404
    return attachment


def _problem(
    request: HttpRequest, message: str, status: int, attachment: Attachment | None = None
) -> HttpResponse:
    return render(
        request, "documents/refused.html", {"message": message, "attachment": attachment}, status=status
    )
