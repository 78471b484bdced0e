"""What the shell shows on every page: who looks, where he may go, what waits, whom to call.

Everything is computed when the template asks for it, so that fragments and files cost nothing.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from renda.kernel.ui import navigation, providers


class Shell:
    """The shell's view of one request.

    Args:
        request: the request whose page is drawn; in the public zone it has no account.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def account(self) -> Any:
        """The account that looks, or None before log-in and on public pages."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def masthead(self) -> providers.Masthead:
        return providers.masthead_for(self.request)

    @cached_property
    def role(self) -> str:
        """In which role the account acts, in words."""
        return providers.role_of(self.account) if self.account else ""

    @cached_property
    def helpline(self) -> providers.Helpline | None:
        """Whom to call; nobody when even that cannot be found out (an error page must still be drawn)."""
        try:
            return providers.helpline_for(self.request)
        except DatabaseError:
            return None

    @cached_property
    def waiting(self) -> providers.Waiting:
        """What waits on the account's desk."""
        return providers.waiting_for(self.account) if self.account else providers.Waiting(0, 0)

    @cached_property
    def groups(self) -> list[navigation.Group]:
        return navigation.groups_for(self.request, self.account)

    @cached_property
    def tabs(self) -> list[navigation.Link]:
        return navigation.tabs_of(self.groups)

    @cached_property
    def public_links(self) -> list[navigation.Link]:
        return navigation.public_links(self.request)

    @cached_property
    def has_display(self) -> bool:
        """Whether the switch for large type is served here (an error page may stand without any URL)."""
        try:
            reverse("ui:display")
        except NoReverseMatch:
            return False
        return True

    @cached_property
    def type(self) -> str:
        return "large" if self.request.COOKIES.get("renda_type") == "large" else "normal"

    @cached_property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get("renda_theme", "auto")
        return chosen if chosen in {"light", "dark"} else "auto"


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template."""
    return {"shell": Shell(request)}
