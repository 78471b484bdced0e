"""Who will see a suggestion, and under which name: shown before it is sent."""

from __future__ import annotations

from dataclasses import dataclass

from renda.business.motions.models import Consent, Suggestion


@dataclass(frozen=True, slots=True)
class Audience:
    """One line of the notice: who, what they see, under which name."""

    who: str
    what: str
    name: str


def audience(suggestion: Suggestion, *, through_delegation: bool = False) -> list[Audience]:
    """Who sees it after it was submitted, in the order in which it reaches them.

    Args:
        suggestion: with ``lead`` loaded.
        through_delegation: the congress is sitting and the delegation checks first.
    """
    named = f"{suggestion.lead.name}代表（附议代表一并列名）"
    rows = []
    if through_delegation and suggestion.delegation is not None:
        rows.append(Audience(f"{suggestion.delegation.name}工作人员", "全文和附件", named))
    rows += [
        Audience("代表联络工作机构、主任会议成员", "全文和附件", named),
        Audience("本级其他代表", "全文", named),
        Audience("政府督查机构和承办单位（交办以后）", "全文和附件", named),
    ]
    public = {
        Consent.ALL: Audience("社会公众（答复以后）", "全文和答复，不含附件", named),
        Consent.TITLE: Audience("社会公众（答复以后）", "标题和办理结果", "不写姓名"),
        Consent.NONE: Audience("社会公众", "看不到", "—"),
    }
    rows.append(
        public.get(Consent(suggestion.consent))  # type: ignore[arg-type]
        if suggestion.consent
        else Audience("社会公众", "还没有选择是否公开", "—")
    )
    return rows
