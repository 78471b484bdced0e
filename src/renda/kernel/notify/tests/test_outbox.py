"""Sending: when, by which way, what if it fails, and at least once whatever happens to the worker."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.notify import api as notify
from renda.kernel.notify import outbox, ways
from renda.kernel.notify.adapters.base import Dead, Outgoing, Temporary
from renda.kernel.notify.models import DeadAddress, Delivery, PaperPlane, Reach, State
from renda.kernel.notify.services import forget, prefer
from renda.kernel.notify.tests.conftest import PHONE, SUBJECT, Gateway, tell

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
Make = Callable[..., Account]
DAY = dt.date(2026, 3, 5)


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> Any:
    return clock.travel(clock.combine(day, dt.time(hour, minute)))


class Way:
    """An adapter of the test: remembers, and fails as it is told."""

    def __init__(self, name: str, attribute: str) -> None:
        self.name = self.label = name
        self.attribute = attribute
        self.sent: list[Outgoing] = []
        self.fail: Exception | None = None

    def address(self, account: Account, reach: Reach) -> str:
        holder = account if self.attribute == "phone_id" else reach
        return str(getattr(holder, self.attribute) or "")

    def open(self, address: str) -> str:
        return address

    def send(self, out: Outgoing) -> str:
        self.sent.append(out)
        if self.fail:
            raise self.fail
        return "r"


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> dict[str, Way]:
    made = {"sms": Way("sms", "phone_id"), "wecom": Way("wecom", "wecom"), "email": Way("email", "email")}
    monkeypatch.setattr(ways, "configured", lambda: made)
    return made


def sent(out: dict[str, Way]) -> dict[str, int]:
    return {name: len(way.sent) for name, way in out.items() if way.sent}


# --- when


def test_an_urgent_message_goes_out_at_once(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE)
    with at(15):
        tell(li, title="请到场", url="/motions/7/", urgent=True)
        assert notify.deliver() == 1
        assert notify.deliver() == 0
    (message,) = out["sms"].sent
    assert (message.title, message.short, message.urgent) == ("请到场", "【催办】请到场", True)
    assert message.url.endswith("/motions/7/")
    (telling,) = notify.told(SUBJECT)
    assert (telling.way, telling.state, telling.sent_at and telling.sent_at.hour) == ("sms", "已发", 7)


def test_in_quiet_hours_it_is_held_until_seven(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE)
    with at(21, 30):
        tell(li, urgent=True)
        assert notify.deliver() == 0
    for hour, minute, day in [(23, 59, DAY), (6, 59, DAY + dt.timedelta(days=1))]:
        with at(hour, minute, day):
            assert notify.deliver() == 0
            assert notify.health() == []
    with at(7, 0, DAY + dt.timedelta(days=1)):
        assert notify.deliver() == 1
    assert sent(out) == {"sms": 1}


def test_what_was_read_meanwhile_is_not_sent(make: Make, out: dict[str, Way]) -> None:
    li, gone = make("li", phone=PHONE), make("gone", email="a@example.com")
    with at(22):
        tell(li, gone, urgent=True)
        notify.mark_read(li)
        identity.close_account(gone, actor=None, reason="退休")
    with at(7, 0, DAY + dt.timedelta(days=1)):
        assert notify.deliver() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.NEEDLESS}


def test_without_any_way_messages_are_read_in_the_product(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ways, "configured", dict)
    li = make("li")
    with at(10):
        tell(li, urgent=True)
        assert notify.deliver() == 0
    with at(15):
        assert notify.health() == []
    assert notify.unread(li) == 1


# --- by which way


def test_an_urgent_one_goes_by_sms_and_a_digest_by_mail(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE, email="li@example.com")
    with at(8, 30):
        tell(li, urgent=True)
        tell(li)
        notify.make_digests()
        assert notify.deliver() == 2
    assert sent(out) == {"sms": 1, "email": 1}
    assert out["email"].sent[0].kind == "digest"


def test_everybody_may_choose(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE)
    prefer(li, email="li@example.com", wecom="li", urgent_way="email", digest_way="sms", stopped=[])
    with at(8, 30):
        tell(li, urgent=True)
        tell(li)
        notify.make_digests()
        notify.deliver()
    assert [o.kind for o in out["email"].sent] == ["notifytest.pressed"]
    assert [o.kind for o in out["sms"].sent] == ["digest"]


def test_a_stopped_urgent_kind_is_not_sent_but_a_duty_is(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE)
    prefer(li, email="", wecom="", stopped=["notifytest.pressed", "notifytest.served"])
    with at(10):
        tell(li, urgent=True)
        tell(li, kind="notifytest.served", urgent=True)
        assert notify.deliver() == 1
    assert [o.kind for o in out["sms"].sent] == ["notifytest.served"]


# --- when it fails


def test_a_busy_way_is_tried_again_with_growing_pauses(make: Make, out: dict[str, Way]) -> None:
    people = [make("li", email="li@example.com"), make("wang", email="wang@example.com")]
    out["email"].fail = Temporary("对方应答 503")
    with at(10):
        tell(*people, urgent=True)
        notify.deliver()
    assert len(out["email"].sent) == 1  # the second one does not wait for the same time-out
    with at(10, 15):
        (line,) = notify.health()
        assert "2 件消息等待发送超过 10 分钟" in line
        assert "email：对方应答 503" in line
    out["email"].fail = None
    with at(10, 2):
        assert notify.deliver() == 2
    keys = [o.key for o in out["email"].sent]
    assert keys[0] in keys[1:]


def test_after_a_day_it_is_given_up_and_said(make: Make, out: dict[str, Way]) -> None:
    out["email"].fail = Temporary("对方应答 503")
    with at(10):
        tell(make("li", email="li@example.com"), urgent=True)
        notify.deliver()
    with at(11, 0, DAY + dt.timedelta(days=1)):
        notify.deliver()
        assert Delivery.objects.get().state == State.FAILED
        assert any("1 件消息一直没有发成" in line for line in notify.health())


def test_an_adapter_with_a_bug_stops_nobody(make: Make, out: dict[str, Way]) -> None:
    out["email"].fail = KeyError(PHONE)
    with at(10):
        tell(make("li", email="li@example.com"), make("wang", phone=PHONE), urgent=True)
        assert notify.deliver() == 1
    waiting = Delivery.objects.get(state=State.WAITING)
    assert waiting.trouble == "email：KeyError"


def test_a_dead_number_comes_back_once_and_the_next_way_is_taken(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE, email="li@example.com")
    out["sms"].fail = Dead(f"空号 {PHONE}")
    reported: list[notify.Unreached] = []
    notify.on_unreached(reported.append)
    with at(10):
        tell(li, urgent=True)
        assert notify.deliver() == 0
        assert notify.deliver() == 1
        tell(li, title="再一件", urgent=True)
        assert notify.deliver() == 1
    assert [(u.account, u.way, u.reason) for u in reported] == [(li, "sms", "对方拒收")]
    assert sent(out) == {"sms": 1, "email": 2}
    dead = DeadAddress.objects.get()
    assert (dead.way, dead.address) == ("sms", str(li.phone_id))
    assert PHONE not in repr(list(Delivery.objects.values())) + repr(list(DeadAddress.objects.values()))


def test_a_new_number_is_a_new_start_and_so_is_a_clerks_word(make: Make, out: dict[str, Way]) -> None:
    li = make("li", phone=PHONE)
    out["sms"].fail = Dead("空号")
    with at(10):
        tell(li, urgent=True)
        notify.deliver()
        out["sms"].fail = None
        notify.deliver()
        assert Delivery.objects.get().state == State.DEAD
        identity.set_phone(li, "13900005678", actor=None)
        tell(li, urgent=True)
        assert notify.deliver() == 1
        DeadAddress.objects.create(account=li, way="sms", address=str(li.phone_id), reason="x")
        assert notify.revive(li, "sms") == 2
        tell(li, urgent=True)
        assert notify.deliver() == 1


def test_an_account_without_any_address_comes_back_once(make: Make, out: dict[str, Way]) -> None:
    reported: list[notify.Unreached] = []
    notify.on_unreached(reported.append)
    li = make("li")
    with at(10):
        tell(li, urgent=True)
        tell(li, urgent=True)
        assert notify.deliver() == 0
    assert [(u.account, u.way) for u in reported] == [(li, "")]
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.DEAD}


def test_a_listener_that_fails_leaves_the_dead_number_unnoted(make: Make, out: dict[str, Way]) -> None:
    """The matter and the note are one transaction: neither is lost, the sending is tried again."""

    def broken(unreached: notify.Unreached) -> None:
        raise RuntimeError

    notify.on_unreached(broken)
    out["sms"].fail = Dead("空号")
    with at(10):
        tell(make("li", phone=PHONE), urgent=True)
        with pytest.raises(RuntimeError):
            notify.deliver()
    assert not DeadAddress.objects.exists()
    outbox._listeners.remove(broken)
    with at(10, 3):
        notify.deliver()
    assert DeadAddress.objects.count() == 1


def test_destroyed_data_take_the_addresses_with_them(make: Make) -> None:
    li = make("li", email="li@example.com")
    DeadAddress.objects.create(account=li, way="email", address="li@example.com", reason="x")
    forget(li.ref)
    assert not Reach.objects.exists()
    assert not DeadAddress.objects.exists()
    assert "消息的联系方式" in {copy.name for copy in identity.derived_copies()}


# --- whatever happens to the worker


WORKER = """
import datetime as dt, django
django.setup()
from renda.kernel import clock
from renda.kernel.notify import api
with clock.travel(clock.combine(dt.date(2026, 3, 5), dt.time(10, 5))):
    api.deliver()
"""


def _url(alias: str) -> str:
    values = connections[alias].settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    secret = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{secret}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_a_worker_killed_between_sending_and_noting_sends_again_with_the_same_key(
    make: Make, gateway: Gateway, settings: Any
) -> None:
    li = make("li", phone=PHONE)
    with at(10):
        tell(li, urgent=True)
    pids: list[int] = []

    def kill(path: str, body: Any) -> int:
        os.kill(pids[0], signal.SIGKILL)  # it has our message and will never hear that we got it
        return 500

    gateway.answer = kill
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "renda.site.settings",
        "RENDA_DATABASE_URL": _url("default"),
        "RENDA_VAULT_URL": _url("vault"),
        "RENDA_SMS_URL": gateway.url,
        "RENDA_SMS_SECRET": "s",
        "RENDA_ADDRESS": "https://renda.example",
        "NO_PROXY": "*",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    worker = subprocess.Popen([sys.executable, "-c", f"import sys; sys.stdin.readline()\n{WORKER}"],
                              stdin=subprocess.PIPE, env=environment, cwd=Path.cwd())  # fmt: skip
    pids.append(worker.pid)
    worker.communicate(b"\n", timeout=60)
    assert worker.returncode == -signal.SIGKILL
    assert Delivery.objects.get().state == State.WAITING
    gateway.answer = lambda path, body: {"status": "ok", "id": "42"}
    settings.NOTIFY = {"address": "https://renda.example", "sms": {"url": gateway.url, "secret": "s"}}
    with at(10, 6):
        assert notify.deliver() == 0  # the dead worker's claim still holds
    with at(10, 8):
        assert notify.deliver() == 1
    first, second = gateway.bodies
    assert first == second
    assert (first["to"], first["key"].endswith("-sms")) == (PHONE, True)
    done = Delivery.objects.get()
    assert (done.state, done.receipt, done.attempts) == (State.SENT, "42", 2)


def test_the_paper_plane_lands_once(make: Make, settings: Any) -> None:
    settings.NOTIFY = {"address": "", "paper": True}
    li = make("li", phone=PHONE)
    with at(10):
        tell(li, title="请到场", url="/motions/7/", urgent=True)
        assert notify.deliver() == 1
        Delivery.objects.update(state=State.WAITING, sent_at=None, next_try=clock.now())
        assert notify.deliver() == 1
    plane = PaperPlane.objects.get()
    assert (plane.title, plane.url, plane.urgent, plane.account) == ("请到场", "/motions/7/", True, li)
