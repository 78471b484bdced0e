"""Who may do what with a vote."""

from __future__ import annotations

from renda.assembly.people import api as people
from renda.assembly.votes.models import Elector, Standing, Vote
from renda.assembly.votes.setting import setting_of
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

OFFICE = ["meetings_office"]


@identity.policy("votes.list", label="查看表决", roles=[identity.EVERYONE])
def can_list(actor: identity.Account, _: object = None) -> bool | Denied:
    """Open votes are open: whoever works here may see that they are held and how they ended."""
    return True


@identity.policy("votes.view", label="查看一次表决", roles=[identity.EVERYONE])
def can_view(actor: identity.Account, vote: Vote) -> bool | Denied:
    around = setting_of(vote.pk)
    if around is None or not around.private or around.may_open(actor):
        return True
    return Denied("这次表决由参加会议的人和本级人大机关查看。")


@identity.policy("votes.conduct", label="组织表决", roles=OFFICE)
def can_conduct(actor: identity.Account, vote: Vote | None) -> bool | Denied:
    """Prepare, open, close and void votes of one's congress."""
    if vote is None:
        return True
    if identity.has(actor, "meetings_office", f"congress:{vote.congress_id}"):
        return True
    return Denied("由本级人大的会议工作机构组织表决。")


@identity.policy("votes.count", label="录入计票", roles=OFFICE)
def can_count(actor: identity.Account, vote: Vote) -> bool | Denied:
    """A teller counts once, and is nobody who votes."""
    said = can_conduct(actor, vote)
    if said is not True:
        return said
    if elector_of(actor, vote) is not None:
        return Denied("您参加这次表决，不能同时计票；请由另一位同志录入。")
    if vote.sheets.filter(by=actor).exists():
        return Denied("您已经录入过一份计票；第二份由另一位同志独立录入。")
    return True


@identity.policy("votes.settle", label="核定计票", roles=OFFICE)
def can_settle(actor: identity.Account, vote: Vote) -> bool | Denied:
    """Two counts that differ are settled by a third person."""
    said = can_conduct(actor, vote)
    if said is not True:
        return said
    if elector_of(actor, vote) is not None:
        return Denied("您参加这次表决，不能核定计票；请由另一位同志核定。")
    if vote.sheets.filter(by=actor).exists():
        return Denied("两份计票不一致，由没有计过票的第三位同志核定。")
    return True


@identity.policy("votes.cast", label="表决", roles=["deputy", "body_member"], signs=True)
def can_cast(actor: identity.Account, vote: Vote) -> bool | Denied:
    """Only whoever stood on the frozen list as present; nobody for somebody else."""
    elector = elector_of(actor, vote)
    if elector is None:
        return Denied("您不是这次表决的组成人员（代表），不能表决。")
    if elector.standing == Standing.PRESENT:
        return True
    if elector.standing == Standing.EXCLUDED:
        return Denied(f"您不参加这次表决：{elector.reason}。")
    return Denied("付表决时您没有到会，这次表决的名单已经固定；请向会议工作人员说明。")


def elector_of(actor: identity.Account, vote: Vote) -> Elector | None:
    """The actor's own line on the frozen list."""
    person = people.person_of(actor)
    return vote.electors.filter(person=person).first() if person is not None else None


def may_follow(account: identity.Account, key: str) -> bool:
    """Whether an account may follow a vote live: whoever may see it."""
    if not account.is_authenticated or not key.isdecimal():
        return False
    vote = Vote.objects.filter(pk=int(key)).first()
    return vote is not None and identity.may("votes.view", account, vote)
