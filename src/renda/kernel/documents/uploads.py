"""Uploads on their way in: never held in memory, ended at the limit, answered with a sentence.

One handler writes each file to the disk as it comes and stops where it grows too large; one middleware
turns that into an answer that the browser can show. Without it, a browser that is still sending sees a
broken connection. Nothing here needs a table: the public zone uses it too.
"""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.html import escape

from renda.kernel.documents.store import FULL, too_large

FILES_AT_ONCE = 4  # as many files of the largest size go into one request
BLOCK = 64 * 1024
DRAINED = 1024**3  # bytes of a refused request that are read and dropped, so that the browser gets the answer


class UploadRefused(BadRequest):
    """An upload that is ended while it comes in.

    Args:
        message: for the person who sent it.
        status: 413 too large, 507 disk full.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class LimitedUploads(TemporaryFileUploadHandler):
    """Writes uploads to temporary files and refuses what is too large.

    The refusal is noted on the request, because the exception may be swallowed on its way (a middleware
    that reads POST for its token, say).
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > request_limit():
            self._refuse(f"一次上传的内容超过 {request_limit() // 1024**2} MB：请分几次上传。", 413)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._received += len(raw_data)
        if self._received > settings.RENDA_ATTACHMENT_BYTES:
            self._refuse(too_large(self.file_name or "文件", settings.RENDA_ATTACHMENT_BYTES), 413)
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                self._refuse(FULL, 507)
            raise

    def _refuse(self, message: str, status: int) -> None:
        refusal = UploadRefused(message, status)
        if self.request is not None:
            self.request.META["renda.upload_refused"] = refusal
        raise refusal


class UploadLimits:
    """Answers a request whose upload was refused, after the rest of it was read and dropped."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        refusal = request.META.get("renda.upload_refused")
        if not isinstance(refusal, UploadRefused):
            return response
        _drain(request)
        return refused_page(request, str(refusal), refusal.status)


def request_limit() -> int:
    """How large a whole request with files may be, in bytes."""
    return int(settings.RENDA_ATTACHMENT_BYTES) * FILES_AT_ONCE - 1024**2


def refused_page(request: HttpRequest, message: str, status: int) -> HttpResponse:
    """The answer to a refused upload: a page, or the sentence alone for a part of a page."""
    if request.headers.get("HX-Request") == "true" or "text/html" not in request.headers.get(
        "Accept", "text/html"
    ):
        return HttpResponse(message, status=status, content_type="text/plain; charset=utf-8")
    try:
        return HttpResponse(
            render_to_string("documents/refused.html", {"message": message}, request), status=status
        )
    except TemplateDoesNotExist:
        page = '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>没有上传</title>'
        return HttpResponse(f"{page}<p>{escape(message)}</p>", status=status)


def _drain(request: HttpRequest) -> None:
    left = DRAINED
    try:
        while left > 0 and (block := request._stream.read(BLOCK)):
            left -= len(block)
    except OSError:
        return
