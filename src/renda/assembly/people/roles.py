"""The roles of a congress's work and the scopes they are held in: declared once, used by every room."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from renda.kernel.identity import api as identity


def _title(model_name: str) -> Callable[[str], str]:
    def title(ident: str) -> str:
        from django.apps import apps

        model = apps.get_model("people", model_name)
        found = model.objects.filter(pk=ident).first() if ident.isdecimal() else None
        return str(found) if found else f"{model_name}:{ident}"

    return title


def _choices(model_name: str, **filters: object) -> Callable[[], Iterable[tuple[str, str]]]:
    def choices() -> Iterable[tuple[str, str]]:
        from django.apps import apps

        model = apps.get_model("people", model_name)
        return [(str(o.pk), str(o)) for o in model.objects.filter(**filters)]

    return choices


def _congress_of_delegation(ident: str) -> Iterable[str]:
    from renda.assembly.people.models import Delegation

    found = Delegation.objects.filter(pk=ident).values_list("term__congress_id", flat=True).first()
    return (f"congress:{found}",) if found else ("all",)


def _congress_of_person(ident: str) -> Iterable[str]:
    from renda.assembly.people.models import Membership

    terms = Membership.objects.filter(person_id=ident, role="deputy").values_list(
        "term__congress_id", flat=True
    )
    return [f"congress:{c}" for c in set(terms)] or ("all",)


def _congress_of_organ(ident: str) -> Iterable[str]:
    from renda.assembly.people.models import Congress, Organisation

    organ = Organisation.objects.filter(pk=ident).select_related("division__parent").first()
    division = organ.division if organ else None
    while division is not None:
        congress = Congress.objects.filter(division=division).first()
        if congress is not None:
            return (f"congress:{congress.pk}",)
        division = division.parent
    only = list(Congress.objects.values_list("pk", flat=True)[:2])
    return (f"congress:{only[0]}",) if len(only) == 1 else ("all",)


def declare() -> None:
    """Called when the room is ready; the same declaration twice is one."""
    identity.declare_scope(
        "congress",
        "人大",
        title=_title("Congress"),
        choices=_choices("Congress"),
    )
    identity.declare_scope(
        "org",
        "机构",
        title=_title("Organisation"),
        choices=_choices("Organisation", dissolved__isnull=True),
        parents=_congress_of_organ,
    )
    identity.declare_scope(
        "delegation",
        "代表团",
        title=_title("Delegation"),
        choices=_choices("Delegation"),
        parents=_congress_of_delegation,
    )
    identity.declare_scope(
        "person",
        "个人",
        title=_title("Person"),
        choices=_choices("Person"),
        parents=_congress_of_person,
    )
    role = identity.declare_role
    role(
        "deputy",
        "人大代表",
        "person",
        "提出建议、附议、评价答复、核实承诺；只能由本人行使。",
        staff=False,
        personal=True,
    )
    role(
        "body_member",
        "常委会、主席团组成人员",
        "person",
        "在会议上表决；只能由本人行使。",
        staff=False,
        personal=True,
    )
    role(
        "secretary",
        "代表秘书",
        "person",
        "替代表起草，不能替代表提交、附议或者评价。",
        signs=False,
        staff=False,
    )
    role("delegation_secretary", "代表团工作人员", "delegation", "会议期间初核本团代表的建议，按签字件代录。")
    role(
        "deputies_office",
        "代表联络工作机构",
        "congress",
        "审查、交办、催办代表建议，组织测评，管理台账。",
        manages=(
            "deputy",
            "body_member",
            "secretary",
            "delegation_secretary",
            "handling_organ",
            "organ_head",
        ),
    )
    role(
        "government_office",
        "政府督查机构",
        "congress",
        "把人大交办的建议转交承办单位，催办、协调、裁定分工。",
    )
    role(
        "handling_organ",
        "承办单位经办人",
        "org",
        "签收、办理、联系代表、起草答复、报告落实情况。",
        signs=False,
    )
    role("organ_head", "承办单位负责人", "org", "审签答复、会签意见、申请退回和延期。")
    role("committee", "督办的专门委员会", "org", "督办重点建议，核验承诺落实情况。")
    role("chairpersons", "主任会议成员", "congress", "确定重点建议，领衔督办，查看全局。")
    role("meetings_office", "会议工作机构", "congress", "准备表决、付表决、计票、宣读结果。")
    role("auditor", "记录查阅人", "congress", "只读查阅记录与核验结果，不办理业务。")
