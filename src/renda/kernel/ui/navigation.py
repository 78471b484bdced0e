"""The rooms at the left: rooms register their entries, a page shows those that the person may enter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

GROUPS = ("我的", "代表", "会议", "监督", "选举", "预算", "立法备案", "联络站", "出版", "管理")

Guard = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered entry; see ``nav``."""

    group: str
    label: str
    url_name: str
    policy: str | None
    roles: frozenset[str]
    icon: str
    order: int
    tab: str
    public: bool

    def open_to(self, account: Any) -> bool:
        """Whether this account may enter. Without policy and roles every logged-in person may."""
        if account is None:
            return False
        if self.roles:
            return any(holder.split("@", 1)[0] in self.roles for holder in _holders(account))
        if self.policy is None:
            return True
        from renda.kernel.identity import api as identity  # the public zone has no accounts

        return bool(identity.may(self.policy, account, None))


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    label: str
    url: str
    icon: str
    current: bool
    tab: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    links: list[Link] = field(default_factory=list)


_entries: dict[str, Entry] = {}


def nav(
    group: str,
    label: str,
    url_name: str,
    policy: str | None = None,
    *,
    roles: frozenset[str] | set[str] = frozenset(),
    icon: str = "folder",
    order: int = 50,
    tab: str = "",
    public: bool = False,
) -> None:
    """Register an entry of the navigation; call it in ``AppConfig.ready``.

    Args:
        group: one of ``GROUPS``.
        label: a noun of at most six characters, as people call the place.
        url_name: name of a URL without arguments.
        policy: key of the policy that says who may enter; it is asked without an object.
        roles: shown to holders of any of these roles instead of asking a policy.
        icon: an icon's name from the set (docs/ui.md).
        order: position within the group, low first.
        tab: on a phone, the label of a bottom tab (at most four characters); empty: not a tab.
        public: an entry of the public pages' head instead of the desk's rooms.
    """
    if group not in GROUPS:
        raise ValueError(f"没有“{group}”这一组导航；只有：{'、'.join(GROUPS)}")
    _entries[url_name] = Entry(group, label, url_name, policy, frozenset(roles), icon, order, tab, public)


def forget(url_name: str) -> None:
    """Take an entry out again: for tests that register one of their own."""
    _entries.pop(url_name, None)


def groups_for(request: HttpRequest, account: Any) -> list[Group]:
    """The groups that hold at least one room which the account may enter, in the order of ``GROUPS``."""
    here = request.path
    shown: list[tuple[Entry, str]] = []
    for entry in sorted(_entries.values(), key=lambda e: (GROUPS.index(e.group), e.order, e.label)):
        if entry.public or not entry.open_to(account):
            continue
        url = _url(entry.url_name)
        if url is not None:
            shown.append((entry, url))
    # The longest address that the page lies under is the room one is in.
    current = max((url for _, url in shown if _under(here, url)), key=len, default="")
    groups: list[Group] = []
    for entry, url in shown:
        if not groups or groups[-1].label != entry.group:
            groups.append(Group(entry.group))
        groups[-1].links.append(Link(entry.label, url, entry.icon, url == current, entry.tab))
    return groups


def public_links(request: HttpRequest) -> list[Link]:
    """The entries of the public pages' head."""
    links = []
    for entry in sorted((e for e in _entries.values() if e.public), key=lambda e: e.order):
        url = _url(entry.url_name)
        if url is not None:
            links.append(Link(entry.label, url, entry.icon, _under(request.path, url)))
    return links


def tabs_of(groups: list[Group]) -> list[Link]:
    """At most four tabs; the fifth is always 全部, drawn by the shell."""
    return [link for group in groups for link in group.links if link.tab][:4]


def _under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None  # a room that this zone does not have


def _holders(account: Any) -> frozenset[str]:
    from renda.kernel.identity import api as identity  # the public zone has no accounts

    return identity.holders(account)
