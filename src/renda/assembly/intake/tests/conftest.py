"""A congress with two organs, a desk, an organ's clerk and a deputy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from renda.assembly.intake import api as intake
from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow

LONG_AGO = dt.date(2022, 1, 10)


@dataclass
class Office:
    congress: people.Congress
    term: people.Term
    urban: people.Organisation
    water: people.Organisation
    desk: identity.Account
    organ: identity.Account
    deputy: people.Membership

    def receive(
        self, text: str = "青石桥路口的路灯坏了三个月，晚上看不见路。", **fields: object
    ) -> intake.Opinion:
        options = {"channel": "phone", "name": "林大妈", "phone": "13900000001", **fields}
        return intake.receive(intake.Said(text, **options), self.congress, actor=self.desk)  # type: ignore[arg-type]


@pytest.fixture
def office(db: None) -> Office:
    division = people.create_division("999900", "安澜市", parent=people.create_division("990000", "东原省"))
    organ = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, organ, actor=None)
    term = people.open_term(congress, 14, LONG_AGO, actor=None)
    urban = people.create_organisation("安澜市城市管理局", "department", actor=None, division=division)
    water = people.create_organisation("安澜市水务局", "department", actor=None, division=division)
    desk = identity.create_account("desk", "周敏", actor=None)
    identity.grant(desk, "intake_desk", f"congress:{congress.pk}", actor=None, since=LONG_AGO)
    clerk = identity.create_account("organ", "吴刚", actor=None)
    identity.grant(clerk, "handling_organ", f"org:{urban.pk}", actor=None, since=LONG_AGO)
    deputy = people.seat_deputy(people.create_person("丁一鸣", actor=None), term, actor=None)
    return Office(congress, term, urban, water, desk, clerk, deputy)


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> list[intake.SuggestionDraft]:
    """A room that takes drafts of suggestions, whatever rooms are installed."""
    taken: list[intake.SuggestionDraft] = []

    def offer(kind: str, payload: intake.SuggestionDraft, *, source: Ref, actor: identity.Account) -> Ref:
        assert kind == intake.SUGGESTION_DRAFT and source.kind == "intake.opinion"
        taken.append(payload)
        return Ref("motions.suggestion", "1", f"关于{payload.title}的建议")

    monkeypatch.setattr(workflow, "has_receiver", lambda kind: kind == intake.SUGGESTION_DRAFT)
    monkeypatch.setattr(workflow, "offer", offer)
    return taken
