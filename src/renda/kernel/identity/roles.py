"""Roles and kinds of scope: the kernel knows none of its own but the administrator; rooms declare theirs.

A holder is written ``role@scope``: ``deputy@person:7``, ``administrator@all``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

ALL = "all"
ADMINISTRATOR = "administrator"
_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_SCOPE = re.compile(r"[a-z][a-z0-9_]*:[\w.-]+\Z")


@dataclass(frozen=True, slots=True)
class Role:
    """A role as a room declared it.

    Args:
        key: name in code.
        label: Chinese name.
        scope_kind: kind of scope it is granted in: ``congress``, ``org``, ``person``, ``all`` …
        description: one Chinese sentence for the administrator who grants it.
        signs: False for those who prepare but may not sign (秘书): they never pass a policy that signs.
        staff: works on the desk; session of twelve hours, second factor where required.
        personal: bound to the person (代表, 委员): never passes to a stand-in.
        manages: roles that its holders may grant, and to whose holders they may give a log-in link, within
            their own scope (the deputies office manages deputies).
    """

    key: str
    label: str
    scope_kind: str
    description: str
    signs: bool = True
    staff: bool = True
    personal: bool = False
    manages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeKind:
    """How a kind of scope is shown, chosen and contained.

    Args:
        key: the part before the colon.
        label: Chinese name of the kind.
        title: id → Chinese name of one scope.
        choices: all scopes of the kind as (id, name), for the form that grants.
        parents: id → the scopes that contain it (``org:12`` is in ``congress:1``).
    """

    key: str
    label: str
    title: Callable[[str], str]
    choices: Callable[[], Iterable[tuple[str, str]]]
    parents: Callable[[str], Iterable[str]]


_roles: dict[str, Role] = {}
_scopes: dict[str, ScopeKind] = {}


def declare_role(
    key: str,
    label: str,
    scope_kind: str,
    description: str,
    *,
    signs: bool = True,
    staff: bool = True,
    personal: bool = False,
    manages: Iterable[str] = (),
) -> Role:
    """Declare a role; called by rooms in ``AppConfig.ready``. The same declaration twice is one.

    Raises:
        ValueError: the key is malformed or was declared otherwise before.
    """
    if not _KEY.match(key):
        raise ValueError(f"角色代码 {key!r} 只能用小写字母、数字和下划线")
    role = Role(
        key,
        label,
        scope_kind,
        description,
        signs=signs,
        staff=staff,
        personal=personal,
        manages=tuple(manages),
    )
    if _roles.setdefault(key, role) != role:
        raise ValueError(f"角色 {key} 已经另有声明")
    return role


def declare_scope(
    key: str,
    label: str,
    *,
    title: Callable[[str], str],
    choices: Callable[[], Iterable[tuple[str, str]]],
    parents: Callable[[str], Iterable[str]] = lambda _: (ALL,),
) -> ScopeKind:
    """Declare a kind of scope; called by the room that owns the things in ``AppConfig.ready``."""
    if not _KEY.match(key):
        raise ValueError(f"范围种类 {key!r} 只能用小写字母、数字和下划线")
    kind = ScopeKind(key, label, title, choices, parents)
    _scopes[key] = kind
    return kind


def role(key: str) -> Role:
    """The declared role.

    Raises:
        KeyError: nobody declared it.
    """
    try:
        return _roles[key]
    except KeyError:
        raise KeyError(f"没有声明过角色 {key}") from None


def all_roles() -> list[Role]:
    """Every role, in order of declaration."""
    return list(_roles.values())


def scope_kinds() -> list[ScopeKind]:
    return list(_scopes.values())


def scope_kind(scope: str) -> str:
    """``congress:1`` → ``congress``; ``all`` → ``all``."""
    return scope.partition(":")[0]


def valid_scope(scope: str) -> bool:
    return scope == ALL or bool(_SCOPE.match(scope))


def scope_title(scope: str) -> str:
    """The Chinese name of a scope for pages: 安澜市人民代表大会, 全部."""
    if scope == ALL:
        return "全部"
    kind, _, ident = scope.partition(":")
    declared = _scopes.get(kind)
    return declared.title(ident) if declared else scope


def within(scope: str, container: str) -> bool:
    """Whether ``scope`` is ``container`` or lies in it; everything lies in ``all``."""
    seen: set[str] = set()
    waiting = [scope]
    while waiting:
        current = waiting.pop()
        if container in (current, ALL):
            return True
        seen.add(current)
        kind, _, ident = current.partition(":")
        if declared := _scopes.get(kind):
            waiting.extend(p for p in declared.parents(ident) if p not in seen)
    return False


def managers() -> list[str]:
    """Keys of the roles that manage accounts: the administrator, and those that a room gave something to."""
    return [r.key for r in all_roles() if r.key == ADMINISTRATOR or r.manages]


declare_role(
    ADMINISTRATOR,
    "系统管理员",
    ALL,
    "建立账号、授权、登记代理、生成一次性登录链接；不办理业务。",
)
