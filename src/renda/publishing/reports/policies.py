"""Who may see the figures of the work report and the entries behind them."""

from __future__ import annotations

from typing import Any

from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Denied

ROLES = ["deputies_office", "government_office", "chairpersons", "committee", "auditor"]


@identity.policy("reports.view", label="查看工作报告数字", roles=ROLES)
def can_view(actor: identity.Account, congress: Any) -> bool | Denied:
    """The congress that one works for; asked without one, whether the account has such a page."""
    if congress is None:
        return True
    own = people.congress_for(actor)
    if own is not None and own.pk == congress.pk:
        return True
    return Denied("只能看本级人大的工作报告数字；如需了解别处的，请联系该级人大的代表联络工作机构。")
