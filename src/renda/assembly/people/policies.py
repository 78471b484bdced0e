"""Who may see and keep the registers of organs and deputies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from renda.assembly.people.models import Congress, Membership, Organisation, Person, Term
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

KEEPERS = ["deputies_office", "administrator"]


def congress_scope(obj: object) -> str | None:
    """The congress a thing belongs to, as a scope; None where it belongs to none (a new organ)."""
    if isinstance(obj, Congress):
        return f"congress:{obj.pk}"
    if isinstance(obj, Term):
        return f"congress:{obj.congress_id}"
    if isinstance(obj, Membership) and obj.term is not None:
        return f"congress:{obj.term.congress_id}"
    return None


def keeps(actor: Account, obj: object) -> bool | Denied:
    """The administrator sets up; the deputies' office keeps what lies in its congress."""
    if obj is None or identity.has(actor, "administrator"):
        return True
    scope = congress_scope(obj)
    if scope is None:
        scope = f"org:{obj.pk}" if isinstance(obj, Organisation) else None
    if scope is None:
        return True
    held = [h.partition("@")[2] for h in identity.holders(actor) if h.startswith("deputies_office@")]
    if any(identity.within(scope, container) for container in held):
        return True
    return Denied("这属于另一级人大，请由该级代表联络工作机构办理。")


@identity.policy("people.view", label="查看人员与机构", roles=[identity.EVERYONE])
def can_view(actor: Account, obj: object) -> bool | Denied:
    """Names of organs and deputies are no secret inside; telephone numbers are masked for all."""
    return True


@identity.policy("people.organs", label="维护机构名录", roles=KEEPERS)
def can_keep_organs(actor: Account, organ: Organisation | None) -> bool | Denied:
    """Create, correct, rename, merge, split, dissolve."""
    return keeps(actor, organ)


@identity.policy("people.congress", label="维护人大、届次和会期", roles=KEEPERS)
def can_keep_congress(actor: Account, congress: Congress | Term | None) -> bool | Denied:
    """Terms, sessions, delegations, roll-over."""
    return keeps(actor, congress)


@identity.policy("people.setup", label="建立一级人大", roles=["administrator"])
def can_set_up(actor: Account, obj: object) -> bool | Denied:
    """A congress is set up once, when the system is put into service at its level."""
    return True


@identity.policy("people.deputies", label="维护代表名册", roles=KEEPERS)
def can_keep_deputies(actor: Account, obj: Term | Membership | Person | None) -> bool | Denied:
    """Persons, seats, other memberships."""
    return keeps(actor, obj)


@identity.policy("people.import", label="导入机构、代表名册和区划", roles=KEEPERS)
def can_import(actor: Account, obj: object) -> bool | Denied:
    """Imports go through the same services; each row is checked by its congress there."""
    return True


@identity.policy(
    "people.reveal",
    label="查看代表和工作人员的电话等个人信息",
    roles=[*KEEPERS, "delegation_secretary", "handling_organ", "organ_head", "committee", "deputy"],
)
def can_reveal(actor: Account, datum: identity.Datum) -> bool | Denied:
    """One's own; telephone numbers for those who must call the deputy; the rest for the deputies' office."""
    person = Person.objects.filter(pk=datum.subject.id).first()
    if person is None:
        return False
    if person.account_id == actor.pk:
        return True
    scope = f"person:{person.pk}"
    held = [h.partition("@") for h in identity.holders(actor)]
    if any(role == "deputies_office" and identity.within(scope, container) for role, _, container in held):
        return True
    if datum.kind != "phone":
        return Denied("出生日期和身份证号只有代表联络工作机构可以查看。")
    congresses = {f"congress:{seat.term.congress_id}" for seat in _seats(person) if seat.term}
    callers = {"delegation_secretary", "handling_organ", "organ_head", "committee"}
    for role, _, container in held:
        if role in callers and any(identity.within(container, congress) for congress in congresses):
            return True
    return Denied("查看电话限于联系代表所需的机构；如需联系，请通过代表联络工作机构。")


def _seats(person: Person) -> list[Membership]:
    return list(
        Membership.objects.filter(person=person, role="deputy", end__isnull=True).select_related("term")
    )
