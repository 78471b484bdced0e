"""Pages for what goes wrong: what happened, and what to do now."""

from __future__ import annotations

import errno
import html
import sys

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, TooManyFilesSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static

log = structlog.stdlib.get_logger("renda.web")

# Without template, database or session: whatever broke may be one of them.
_STATIC = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">{styles}
<title>{title}</title></head>
<body><div class="emblem-line"></div><main class="bare-page prose">
<h1>{title}</h1><p>{body}</p><p>问题编号：<b>{number}</b>。打电话问管理员时请报这个编号。</p>
<p><a class="btn primary" href="/">回到首页</a></p></main></body></html>"""

_KEPT = "已经填写的内容没有提交；返回上一页还能看到。"


def _number(request: HttpRequest) -> str:
    return str(request.META.get("RENDA_REQUEST_ID", ""))


def _page(request: HttpRequest, status: int, title: str, reason: str, todo: str) -> HttpResponse:
    context = {"title": title, "reason": reason, "todo": todo, "number": _number(request)}
    if request.headers.get("HX-Request") == "true":
        # Part of a page: the text alone, which the page shows as a message.
        return HttpResponse(f"{reason}{todo}", status=status, content_type="text/plain; charset=utf-8")
    try:
        return HttpResponse(render_to_string("errors/page.html", context, request), status=status)
    except Exception:
        log.exception("error page could not be drawn")
        return static_page(request, status, title, f"{reason}{todo}")


def _styles() -> str:
    """The shell's style sheets, if the list of static files is there to name them."""
    try:
        names = [static(f"ui/{sheet}.css") for sheet in ("tokens", "base", "shell", "components")]
    except (ValueError, OSError):
        return ""
    return "".join(f'<link rel="stylesheet" href="{name}">' for name in names)


def static_page(request: HttpRequest, status: int, title: str, body: str) -> HttpResponse:
    """A page that needs nothing but this process."""
    text = _STATIC.format(
        title=html.escape(title),
        body=html.escape(body),
        number=html.escape(_number(request)),
        styles=_styles(),
    )
    return HttpResponse(text, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came in could not be understood."""
    if isinstance(exception, TooManyFilesSent):
        reason = "一次传的文件太多。"
    elif isinstance(exception, BadRequest) and str(exception):
        reason = str(exception)
    else:
        reason = "浏览器发来的内容不完整或无法识别。"
    return _page(request, 400, "没有办成", reason, "返回上一页检查后再试一次；仍然不行，请打电话问管理员。")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: a policy said no; its sentence says why and what to do."""
    said = str(exception) if isinstance(exception, PermissionDenied) else ""
    reason = said or "您现在的身份不能打开这一页或办这件事。"
    todo = "" if said else "如果是刚换了岗位，请联系本单位管理员调整权限，或换一个账号登录。"
    return _page(request, 403, "没有权限", reason, todo)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(
        request,
        404,
        "没有这一页",
        "网址可能抄错了，或者这件事已经并入别的事项。",
        "可以用上方的搜索按标题或编号查找，或从首页进入。",
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500: static, since the database or a template may be what broke. Every service is one transaction, so
    nothing is half done; what the person can do about it depends on what broke.
    """
    error = sys.exc_info()[1]
    text = str(error)
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    if full or (isinstance(error, DatabaseError) and ("disk is full" in text or "No space left" in text)):
        return static_page(
            request, 507, "磁盘满了，这一步没有保存", "请告诉管理员清理磁盘，再办一次。" + _KEPT
        )
    if isinstance(error, OperationalError) and "locked" in text:
        return static_page(request, 503, "系统正忙，这一步没有保存", "请过一会儿再办一次。" + _KEPT)
    ours = text.startswith("no such")  # SQLite's word for a table or column that the code has wrong
    if isinstance(error, (OperationalError, InterfaceError)) and not ours:
        return static_page(request, 503, "数据库暂时连不上，这一步没有保存", "请过几分钟再办一次。" + _KEPT)
    return static_page(
        request, 500, "系统出错了，这一步没有完成", "管理员会收到这次错误的记录。请稍后再试。" + _KEPT
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of Django's own: the page was open too long or cookies are off."""
    log.warning("csrf", reason=reason, path=request.path)
    return _page(
        request,
        403,
        "这一页放得太久，需要重新打开",
        "为防止他人冒用，每一页只在一段时间内有效；也可能是浏览器关闭了 Cookie。",
        "返回上一页并刷新，把填写的内容再提交一次；微信里打不开时，可点右上角“在浏览器打开”。",
    )
