"""Logs and error mails that carry no personal data: structured lines, numbers of persons masked.

What could carry them is not logged to begin with (no bodies, no query strings, no addresses of visitors); the
mask is for what slips into the text of an error.
"""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import mail_admins
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.log import AdminEmailHandler
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter

# Citizen IDs (18 or 15 digits), bank cards (16-19), mobile and fixed telephone numbers, dates of birth: any
# run of seven digits or more, spaces and hyphens between them allowed; but not moments: operators read those.
_NUMBER = re.compile(r"(?P<moment>\d{4}-\d\d-\d\d[T ]\d\d:\d\d)|(?<![\w.-])\d(?:[ -]?\d){6,18}[Xx]?(?![\w-])")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
MASK = "▒▒▒"


def scrub(text: str) -> str:
    """Mask everything in a text that may be a person's number or mail address."""
    masked = _NUMBER.sub(lambda found: found.group() if found["moment"] else MASK, text)
    return _ADDRESS.sub(MASK, masked)


def _scrub_value(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return {key: _scrub_value(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrub_value(inner) for inner in value]
    return value


def scrub_event(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """structlog processor: mask every text of an event but its time."""
    return {key: value if key == "timestamp" else _scrub_value(value) for key, value in event.items()}


class PlainReporter(ExceptionReporter):
    """What an error mail says: the trace, masked; no request, no settings, no variables."""

    def get_traceback_text(self) -> SafeString:
        if self.exc_type is None:  # a line without an exception
            text = str(self.exc_value)
        else:
            text = "".join(traceback.format_exception(self.exc_type, self.exc_value, self.tb))
        return mark_safe(scrub(text))  # noqa: S308  plain text of a mail, never a page


class QuietMailHandler(AdminEmailHandler):
    """Error mails without request data."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(include_html=False, reporter_class="renda.site.logs.PlainReporter", **kwargs)

    def emit(self, record: logging.LogRecord) -> None:
        if settings.ADMINS:
            super().emit(record)

    def send_mail(self, subject: str | Promise, message: str | Promise, *args: Any, **kwargs: Any) -> None:
        mail_admins(scrub(str(subject)), scrub(str(message)), fail_silently=True)

    def format_subject(self, subject: str) -> str:
        return super().format_subject(scrub(subject))


def _no_request(logger: Any, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    # Django attaches the request to its records; its repr holds the query string.
    request = event.pop("request", None)
    if isinstance(request, HttpRequest):
        event["path"] = request.path
    return event


def logging_config(json: bool) -> dict[str, Any]:
    """The value of Django's LOGGING.

    Args:
        json: one JSON object a line (production), else lines for reading.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _no_request,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
        structlog.processors.format_exc_info,
        scrub_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
            "mail": {"class": "renda.site.logs.QuietMailHandler", "level": "ERROR"},
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django": {"handlers": ["mail"], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "django.security.DisallowedHost": {"handlers": [], "level": "ERROR", "propagate": False},
            "uvicorn": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},  # would log whole addresses, query strings included
            "httpcore": {"level": "WARNING"},
        },
    }
