"""Who may do what with a sitting."""

from __future__ import annotations

from django.db.models import Q

from renda.assembly.meetings.models import Capacity, Paper, Participant, Sitting
from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

OFFICE = ["meetings_office"]
HOUSE = ("meetings_office", "deputies_office", "chairpersons")  # of the congress: see every sitting of it
INSIDE = [*HOUSE, "deputy", "body_member"]
# Of these a deputy may see agenda and papers without taking part (代表法: 列席和了解).
OPEN_TO_DEPUTIES = ("congress", "standing_committee")


@identity.policy("meetings.list", label="查看会议", roles=INSIDE)
def can_list(actor: identity.Account, _: object = None) -> bool | Denied:
    """Deputies, members and the congress's own offices; the list holds those that ``view`` allows."""
    return True


@identity.policy("meetings.view", label="查看一次会议", roles=INSIDE)
def can_view(actor: identity.Account, sitting: Sitting) -> bool | Denied:
    """The offices of that congress, whoever takes part, its deputies where it is open to them."""
    if Sitting.objects.filter(visible(actor), pk=sitting.pk).exists():
        return True
    return Denied("这次会议由参加会议的人和本级人大机关查看。")


def visible(actor: identity.Account) -> Q:
    """The sittings that an account may see, as a filter."""
    houses = [
        scope.removeprefix("congress:")
        for role, _, scope in (holder.partition("@") for holder in identity.holders(actor))
        if role in HOUSE and scope.startswith("congress:")
    ]
    found = Q(term__congress_id__in=[int(one) for one in houses if one.isdecimal()])
    person = people.person_of(actor)
    if person is None:
        return found
    mine = people.congress_ids_of_deputies([person.pk])
    return (
        found
        | Q(pk__in=Participant.objects.filter(person=person).values("sitting"))
        | Q(profile__in=OPEN_TO_DEPUTIES, term__congress_id__in=mine)
    )


@identity.policy("meetings.conduct", label="筹备和主持会务", roles=OFFICE)
def can_conduct(actor: identity.Account, sitting: Sitting | None) -> bool | Denied:
    """Plan, notify, sign people in, lead through the agenda, adjourn."""
    if sitting is None or identity.has(actor, "meetings_office", f"congress:{sitting.congress_id}"):
        return True
    return Denied("由本级人大的会议工作机构办理。")


@identity.policy("meetings.attend", label="签到、请假", roles=["deputy", "body_member"])
def can_attend(actor: identity.Account, sitting: Sitting) -> bool | Denied:
    """Everybody for himself."""
    if participant_of(actor, sitting) is not None:
        return True
    return Denied("您不在这次会议的名单里；应当参加的，请联系会议工作机构。")


def participant_of(actor: identity.Account, sitting: Sitting) -> Participant | None:
    """The actor's own line."""
    person = people.person_of(actor)
    if person is None:
        return None
    return sitting.participants.filter(person=person, capacity=Capacity.ENTITLED).first()


def may_read_paper(actor: identity.Account, paper_id: str) -> bool:
    """Papers are read by whoever may see the sitting."""
    if not paper_id.isdecimal():
        return False
    paper = Paper.objects.select_related("item__sitting__term").filter(pk=paper_id).first()
    return paper is not None and identity.may("meetings.view", actor, paper.item.sitting)
