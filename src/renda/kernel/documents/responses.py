"""Answers that carry a file: papers as PDF and DOCX, attachments; safe headers in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any, TypeVar

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from renda.kernel.documents.docx import DOCX_TYPE, docx
from renda.kernel.documents.errors import DocumentsError
from renda.kernel.documents.html import html
from renda.kernel.documents.names import safe_name
from renda.kernel.documents.paper import Paper
from renda.kernel.documents.pdf import merged_pdf

R = TypeVar("R", HttpResponse, FileResponse)
# Nothing in a file may act: no script, no form, no frame. A PDF needs the browser's own viewer, which a
# sandbox would keep out, and which runs apart from our pages anyway.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
VIEWER = "script-src 'none'; object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def pdf_response(paper: Paper | Iterable[Paper], filename: str, *, download: bool = False) -> HttpResponse:
    """A paper, or many as one file, as PDF.

    Args:
        paper: one or several in the order of printing.
        filename: without extension; the paper's title is usual.
        download: whether it is saved at once instead of shown.

    Raises:
        DocumentsError: missing glyphs, missing fonts; shown by ``paper_page`` or the room.
    """
    papers = [paper] if isinstance(paper, Paper) else list(paper)
    return pdf_bytes_response(merged_pdf(papers), f"{filename}.pdf", download=download)


def pdf_bytes_response(made: bytes, name: str, *, download: bool = False) -> HttpResponse:
    """A PDF that is already there.

    Args:
        made: its bytes.
        name: file name with extension.
        download: whether it is saved at once instead of shown.
    """
    return _named(HttpResponse(made, content_type="application/pdf"), name, download, VIEWER)


def docx_response(paper: Paper, filename: str) -> HttpResponse:
    """A paper as a Word file, to be saved."""
    return _named(HttpResponse(docx(paper), content_type=DOCX_TYPE), f"{filename}.docx", True, SANDBOX)


def paper_page(
    request: HttpRequest,
    paper: Paper,
    filename: str = "",
    *,
    template: str = "documents/paper.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """One address for all three forms of a paper: the page, ``?as=pdf`` and ``?as=docx``.

    Args:
        request: the query parameter ``as`` chooses the form.
        paper: what is shown.
        filename: name of the files without extension; the title where empty.
        template: a template that extends ``documents/paper.html``, where a room adds to the page.
        context: for that template.
    """
    name = filename or paper.title
    wanted = request.GET.get("as", "")
    problem = ""
    try:
        if wanted == "pdf":
            return pdf_response(paper, name, download="download" in request.GET)
        if wanted == "docx":
            return docx_response(paper, name)
    except DocumentsError as error:
        problem = str(error)
    page = {"paper": paper, "paper_html": html(paper), "problem": problem, **(context or {})}
    return render(request, template, page, status=422 if problem else 200)


def file_response(
    stream: IO[bytes], name: str, content_type: str, *, inline: bool, etag: str
) -> FileResponse:
    """A stored file as a stream, shown in place only where it is a kind that cannot act."""
    response = FileResponse(stream, content_type=content_type)
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    return _named(response, name, not inline, VIEWER if content_type == "application/pdf" else SANDBOX)


def _named(response: R, name: str, download: bool, policy: str) -> R:
    response["Content-Disposition"] = content_disposition_header(download, safe_name(name)) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
