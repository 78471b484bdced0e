"""A standing committee of 45 with accounts, two tellers and a third person of the office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.kernel import clock
from renda.kernel.identity import api as identity

BEGINS, DAY = dt.date(2022, 1, 18), dt.date(2026, 6, 25)
SIZE = 45


@dataclass
class Hall:
    """Who is there: the committee, its members by number, their accounts, the office."""

    congress: people.Congress
    organ: people.Organisation
    persons: list[people.Person]
    accounts: list[identity.Account]
    office: list[identity.Account]

    def prepare(self, method: str = "named", **more: object) -> votes.Vote:
        return votes.prepare(
            congress=self.congress,
            body="standing_committee",
            organ=self.organ,
            title="关于批准市本级预算调整方案的决议",
            method=method,
            actor=self.office[0],
            **more,  # type: ignore[arg-type]
        )

    def put(self, method: str = "named", present: int = SIZE, **more: object) -> votes.Vote:
        vote = self.prepare(method)
        here = [person.pk for person in self.persons[:present]]
        votes.put(vote, here, actor=self.office[0], **more)  # type: ignore[arg-type]
        return votes.vote(vote.pk)

    def press(self, vote: votes.Vote, in_favour: int, against: int = 0, abstain: int = 0) -> None:
        pressed = ["for"] * in_favour + ["against"] * against + ["abstain"] * abstain
        for account, option in zip(self.accounts, pressed, strict=False):
            votes.cast(vote, option, actor=account)


def build(size: int = SIZE) -> Iterator[Hall]:
    division = people.create_division("999900", "安澜市", parent=people.create_division("990000", "东原省"))
    body = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, body, actor=None)
    people.open_term(congress, 14, BEGINS, actor=None)
    organ = people.create_organisation(
        "安澜市人大常委会", "standing_committee", actor=None, division=division
    )
    persons, accounts = [], []
    for number in range(size):
        person = people.create_person(f"委员{number + 1:02d}", actor=None)
        people.appoint(person, organ, "member", BEGINS, actor=None)
        account = identity.create_account(f"member{number + 1}", person.name, actor=None)
        identity.grant(account, "body_member", f"person:{person.pk}", actor=None, since=BEGINS)
        people.link_account(person, account, actor=None)
        persons.append(person)
        accounts.append(account)
    office = []
    for number, name in enumerate(("程甲", "程乙", "程丙")):
        account = identity.create_account(f"office{number}", name, actor=None)
        identity.grant(account, "meetings_office", f"congress:{congress.pk}", actor=None, since=BEGINS)
        office.append(account)
    with clock.travel(DAY):
        yield Hall(congress, organ, persons, accounts, office)


@pytest.fixture
def hall(db: None) -> Iterator[Hall]:
    yield from build()
