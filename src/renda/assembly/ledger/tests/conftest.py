"""A congress with one organ that promises, a deputy who is asked, an office that follows up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from django.db import transaction

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref

BEGINS = dt.date(2022, 1, 10)
DAY = dt.date(2026, 3, 2)
DUE = dt.date(2026, 6, 30)
SOURCE = Ref("tests.reply", "1", "关于城南路口的答复")


@dataclass
class Place:
    """Who there is."""

    congress: people.Congress
    organ: people.Organisation
    other: people.Organisation
    committee: people.Organisation
    deputy: people.Person
    accounts: dict[str, identity.Account]

    def __getitem__(self, key: str) -> identity.Account:
        return self.accounts[key]

    def matter(self, **changes: object) -> ledger.Matter:
        """A matter as the office opens it from a reply; ``changes`` of its fields."""
        fields = {
            "congress_id": self.congress.pk,
            "kind": "tests",
            "source": SOURCE,
            "title": "完成城南路口渠化改造",
            "measure": "新标线启用",
            "evidence_kind": "visit",
            "organ_id": self.organ.pk,
            "due_on": DUE,
            "supervisor": f"deputies_office@congress:{self.congress.pk}",
            "asked_first_id": self.deputy.pk,
            "actor": self["clerk"],
        } | changes
        with transaction.atomic():
            return ledger.open_matter(**fields)

    def evidenced(self, **changes: object) -> ledger.Matter:
        """A matter whose evidence waits for the supervisor."""
        matter = self.matter(**changes)
        ledger.submit_evidence(matter, actor=self["clerk"], text="标线已启用", happened_on=clock.today())
        if matter.asked_first_id:
            ledger.answer(matter, actor=self["deputy"], agrees="yes")
        return matter

    def kept(self, **changes: object) -> ledger.Matter:
        """A closed matter."""
        matter = self.evidenced(**changes)
        ledger.close(matter, actor=self["office"], text="到现场看过")
        return matter


@pytest.fixture
def place(db: None) -> Place:
    division = people.create_division("999900", "安澜市", parent=people.create_division("990000", "东原省"))
    seat = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, seat, actor=None)
    term = people.open_term(congress, 14, BEGINS, actor=None)

    def organ(name: str, kind: str = "department") -> people.Organisation:
        return people.create_organisation(name, kind, actor=None, division=division)

    urban, traffic = organ("安澜市城市管理局"), organ("安澜市公安局")
    committee = organ("安澜市人民代表大会城建环资委员会", "special_committee")
    deputy = people.create_person("丁一鸣", actor=None)
    people.seat_deputy(
        deputy,
        term,
        delegation=people.create_delegation(term, "临河代表团", actor=None),
        start=BEGINS,
        actor=None,
    )
    scope = f"congress:{congress.pk}"
    held = {
        "clerk": ("韩志远", "handling_organ", f"org:{urban.pk}"),
        "second": ("韩小军", "handling_organ", f"org:{urban.pk}"),
        "stranger": ("路平", "handling_organ", f"org:{traffic.pk}"),
        "committee": ("苏文", "committee", f"org:{committee.pk}"),
        "office": ("周敏", "deputies_office", scope),
        "chair": ("冯远", "chairpersons", scope),
        "government": ("高峻", "government_office", scope),
        "deputy": ("丁一鸣", "deputy", f"person:{deputy.pk}"),
        "auditor": ("贺兰", "auditor", scope),
    }
    accounts = {}
    for key, (name, role, where) in held.items():
        accounts[key] = identity.create_account(key, name, actor=None)
        identity.grant(accounts[key], role, where, actor=None, since=BEGINS)
    with clock.travel(DAY):
        yield Place(congress, urban, traffic, committee, deputy, accounts)
