"""Walks suggestions along by the real services, on the right days and in the right hands."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

import yaml

from renda.assembly.ledger import api as ledger
from renda.assembly.people import api as people
from renda.business.motions import api as motions
from renda.demo.people import DATA, ORGANS, PLACES, City
from renda.kernel import clock
from renda.kernel.workflow import api as workflow

CATEGORIES = ("城乡建设", "生态环境", "民生保障", "教科文卫", "农业农村", "经济发展", "监察司法")
CLASSES = (
    ("A", "已经解决或者基本解决", True),
    ("B", "正在解决或者列入计划解决", False),
    ("C", "条件所限，留待以后解决", False),
    ("D", "用作参考或者解释说明", False),
)


@dataclass
class Driver:
    """One demo city and what was made in it."""

    city: City
    chance: random.Random
    today: dt.date
    themes: dict[str, dict[str, Any]] = field(default_factory=dict)
    categories: dict[str, motions.Category] = field(default_factory=dict)
    classes: dict[str, motions.ReplyClass] = field(default_factory=dict)
    stories: dict[str, motions.Suggestion] = field(default_factory=dict)

    def prepare(self) -> None:
        """Code lists, letter marks, texts."""
        rows = yaml.safe_load((DATA / "themes.yaml").read_text("utf-8"))
        self.themes = {row["key"]: row for row in rows}
        for number, label in enumerate(CATEGORIES, start=1):
            self.categories[label] = motions.add_category(
                self.city.congress, code=f"{number:02d}", label=label, order=number, actor=None
            )
        for number, (code, label, solved) in enumerate(CLASSES, start=1):
            self.classes[code] = motions.add_reply_class(
                self.city.term, code=code, label=label, solved=solved, order=number, actor=None
            )
        for name, _, _, mark in ORGANS:
            motions.set_letter_mark(self.city.organs[name], mark, actor=None)

    def at(self, day: dt.date, hour: int = 9, minute: int = 0) -> Any:
        """Travel to a working hour of a day; never into the future."""
        return clock.travel(clock.combine(min(day, self.today), dt.time(hour, minute)))

    def organ(self, name: str) -> people.Organisation:
        return self.city.organs[name]

    # One suggestion, stage by stage -----------------------------------------------------------------

    def draft(
        self, theme: str, place: str, seat: people.Membership, day: dt.date, **texts: str
    ) -> motions.Suggestion:
        row = self.themes[theme]
        parts = {k: row[k].replace("{place}", place) for k in ("title", "matter", "analysis", "proposal")}
        how = self.chance.choice(["study", "visit", "reception", "opinion", "work"])
        with self.at(day, 8, self.chance.randrange(60)):
            return motions.start_draft(
                seat,
                actor=self.city.deputy(seat),
                texts={**parts, "how": how, "consent": self.chance.choice(["all"] * 4 + ["title"]), **texts},
            )

    def cosign(self, suggestion: motions.Suggestion, seats: list[people.Membership], day: dt.date) -> None:
        with self.at(day, 10):
            motions.invite(suggestion, actor=self.lead_account(suggestion), people=[s.person for s in seats])
        for number, seat in enumerate(seats):
            with self.at(day, 11, number):
                motions.cosign(suggestion, actor=self.city.deputy(seat))

    def lead_account(self, suggestion: motions.Suggestion) -> Any:
        return self.city.accounts[f"deputy{suggestion.lead_id}"]

    def submit(self, suggestion: motions.Suggestion, day: dt.date) -> motions.Suggestion:
        with self.at(day, 15):
            motions.submit(suggestion, actor=self.lead_account(suggestion))
        suggestion = motions.get(suggestion.pk)
        if suggestion.case is not None and suggestion.case.state == "checking":
            with self.at(day, 17):
                motions.check(suggestion, actor=self.city.accounts["office"])
        return motions.get(suggestion.pk)

    def register(
        self, suggestion: motions.Suggestion, theme: str, day: dt.date, hard: bool = False
    ) -> motions.Suggestion:
        with self.at(day, 9, 30):
            motions.register(
                suggestion,
                actor=self.city.accounts["office"],
                category=self.categories[self.themes[theme]["category"]],
                hard=hard,
            )
        return motions.get(suggestion.pk)

    def hand_over(
        self, suggestion: motions.Suggestion, theme: str, day: dt.date, **plan: Any
    ) -> motions.Suggestion:
        row = self.themes[theme]
        lead = self.organ(row["lead"])
        actor = self.city.accounts["office"]
        if lead.classification in {"department", "public_institution"}:
            with self.at(day, 10):
                motions.to_government(suggestion, actor=actor)
            suggestion, actor = motions.get(suggestion.pk), self.city.accounts["government"]
        with self.at(day, 14):
            motions.hand_over(
                suggestion,
                actor=actor,
                **(plan or {"lead": lead, "joint": [self.organ(n) for n in row["joint"]]}),
            )
            motions.send_notices([motions.get(suggestion.pk)], actor=actor)
        return motions.get(suggestion.pk)

    def handle(self, suggestion: motions.Suggestion, theme: str, day: dt.date) -> None:
        """Receive, speak with the deputy, give joint opinions."""
        row = self.themes[theme]
        for number, assignment in enumerate(motions.assignments(suggestion)):
            actor = self.city.of_organ(assignment.organ)
            with self.at(day, 9, number):
                motions.receive(assignment, actor=actor)
            if assignment.role == "joint":
                with self.at(day + dt.timedelta(days=20), 9, number):
                    motions.opine(
                        assignment,
                        actor=actor,
                        text=f"对涉及本单位的部分，{assignment.organ.shown_name}积极配合主办单位落实。",
                    )
            else:
                with self.at(day + dt.timedelta(days=12), 16, 10):
                    motions.record_contact(
                        assignment,
                        actor=actor,
                        how=self.chance.choice(["visit", "meeting", "site"]),
                        happened_at=clock.combine(
                            min(day + dt.timedelta(days=11), self.today - dt.timedelta(days=1)),
                            dt.time(10, 30),
                        ),
                        place=suggestion.delegation.name.removesuffix("代表团")
                        if suggestion.delegation
                        else "",
                        with_whom="分管负责人、业务科室",
                        text="介绍了办理思路，当面听取代表意见。" + row["done"],
                    )

    def reply(
        self,
        suggestion: motions.Suggestion,
        theme: str,
        day: dt.date,
        *,
        reply_class: str = "B",
        due: int = 120,
        sign: bool = True,
    ) -> motions.Suggestion:
        """Draft with promises, countersign, sign; without ``sign`` it lies on the head's desk."""
        row = self.themes[theme]
        for assignment in motions.assignments(suggestion):
            if assignment.role == "joint" or _state(assignment) not in {"accepted", "rehandling"}:
                continue
            clerk, head = (
                self.city.of_organ(assignment.organ),
                self.city.of_organ(assignment.organ, head=True),
            )
            with self.at(day, 9):
                draft = motions.open_reply(assignment, actor=clerk)
                draft = motions.save_reply(
                    draft,
                    actor=clerk,
                    texts={
                        "opening": f"您提出的{suggestion.title}收悉，现答复如下。",
                        "done": row["done"],
                        "planned": row["planned"],
                        "cannot": row["cannot"],
                        "contact": f"{assignment.organ.shown_name}办公室",
                    },
                    reply_class=self.classes[reply_class],
                    promises=[
                        motions.PromiseDraft(
                            text=text,
                            organ=assignment.organ,
                            due_on=day + dt.timedelta(days=due + 15 * number),
                            measure=measure,
                            evidence_kind=evidence,
                        )
                        for number, (text, measure, evidence) in enumerate(row["promises"])
                    ],
                )
                motions.ask_countersigns(draft, actor=clerk)
            for joint in motions.assignments(suggestion):
                if joint.role == "joint" and _state(joint) == "countersigning":
                    with self.at(day, 11):
                        motions.countersign(
                            joint, actor=self.city.of_organ(joint.organ, head=True), agrees="yes"
                        )
            assignment = next(a for a in motions.assignments(suggestion) if a.pk == assignment.pk)
            with self.at(day, 15):
                motions.send_to_head(draft, actor=clerk)
            if not sign:
                continue
            with self.at(day, 16):
                motions.issue_reply(assignment, actor=head, signer=head.display_name)
        return motions.get(suggestion.pk)

    def rate(
        self,
        suggestion: motions.Suggestion,
        day: dt.date,
        result: str = "satisfied",
        attitude: str = "satisfied",
        reason: str = "",
    ) -> motions.Suggestion:
        for person_id in motions.pending_raters(suggestion):
            for reply in motions.current_replies(suggestion):
                if motions.get(suggestion.pk).case.state != "replied":  # type: ignore[union-attr]
                    break
                with self.at(day, 20):
                    motions.rate(
                        suggestion,
                        reply,
                        actor=self.city.accounts[f"deputy{person_id}"],
                        attitude=attitude,
                        result=result,
                        reason=reason,
                    )
        return motions.get(suggestion.pk)

    def keep(self, suggestion: motions.Suggestion, day: dt.date, agrees: str = "yes") -> None:
        """Prove, ask the deputy, close; what the worker would deliver is delivered."""
        for number, matter in enumerate(ledger.matters_of(suggestion.ref)):
            organ = self.city.of_organ(matter.organ)
            if matter.case is None or matter.case.state != "open":
                continue
            with self.at(day, 9, number):
                ledger.submit_evidence(
                    matter,
                    actor=organ,
                    text=f"{matter.title}，已经完成。",
                    happened_on=clock.today() - dt.timedelta(days=2),
                    files=[evidence_file(matter)],
                )
            with self.at(day + dt.timedelta(days=3), 19, number):
                ledger.answer(
                    matter,
                    actor=self.lead_account(suggestion),
                    agrees=agrees,
                    text="到现场看过。" if agrees == "yes" else "现场看，只做了一部分。",
                )
            if agrees == "yes":
                with self.at(day + dt.timedelta(days=6), 10, number):
                    ledger.close(
                        matter, actor=self.city.accounts["office"], text="查看了证明材料，并向代表核实。"
                    )
        with self.at(day + dt.timedelta(days=6), 11):
            self.deliver()
        self._look_back(suggestion, day)

    def _look_back(self, suggestion: motions.Suggestion, day: dt.date) -> None:
        """The first look-back after three months, where that day has come; one in eight is still owed."""
        when = day + dt.timedelta(days=6 + 92)
        for number, matter in enumerate(ledger.matters_of(suggestion.ref)):
            if matter.case is None or matter.case.state != "kept" or when >= self.today:
                continue
            if self.chance.randrange(8) == 0:
                continue
            with self.at(when, 15, number):
                ledger.look_back(
                    matter,
                    actor=self.city.accounts["office"],
                    text="回访现场，仍然有效。",
                    happened_on=clock.today(),
                )

    def deliver(self) -> None:
        while workflow.deliver():
            pass

    def whole(
        self,
        theme: str,
        place: str,
        seat: people.Membership,
        start: dt.date,
        upto: str,
        **options: Any,
    ) -> motions.Suggestion:
        """From draft to a stage: submitted, registered, handed, handled, replied, rated, kept.

        Args:
            options: hard, reply_class, due, result, attitude, reason, cosigners (seats).
        """
        suggestion = self.draft(theme, place, seat, start)
        if options.get("cosigners"):
            self.cosign(suggestion, options["cosigners"], start)
        suggestion = self.submit(suggestion, start)
        if upto == "submitted":
            return suggestion
        suggestion = self.register(
            suggestion, theme, start + dt.timedelta(days=2), options.get("hard", False)
        )
        if upto == "registered":
            return suggestion
        suggestion = self.hand_over(suggestion, theme, start + dt.timedelta(days=5))
        if upto == "handed":
            return suggestion
        self.handle(suggestion, theme, start + dt.timedelta(days=8))
        if upto == "handled":
            return motions.get(suggestion.pk)
        suggestion = self.reply(
            suggestion,
            theme,
            start + dt.timedelta(days=options.get("reply_after", 75)),
            reply_class=options.get("reply_class", "B"),
            due=options.get("due", 120),
        )
        if upto == "replied":
            return suggestion
        suggestion = self.rate(
            suggestion,
            start + dt.timedelta(days=options.get("reply_after", 75) + 6),
            options.get("result", "satisfied"),
            options.get("attitude", "satisfied"),
            options.get("reason", ""),
        )
        if upto == "rated":
            return suggestion
        self.keep(suggestion, start + dt.timedelta(days=options.get("keep_after", 150)))
        return motions.get(suggestion.pk)


def _state(assignment: motions.Assignment) -> str:
    return assignment.case.state if assignment.case is not None else ""


def evidence_file(matter: ledger.Matter) -> Any:
    """A small text as proof, so that files can be opened in the demo."""
    from django.core.files.base import ContentFile

    text = f"{matter.title}\n完成情况说明（示范）\n{matter.measure}\n"
    return ContentFile(text.encode("utf-8"), name="完成情况说明.txt")


__all__ = ["PLACES", "Driver"]
