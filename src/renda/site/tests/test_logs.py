"""Logs and error mails carry no number of a person."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import sys
from typing import Any

import pytest
import structlog
from django.core import mail
from django.test import RequestFactory, override_settings

from renda.site.logs import QuietMailHandler, logging_config, scrub

NUMBERS = {
    "citizen id": "999901199003077418",
    "citizen id with X": "99990119900307001X",
    "mobile": "13900001234",
    "mobile in groups": "139 0000 1234",
    "fixed line": "0999-6012345",
    "bank card": "6222020200112233445",
    "date of birth": "1990-03-07",
    "mail": "someone@example.cn",
}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_numbers_of_persons_are_masked(number: str) -> None:
    assert scrub(f"王某（{number}）反映") == "王某（▒▒▒）反映"


@pytest.mark.parametrize(
    "text",
    ["2026-03-05 14:02:11", "安人建〔2026〕12号", "共 353 件，用时 12.5 毫秒", "id=3f1c9d2e7a", "第101号"],
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert scrub(text) == text


@pytest.fixture
def lines() -> Any:
    """What the configured handler writes, as text."""
    config = logging_config(json=True)
    out = io.StringIO()
    formatter = config["formatters"]["lines"]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(**{k: v for k, v in formatter.items() if k != "()"})
    )
    logger = logging.getLogger("renda.tests")
    logger.propagate = False
    logger.setLevel("INFO")
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_every_field_of_a_line_is_masked(lines: Any) -> None:
    number = NUMBERS["mobile"]
    log = structlog.stdlib.get_logger("renda.tests")
    log.info("寄出 %s", number, to=[number], detail={"phone": number})
    try:
        raise ValueError(f"重复的手机号 {number}")
    except ValueError:
        logging.getLogger("renda.tests").exception("导入失败 %s", number)
    structured, plain = lines()
    assert structured["event"] == "寄出 ▒▒▒"
    assert plain["event"] == "导入失败 ▒▒▒"
    assert "ValueError: 重复的手机号 ▒▒▒" in plain["exception"]
    assert number not in json.dumps([structured, plain], ensure_ascii=False)


def test_a_request_in_a_line_is_its_path_alone(lines: Any) -> None:
    request = RequestFactory().get("/search/", {"q": NUMBERS["citizen id"]})
    logging.getLogger("renda.tests").warning("Forbidden", extra={"request": request, "status_code": 403})
    (line,) = lines()
    assert line["path"] == "/search/"
    assert NUMBERS["citizen id"] not in json.dumps(line)


@override_settings(ADMINS=[("a", "ops@anlan.example")])
def test_an_error_mail_has_the_trace_and_nothing_of_the_request() -> None:
    request = RequestFactory().post("/motions/?q=13900001234", {"phone": NUMBERS["mobile"]})
    secret = NUMBERS["citizen id"]
    try:
        raise RuntimeError(f"不认识 {secret}")
    except RuntimeError:
        record = logging.LogRecord(
            "django.request",
            logging.ERROR,
            __file__,
            1,
            "Internal Server Error: %s",
            ("/x/",),
            sys.exc_info(),
        )
    record.request = request
    QuietMailHandler().emit(record)
    (message,) = mail.outbox
    text = message.subject + message.body
    assert "RuntimeError: 不认识 ▒▒▒" in message.body
    assert not message.alternatives
    for number in (secret, NUMBERS["mobile"], "secret =", "SECRET_KEY", "phone"):
        assert number not in text


@override_settings(ADMINS=[])
def test_without_addresses_no_mail_is_made() -> None:
    line = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "wrong", (), None)
    QuietMailHandler().emit(line)
    assert mail.outbox == []


@override_settings(ADMINS=[("a", "ops@anlan.example")])
def test_a_line_without_an_exception_is_mailed_masked() -> None:
    text = f"没有送达 {NUMBERS['mobile']}"
    QuietMailHandler().emit(logging.LogRecord("renda", logging.ERROR, __file__, 1, text, (), None))
    assert "没有送达 ▒▒▒" in mail.outbox[0].body
