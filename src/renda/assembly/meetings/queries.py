"""Questions about sittings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from renda.assembly.meetings import policies, rules
from renda.assembly.meetings.models import (
    AgendaItem,
    Capacity,
    ItemState,
    ItemVote,
    Leave,
    Participant,
    Presence,
    Sitting,
    Speech,
)
from renda.assembly.meetings.profiles import PROFILES, DueDay, Profile
from renda.assembly.people import api as people
from renda.assembly.votes import api as votes
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law


@dataclass(frozen=True, slots=True)
class Due:
    """A day around a sitting with its reason; ``late`` where it has passed."""

    day: DueDay
    derived: law.Derived
    on: dt.date

    @property
    def passed(self) -> bool:
        return self.on < clock.today()


def sittings(account: identity.Account) -> QuerySet[Sitting]:
    """The sittings that an account may see, the latest first."""
    found = Sitting.objects.filter(policies.visible(account))
    return found.select_related("case", "term__congress", "organ").order_by("-first_day", "-pk")


def sitting(pk: int) -> Sitting:
    """One sitting.

    Raises:
        Sitting.DoesNotExist: there is none.
    """
    return Sitting.objects.select_related("case", "term__congress", "organ").get(pk=pk)


def organs(congress: people.Congress) -> list[tuple[Profile, people.Organisation]]:
    """What can sit in a congress: the profile and the organ."""
    found = list(people.list_organisations(division=congress.division).order_by("pk"))
    return [(one, organ) for one in PROFILES for organ in found if organ.classification == one.classification]


def entitled(profile: Profile, organ: people.Organisation, term: people.Term) -> list[people.Membership]:
    """Who is entitled to sit, in official order."""
    if not profile.roles:
        return list(people.deputies(term).order_by("person__stroke_key", "pk"))
    return people.seated(organ, profile.roles)


def dues(sitting: Sitting) -> list[Due]:
    """The days that the rules set around it, each with its reason."""
    found = []
    for day in sitting.declared.days:
        given = {"event": sitting.first_day} if day.anchor == "first" else {"from": sitting.last_day}
        derived = law.derive(day.rule, given, sitting.first_day, f"congress:{sitting.congress_id}")
        assert isinstance(derived.value, dt.date)  # rules of days
        found.append(Due(day, derived, derived.value))
    return found


def items(sitting: Sitting) -> list[AgendaItem]:
    """The agenda with papers and votes. Three queries."""
    votes = ItemVote.objects.select_related("vote__case", "vote__congress", "vote__organ").order_by("pk")
    return list(sitting.items.prefetch_related("papers", Prefetch("votes", queryset=votes)))


def participants(sitting: Sitting) -> list[Participant]:
    """Everybody with his presences. Two queries."""
    return list(sitting.participants.prefetch_related("presences"))


def here(sitting_id: int) -> set[int]:
    """Participants who are there now."""
    found = Presence.objects.filter(participant__sitting_id=sitting_id, until=None)
    return set(found.values_list("participant_id", flat=True))


def persons_here(sitting_id: int) -> set[int]:
    """Entitled persons who are there now."""
    found = Presence.objects.filter(
        participant__sitting_id=sitting_id, participant__capacity=Capacity.ENTITLED, until=None
    )
    return {pk for pk in found.values_list("participant__person_id", flat=True) if pk is not None}


@dataclass(frozen=True, slots=True)
class Quorum:
    """Whether enough are there. ``needed`` is None where no rule sets a number."""

    entitled: int
    present: int
    needed: int | None
    articles: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        return self.needed is None or self.present >= self.needed

    @property
    def words(self) -> str:
        if self.needed is None:
            return ""
        if self.reached:
            return f"，符合法定人数（至少 {self.needed} 人）"
        return f"，不够法定人数：至少 {self.needed} 人，还差 {self.needed - self.present} 人"


def quorum(sitting: Sitting) -> Quorum:
    """Who is there of those entitled, against the rule."""
    entitled = sitting.participants.filter(capacity=Capacity.ENTITLED).count()
    return quorum_of(sitting, entitled, len(persons_here(sitting.pk)))


def quorum_at(sitting: Sitting, moment: dt.datetime) -> Quorum:
    """Who was there at a moment."""
    then = Presence.objects.filter(
        participant__sitting=sitting, participant__capacity=Capacity.ENTITLED, since__lte=moment
    ).exclude(until__lte=moment)
    entitled = sitting.participants.filter(capacity=Capacity.ENTITLED).count()
    return quorum_of(sitting, entitled, then.values("participant").distinct().count())


def quorum_of(sitting: Sitting, entitled: int, present: int) -> Quorum:
    """The rule of the sitting's body on these numbers."""
    body = sitting.declared.body
    if not body or not entitled:
        return Quorum(entitled, present, None)
    given = {"kind": body, "members": entitled, "present": min(present, entitled), "for": 0}
    if body == "presidium":
        given["level"] = sitting.term.congress.level
    found = law.compute("verdict", given, on=sitting.first_day, congress=f"congress:{sitting.congress_id}")
    needed = found["quorum_needed"]
    return Quorum(entitled, present, needed or None, tuple(dict.fromkeys(found["article"])))


def course(sitting: Sitting) -> list[tuple[dt.datetime, int]]:
    """How many of the entitled were there over time."""
    found = Presence.objects.filter(
        participant__sitting=sitting, participant__capacity=Capacity.ENTITLED
    ).values_list("since", "until")
    return rules.course(found)


@dataclass(frozen=True, slots=True)
class Attendance:
    """What became of one of the entitled: there, on leave, absent."""

    participant: Participant
    minutes: int
    word: str


def attendance(sitting: Sitting, found: Sequence[Participant] | None = None) -> list[Attendance]:
    """Everybody entitled, with the minutes they were there."""
    end = sitting.adjourned_at or clock.now()
    rows = []
    for one in found if found is not None else participants(sitting):
        if one.capacity != Capacity.ENTITLED:
            continue
        spans = [(p.since, p.until) for p in one.presences.all()]
        word = "到会" if spans else "请假" if one.leave == Leave.GRANTED else "缺席"
        rows.append(Attendance(one, rules.minutes(spans, end), word))
    return rows


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speech in the queue: which time on this item, and how many minutes the rule gives."""

    speech: Speech
    which: int
    minutes: law.Derived | None

    @property
    def until(self) -> dt.datetime | None:
        """When the time is over; None while it has not begun or no rule sets one."""
        if self.speech.started_at is None or self.minutes is None:
            return None
        return self.speech.started_at + dt.timedelta(minutes=int(str(self.minutes.value)))

    @property
    def words(self) -> str:
        """As the hall shows it: 张三第一次发言，10:02开始，到10:17."""
        times = f"第{people.chinese_number(self.which)}次发言"
        begun = self.speech.started_at
        if begun is None:
            return f"{self.speech.participant.name}{times}"
        end = f"，到{self.until.astimezone(clock.TZ):%H:%M}" if self.until else ""
        return f"{self.speech.participant.name}{times}，{begun.astimezone(clock.TZ):%H:%M}开始{end}"


def speakers(item: AgendaItem, sitting: Sitting) -> list[Speaker]:
    """Who speaks, who waits and who has spoken on an item, in the order in which they asked."""
    found: list[Speaker] = []
    counted: dict[int, int] = {}
    for one in Speech.objects.filter(item=item).select_related("participant").order_by("asked_at", "pk"):
        withdrawn = one.started_at is None and one.ended_at is not None
        which = counted.get(one.participant_id, 0) + 1
        counted[one.participant_id] = which - withdrawn
        found.append(Speaker(one, which, speech_minutes(sitting, which)))
    return found


def speech_minutes(sitting: Sitting, which: int) -> law.Derived | None:
    """How long the first or second speech on one item may be; None where no rule sets it."""
    ids = sitting.declared.speech
    if which > len(ids):
        return None
    return law.derive(ids[which - 1], {}, sitting.first_day, f"congress:{sitting.congress_id}")


def hall(sitting_id: int) -> dict[str, int | str]:
    """What the hall and every device see: the item, who is there, the vote under way."""
    found = sitting(sitting_id)
    current = found.items.filter(state=ItemState.CURRENT).first()
    counted = quorum(found)
    open_vote = (
        ItemVote.objects.filter(item__sitting=found, vote__case__state__in=("issuing", "open"))
        .select_related("vote__case")
        .first()
    )
    asked = list(current.speeches.filter(ended_at=None)) if current else []
    speaking = None
    if current and any(one.started_at for one in asked):
        speaking = next(
            one for one in speakers(current, found) if one.speech.started_at and not one.speech.ended_at
        )
    runs = found.flow.state in ("notified", "open")
    return {
        "state": found.flow.state,
        "label": found.flow.state_label,
        "speaker": speaking.words if speaking else "",
        "waiting": sum(one.started_at is None for one in asked),
        "item": current.title if current else "",
        "presenter": current.presenter if current else "",
        "entitled": counted.entitled,
        "present": counted.present,
        "quorum": counted.words.removeprefix("，") if runs else "",
        "vote": f"{open_vote.vote.flow.state_label}：{open_vote.vote.title}" if open_vote else "",
    }


def may_follow(account: identity.Account, key: str) -> bool:
    """Whether an account may follow a sitting live."""
    if not account.is_authenticated or not key.isdecimal():
        return False
    return Sitting.objects.filter(policies.visible(account), pk=int(key)).exists()


def setting(vote_id: int) -> votes.Setting | None:
    """The sitting of a vote, for the votes' own pages."""
    found = ItemVote.objects.filter(vote_id=vote_id).select_related("item__sitting__case").first()
    if found is None:
        return None
    around = found.item.sitting
    state, label = around.flow.state, around.flow.state_label
    return votes.Setting(
        title=around.title,
        url=f"/meetings/{around.pk}/",
        present=frozenset(persons_here(around.pk)),
        may_open=lambda account: may_follow(account, str(around.pk)),
        private=around.profile not in policies.OPEN_TO_DEPUTIES,
        refusal="" if state == "open" else f"会议现在是“{label}”，开会以后才能付表决。",
    )


def hidden_votes(account: identity.Account) -> QuerySet[ItemVote]:
    """Ids of votes of sittings that are not open and that the account may not see."""
    closed = Sitting.objects.exclude(profile__in=policies.OPEN_TO_DEPUTIES)
    unseen = closed.exclude(pk__in=Sitting.objects.filter(policies.visible(account)).values("pk"))
    return ItemVote.objects.filter(item__sitting__in=unseen).values("vote_id")  # type: ignore[return-value]
