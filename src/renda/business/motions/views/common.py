"""What the pages share: who asks, which suggestion, what a refusal says."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.http import Http404, HttpRequest

from renda.business.motions.models import Suggestion
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.workflow import api as workflow

if TYPE_CHECKING:
    from renda.kernel.identity.api import Account

LIST = ("代表建议", "/motions/")
MINE = ("我的建议", "/motions/mine/")

# What a service refuses with; its words are shown to the person as they are.
REFUSALS = (workflow.WorkflowError, identity.IdentityError, documents.DocumentsError)


def account(request: HttpRequest) -> Account:
    """The account that is logged in; pages here need one."""
    return cast("Account", request.user)


def said(error: Exception) -> str:
    """The words of a refusal."""
    return "；".join(error.messages) if isinstance(error, identity.IdentityError) else str(error)


def suggestion_for(request: HttpRequest, pk: int, policy: str = "motions.view") -> Suggestion:
    """A suggestion with what every page shows of it.

    Args:
        policy: what the person must be allowed to do with it.

    Raises:
        Http404: there is none.
        identity.Forbidden: the policy says no.
    """
    found = (
        Suggestion.objects.select_related(
            "case", "congress", "term", "session", "lead", "delegation", "category", "merged_into__case"
        )
        .filter(pk=pk, case__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    identity.check(policy, account(request), found)
    return found


def case_of(suggestion: Suggestion) -> workflow.Case:
    """Its case; a suggestion without one is never shown."""
    assert suggestion.case is not None
    return suggestion.case
