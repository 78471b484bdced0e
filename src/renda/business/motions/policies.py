"""Who may do what with suggestions: predicates asked by the services and by the pages alike."""

from __future__ import annotations

from typing import Any

from renda.business.motions import queries
from renda.business.motions.models import Assignment, Extension, KeySuggestion, Suggestion
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

Account = identity.Account
OFFICE = "deputies_office"
GOVERNMENT = "government_office"
ORGAN = ("handling_organ", "organ_head")
ALL_STAFF = [OFFICE, GOVERNMENT, *ORGAN, "committee", "chairpersons", "delegation_secretary"]


def _suggestion(obj: Any) -> Suggestion:
    if isinstance(obj, Suggestion):
        return obj
    if isinstance(obj, Assignment | KeySuggestion):
        return obj.suggestion
    if isinstance(obj, Extension):
        return obj.assignment.suggestion
    raise TypeError(type(obj))


def _in_office(actor: Account, obj: Any) -> bool:
    return identity.has(actor, OFFICE, f"congress:{_suggestion(obj).congress_id}")


def _in_government(actor: Account, obj: Any) -> bool:
    return identity.has(actor, GOVERNMENT, f"congress:{_suggestion(obj).congress_id}")


def _of_organ(actor: Account, assignment: Assignment, roles: tuple[str, ...] = ORGAN) -> bool:
    return any(identity.has(actor, role, f"org:{assignment.organ_id}") for role in roles)


def _is_lead(actor: Account, suggestion: Suggestion) -> bool:
    return identity.has(actor, "deputy", f"person:{suggestion.lead_id}")


def _is_signer(actor: Account, suggestion: Suggestion) -> bool:
    return _is_lead(actor, suggestion) or any(
        identity.has(actor, "deputy", f"person:{pk}") for pk in queries.signer_ids(suggestion)
    )


@identity.policy("motions.draft", label="起草建议", roles=["deputy", "secretary"])
def can_draft(actor: Account, obj: Any) -> bool | Denied:
    return True


@identity.policy("motions.view", label="查看建议", roles=["deputy", "secretary", *ALL_STAFF, "auditor"])
def can_view(actor: Account, obj: Any) -> bool | Denied:
    """Drafts are the deputy's own; from submission the congress sees it, and organs what they were handed."""
    suggestion = _suggestion(obj)
    if queries.visible(actor).filter(pk=suggestion.pk).exists():
        return True
    return Denied("这件建议不在您能查看的范围内；如需了解，请联系代表联络工作机构。")


@identity.policy("motions.list", label="查看建议列表", roles=["deputy", "secretary", *ALL_STAFF, "auditor"])
def can_list(actor: Account, obj: Any) -> bool | Denied:
    """Whoever may see some; the list holds no others."""
    return True


@identity.policy("motions.edit", label="修改文稿", roles=["deputy", "secretary"])
def can_edit(actor: Account, suggestion: Suggestion) -> bool | Denied:
    if _is_lead(actor, suggestion) or identity.has(actor, "secretary", f"person:{suggestion.lead_id}"):
        return True
    return Denied("文稿由领衔代表本人或者其秘书修改。")


@identity.policy("motions.transcribe", label="录入手写件", roles=[OFFICE])
def can_transcribe(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return _in_office(actor, suggestion)


@identity.policy("motions.submit", label="提交建议", roles=["deputy"], signs=True)
def can_submit(actor: Account, suggestion: Suggestion) -> bool | Denied:
    if _is_lead(actor, suggestion):
        return True
    return Denied("由领衔代表本人提交；秘书可以起草，不能代为提交。")


@identity.policy("motions.cosign", label="附议", roles=["deputy"], signs=True)
def can_cosign(actor: Account, suggestion: Suggestion) -> bool | Denied:
    if queries.invitation_of(actor, suggestion) is not None:
        return True
    return Denied("您没有收到这件建议的附议邀请，或者已经表过态。")


@identity.policy("motions.enter_sheet", label="按签字件代录", roles=[OFFICE, "delegation_secretary"])
def can_enter_sheet(actor: Account, suggestion: Suggestion) -> bool | Denied:
    if _in_office(actor, suggestion):
        return True
    if suggestion.delegation_id and identity.has(
        actor, "delegation_secretary", f"delegation:{suggestion.delegation_id}"
    ):
        return True
    return Denied("代录由代表联络工作机构或者本代表团工作人员办理。")


@identity.policy("motions.object_cosign", label="对代录的附议提出异议", roles=["deputy"], signs=True)
def can_object_cosign(actor: Account, suggestion: Suggestion) -> bool | Denied:
    """The deputy whose signature was entered from a sheet, until the day given in the notice."""
    for cosignature in suggestion.cosignatures.filter(method="sheet", state="signed"):
        if identity.has(actor, "deputy", f"person:{cosignature.person_id}"):
            if cosignature.objection_until and clock.today() > cosignature.objection_until:
                return Denied("提出异议的期限已过，请联系代表联络工作机构。")
            return True
    return Denied("这件建议没有为您代录的附议。")


@identity.policy("motions.withdraw", label="撤回建议", roles=["deputy"], signs=True)
def can_withdraw(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return _is_lead(actor, suggestion) or Denied("由领衔代表本人撤回。")


@identity.policy("motions.check", label="代表团初核", roles=["delegation_secretary", OFFICE])
def can_check(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return can_enter_sheet(actor, suggestion)


@identity.policy("motions.send_back", label="退回补正", roles=[OFFICE, "delegation_secretary"])
def can_send_back(actor: Account, suggestion: Suggestion) -> bool | Denied:
    if _in_office(actor, suggestion):
        return True
    if suggestion.case is not None and suggestion.case.state == "checking":
        return can_enter_sheet(actor, suggestion)
    return Denied("由代表联络工作机构办理。")


@identity.policy("motions.review", label="审查编号", roles=[OFFICE])
def can_review(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return _in_office(actor, suggestion)


@identity.policy("motions.hand_over", label="交政府督查机构", roles=[OFFICE])
def can_hand_over(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return _in_office(actor, suggestion)


@identity.policy("motions.distribute", label="交办承办单位", roles=[OFFICE, GOVERNMENT])
def can_distribute(actor: Account, suggestion: Suggestion) -> bool | Denied:
    """The congress's office hands over directly, or the government office distributes what it was given."""
    if _in_office(actor, suggestion):
        return True
    if _in_government(actor, suggestion):
        through = suggestion.assignments.filter(through_government=True).exists()
        if through or (suggestion.case is not None and suggestion.case.state == "at_government"):
            return True
        return Denied("这件建议没有交政府督查机构转办。")
    return False


@identity.policy(
    "motions.handle", label="办理（没有账号的单位由代表联络工作机构代录）", roles=[*ORGAN, OFFICE]
)
def can_handle(actor: Account, assignment: Assignment) -> bool | Denied:
    """The organ; for one without an account the office enters what came back on paper or in a workbook."""
    if _of_organ(actor, assignment) or queries.acts_for_organ(actor, assignment):
        return True
    return Denied("由承办单位办理。")


@identity.policy("motions.object", label="申请退回", roles=[*ORGAN, OFFICE])
def can_object(actor: Account, assignment: Assignment) -> bool | Denied:
    if _of_organ(actor, assignment) or queries.acts_for_organ(actor, assignment):
        return True
    return Denied("由承办单位提出。")


@identity.policy("motions.rule", label="裁定退回申请", roles=[OFFICE, GOVERNMENT])
def can_rule(actor: Account, assignment: Assignment) -> bool | Denied:
    if _in_office(actor, assignment):
        return True
    if assignment.through_government and _in_government(actor, assignment):
        return True
    return Denied("由交办的机构裁定。")


@identity.policy("motions.press", label="催办", roles=[OFFICE, GOVERNMENT, "deputy"])
def can_press(actor: Account, assignment: Assignment) -> bool | Denied:
    if queries.press_side(actor, assignment) is None:
        return Denied("由提出建议的代表、人大代表联络工作机构和政府督查机构催办。")
    return True


@identity.policy("motions.record_contact", label="代表登记沟通", roles=["deputy"])
def can_record_contact(actor: Account, assignment: Assignment) -> bool | Denied:
    return _is_signer(actor, assignment.suggestion) or Denied("由提出建议的代表登记。")


@identity.policy("motions.decide_extension", label="决定延期", roles=[OFFICE])
def can_decide_extension(actor: Account, obj: Any) -> bool | Denied:
    return _in_office(actor, obj)


@identity.policy("motions.issue_reply", label="签发答复", roles=["organ_head", OFFICE], signs=True)
def can_issue_reply(actor: Account, obj: Any) -> bool | Denied:
    """Signed by the head of the organ (代表建议办理办法 第二十一条)."""
    if isinstance(obj, Assignment) and (
        _of_organ(actor, obj, ("organ_head",)) or queries.acts_for_organ(actor, obj)
    ):
        return True
    return Denied("答复和会签由本单位负责人审签。")


@identity.policy("motions.withdraw_reply", label="撤回答复", roles=["organ_head", OFFICE], signs=True)
def can_withdraw_reply(actor: Account, obj: Any) -> bool | Denied:
    if isinstance(obj, Assignment) and _of_organ(actor, obj, ("organ_head",)):
        return True
    return _in_office(actor, obj)


@identity.policy("motions.rate", label="评价答复", roles=["deputy"], signs=True)
def can_rate(actor: Account, suggestion: Suggestion) -> bool | Denied:
    """By the signer's own log-in; nobody rates for somebody else."""
    if any(identity.has(actor, "deputy", f"person:{pk}") for pk in queries.pending_raters(suggestion)):
        return True
    return Denied("由领衔和附议的代表本人评价；您没有待评价的答复。")


@identity.policy("motions.nominate_key", label="提名重点建议", roles=[OFFICE])
def can_nominate_key(actor: Account, suggestion: Suggestion) -> bool | Denied:
    return _in_office(actor, suggestion)


@identity.policy("motions.choose_key", label="确定重点建议", roles=["chairpersons"], signs=True)
def can_choose_key(actor: Account, key: KeySuggestion) -> bool | Denied:
    return identity.has(actor, "chairpersons", f"congress:{key.suggestion.congress_id}")


@identity.policy("motions.follow_key", label="督办重点建议", roles=["committee", "chairpersons"])
def can_follow_key(actor: Account, key: KeySuggestion) -> bool | Denied:
    if key.committee_id and identity.has(actor, "committee", f"org:{key.committee_id}"):
        return True
    return identity.has(actor, "chairpersons", f"congress:{key.suggestion.congress_id}") or Denied(
        "由承担督办的委员会办理。"
    )


@identity.policy(
    "motions.boards", label="查看统计", roles=[OFFICE, GOVERNMENT, "chairpersons", "committee", "auditor"]
)
def can_see_boards(actor: Account, obj: Any) -> bool | Denied:
    return True


@identity.policy("motions.import", label="导入建议", roles=[OFFICE])
def can_import(actor: Account, obj: Any) -> bool | Denied:
    return True


@identity.policy("motions.lists", label="维护类别、答复分类和代字", roles=[OFFICE])
def can_keep_lists(actor: Account, congress: Any) -> bool | Denied:
    return identity.has(actor, OFFICE, f"congress:{congress.pk}")
