"""Who may do what with a matter."""

from __future__ import annotations

from renda.assembly.ledger.models import Matter, Note
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

ORGAN = ["handling_organ", "organ_head"]
SUPERVISORS = ["deputies_office", "committee", "chairpersons", "government_office", "meetings_office"]


# Roles that follow every matter of their congress.
CONGRESS_WIDE = ("deputies_office", "chairpersons", "government_office")


def _is_organ(actor: identity.Account, matter: Matter) -> bool:
    scope = f"org:{matter.organ_id}"
    return any(identity.has(actor, role, scope) for role in ORGAN)


def _is_supervisor(actor: identity.Account, matter: Matter) -> bool:
    role, _, scope = matter.supervisor.partition("@")
    return identity.has(actor, role, scope) or identity.has(
        actor, "deputies_office", f"congress:{matter.congress_id}"
    )


@identity.policy("ledger.view", label="查看事项", roles=[*ORGAN, *SUPERVISORS, "deputy"])
def can_view(actor: identity.Account, matter: Matter) -> bool | Denied:
    """The holder, the supervisors of that congress, and the deputy who is asked."""
    if _is_organ(actor, matter) or _is_supervisor(actor, matter):
        return True
    if any(identity.has(actor, role, f"congress:{matter.congress_id}") for role in CONGRESS_WIDE):
        return True
    if matter.asked_first_id and identity.has(actor, "deputy", f"person:{matter.asked_first_id}"):
        return True
    return Denied("这件事项由责任单位和督办单位查看；如需了解，请联系代表联络工作机构。")


@identity.policy("ledger.list", label="查看督办台账", roles=[*ORGAN, *SUPERVISORS, "deputy"])
def can_list(actor: identity.Account, _: object = None) -> bool | Denied:
    """Whoever may have matters to look at; the list holds those that ``ledger.view`` allows."""
    wanted = {*ORGAN, *SUPERVISORS, "deputy"}
    if any(holder.partition("@")[0] in wanted for holder in identity.holders(actor)):
        return True
    return Denied("督办台账由责任单位、督办单位和提出建议的代表查看。")


def may_read_note(actor: identity.Account, note_id: str) -> bool:
    """Files of a note are read by whoever may see its matter."""
    note = Note.objects.select_related("matter").filter(pk=note_id).first() if note_id.isdecimal() else None
    return note is not None and identity.may("ledger.view", actor, note.matter)


@identity.policy("ledger.progress", label="报告事项进展", roles=ORGAN)
def can_progress(actor: identity.Account, matter: Matter) -> bool | Denied:
    return _is_organ(actor, matter) or Denied("进展由责任单位报告。")


@identity.policy("ledger.evidence", label="提交落实证明", roles=ORGAN)
def can_evidence(actor: identity.Account, matter: Matter) -> bool | Denied:
    return _is_organ(actor, matter) or Denied("落实证明由责任单位提交。")


@identity.policy("ledger.answer", label="代表核实落实情况", roles=["deputy"])
def can_answer(actor: identity.Account, matter: Matter) -> bool | Denied:
    if matter.asked_first_id and identity.has(actor, "deputy", f"person:{matter.asked_first_id}"):
        return True
    return Denied("由提出建议的代表本人核实。")


@identity.policy("ledger.supervise", label="督办事项", roles=SUPERVISORS)
def can_supervise(actor: identity.Account, matter: Matter) -> bool | Denied:
    if _is_organ(actor, matter):
        return Denied("责任单位不能督办自己的事项。")
    return _is_supervisor(actor, matter) or Denied("由这件事项的督办单位办理。")


@identity.policy("ledger.close", label="核验销号", roles=SUPERVISORS)
def can_close(actor: identity.Account, matter: Matter) -> bool | Denied:
    """Closing is by another person than the holder: neither the organ nor whoever handed in the evidence."""
    verdict = can_supervise(actor, matter)
    if verdict is not True:
        return verdict
    last = matter.notes.filter(kind="evidence").order_by("-pk").first()
    if last is not None and last.by_id == actor.pk:
        return Denied("提交证明的人不能自己销号，请由另一位同志核验。")
    return True
