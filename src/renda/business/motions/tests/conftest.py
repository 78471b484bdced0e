"""A small congress with deputies, offices and organs, and a driver that walks a suggestion along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from renda.assembly.people import api as people
from renda.business.motions.models import Category, LetterMark, ReplyClass, Suggestion
from renda.business.motions.services import drafting, handling, handover, pressing, replying, review
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

BEGINS = dt.date(2022, 1, 10)
DAY = dt.date(2026, 2, 28)


@dataclass
class World:
    """Who and what there is; accounts by their role."""

    congress: people.Congress
    term: people.Term
    seats: list[people.Membership]
    organs: dict[str, people.Organisation]
    category: Category
    classes: dict[str, ReplyClass]
    accounts: dict[str, identity.Account] = field(default_factory=dict)

    def account(self, key: str, name: str, *grants: tuple[str, str]) -> identity.Account:
        made = identity.create_account(key, name, actor=None)
        for role, scope in grants:
            identity.grant(made, role, scope, actor=None, since=BEGINS)
        self.accounts[key] = made
        return made

    def __getattr__(self, key: str) -> identity.Account:
        try:
            return self.accounts[key]
        except KeyError:
            raise AttributeError(key) from None

    # The driver: each takes it one stage further, by the services and in the right hands.

    def draft(self, **texts: str) -> Suggestion:
        return drafting.start_draft(
            self.seats[0],
            actor=self.deputy,
            texts={
                "title": "关于整治城南路口拥堵的建议",
                "matter": "城南路口早晚高峰长期拥堵。",
                "analysis": "路口渠化不合理，公交站距路口过近。",
                "proposal": "调整渠化，公交站后移五十米。",
                "how": "study",
                "consent": "all",
                **texts,
            },
        )

    def submitted(self, **texts: str) -> Suggestion:
        suggestion = self.draft(**texts)
        drafting.submit(suggestion, actor=self.deputy)
        return fresh(suggestion)

    def registered(self, **texts: str) -> Suggestion:
        suggestion = self.submitted(**texts)
        review.register(suggestion, actor=self.office, category=self.category)
        return fresh(suggestion)

    def handed(self, *joint: str, lead: str = "urban", through: bool = False) -> Suggestion:
        suggestion = self.registered()
        actor = self.office
        if through:
            handover.to_government(suggestion, actor=self.office)
            suggestion, actor = fresh(suggestion), self.government
        handover.hand_over(
            suggestion, actor=actor, lead=self.organs[lead], joint=[self.organs[j] for j in joint]
        )
        return fresh(suggestion)

    def lead_of(self, suggestion: Suggestion) -> object:
        return suggestion.assignments.select_related("case", "organ", "suggestion__case").get(role="lead")

    def replied(self, days: int = 30) -> Suggestion:
        suggestion = self.handed()
        assignment = self.lead_of(suggestion)
        handling.receive(assignment, actor=self.urban_clerk)
        self.answer(assignment, days)
        return fresh(suggestion)

    def answer(
        self, assignment: object, days: int = 30, reply_class: str = "B", promise: bool = True
    ) -> None:
        """Contact, draft, sign."""
        pressing.record_contact(
            assignment, actor=self.urban_clerk, how="meeting", happened_at=clock.now(), text="当面听取意见"
        )
        reply = replying.open_draft(assignment, actor=self.urban_clerk)
        replying.save_draft(
            reply,
            actor=self.urban_clerk,
            texts={"done": "已完成现场勘查。", "planned": "调整渠化。" if promise else ""},
            reply_class=self.classes[reply_class],
            promises=[
                replying.PromiseDraft(
                    text="完成城南路口渠化改造",
                    organ=self.organs["urban"],
                    due_on=clock.today() + dt.timedelta(days=days),
                    measure="新标线启用，公交站后移",
                    evidence_kind="visit",
                )
            ]
            if promise
            else [],
        )
        assignment.case.refresh_from_db()
        replying.send_to_head(reply, actor=self.urban_clerk)
        replying.issue(assignment, actor=self.urban_head, signer="韩志远")


def fresh(suggestion: Suggestion) -> Suggestion:
    return Suggestion.objects.select_related("case", "congress", "term", "lead", "delegation").get(
        pk=suggestion.pk
    )


def deliver_all() -> None:
    """What the worker does each second, until nothing is left."""
    while workflow.deliver():
        pass


@pytest.fixture
def world(db: None) -> Iterator[World]:
    yield from build_world()


def build_world() -> Iterator[World]:
    """The small congress on its day; the day ends with the iteration."""
    division = people.create_division("999900", "安澜市", parent=people.create_division("990000", "东原省"))
    organ = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, organ, actor=None)
    term = people.open_term(congress, 14, BEGINS, actor=None)
    delegation = people.create_delegation(term, "临河代表团", actor=None)
    organs = {
        key: people.create_organisation(name, "department", actor=None, short_name=short, division=division)
        for key, name, short in (
            ("urban", "安澜市城市管理局", "市城管局"),
            ("traffic", "安澜市公安局", "市公安局"),
            ("transport", "安澜市交通运输局", "市交通局"),
        )
    }
    seats = []
    for name in ("丁一鸣", "马秋兰", "欧阳致远"):
        person = people.create_person(name, actor=None)
        seats.append(people.seat_deputy(person, term, delegation=delegation, start=BEGINS, actor=None))
    category = Category.objects.create(congress=congress, code="cj", label="城乡建设")
    classes = {
        code: ReplyClass.objects.create(term=term, code=code, label=label, solved=code == "A", order=n)
        for n, (code, label) in enumerate(
            (("A", "已经解决"), ("B", "正在解决"), ("C", "列入计划"), ("D", "因条件限制无法解决"))
        )
    }
    LetterMark.objects.create(organ=organs["urban"], mark="安城管函")
    world = World(congress, term, seats, organs, category, classes)
    scope = f"congress:{congress.pk}"
    for key, seat in zip(("deputy", "second", "third"), seats, strict=True):
        account = world.account(key, seat.person.name, ("deputy", f"person:{seat.person_id}"))
        people.link_account(seat.person, account, actor=None)
    world.account("secretary", "小吴", ("secretary", f"person:{seats[0].person_id}"))
    world.account("office", "周敏", ("deputies_office", scope))
    world.account("government", "高峻", ("government_office", scope))
    world.account("chair", "冯主任", ("chairpersons", scope))
    world.account("delegation", "代表团小王", ("delegation_secretary", f"delegation:{delegation.pk}"))
    for key, organ in organs.items():
        world.account(f"{key}_clerk", f"{organ.short_name}经办", ("handling_organ", f"org:{organ.pk}"))
        world.account(f"{key}_head", f"{organ.short_name}负责人", ("organ_head", f"org:{organ.pk}"))
    with clock.travel(DAY):
        yield world


def sentences(suggestion: Suggestion) -> list[str]:
    return [line.sentence for line in reversed(record.timeline(suggestion.ref, limit=200))]
