"""Policies: who may do what is one predicate per act, asked by the service and by the template alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from renda.kernel.identity import queries, roles
from renda.kernel.identity.errors import Forbidden
from renda.kernel.identity.roles import Role

if TYPE_CHECKING:
    from renda.kernel.identity.models import Account

# In place of roles: whoever is logged in.
EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Denied:
    """A refusal with its reason: a Chinese sentence that says why, and what to do instead."""

    message: str

    def __bool__(self) -> bool:
        return False


Predicate = Callable[["Account", Any], "bool | Denied"]
P = TypeVar("P", bound=Callable[..., "bool | Denied"])


@dataclass(frozen=True, slots=True)
class Policy:
    """A declared act.

    Args:
        key: ``room.act``.
        label: the act in Chinese, as on the button.
        roles: roles that may try it; the predicate then looks at the thing itself.
        signs: the act signs or decides, so that roles that only draft are left out.
        denied: sentence for those without any of the roles.
        predicate: the question about this actor and this thing.
    """

    key: str
    label: str
    roles: tuple[str, ...] | Callable[[], Sequence[str]]
    signs: bool
    denied: str
    predicate: Predicate

    @property
    def role_keys(self) -> tuple[str, ...]:
        return tuple(self.roles()) if callable(self.roles) else self.roles

    @property
    def for_everyone(self) -> bool:
        return EVERYONE in self.role_keys

    def may_try(self) -> list[Role]:
        """Roles that pass the first door."""
        if self.for_everyone:
            candidates = roles.all_roles()
        else:
            candidates = [roles.role(key) for key in self.role_keys]
        return [r for r in candidates if r.signs or not self.signs]

    def refusal(self) -> str:
        if self.denied:
            return self.denied
        names = "、".join(r.label for r in self.may_try())
        return f"您现在不能“{self.label}”：这项由{names}办理。请用相应角色的账号登录，或联系系统管理员授权。"

    def ask(self, actor: Account | None, obj: Any) -> bool | Denied:
        if actor is None or not actor.is_authenticated:
            return Denied(f"“{self.label}”需要先登录。")
        if not actor.is_active:
            return Denied("您的账号已停用，请联系系统管理员。")
        if not self.for_everyone or self.signs:
            keys = {r.key for r in self.may_try()}
            if not any(h.partition("@")[0] in keys for h in queries.holders(actor)):
                return Denied(self.refusal())
        answer = self.predicate(actor, obj)
        if answer is False:
            return Denied(self.refusal())
        return answer


_policies: dict[str, Policy] = {}


def policy(
    key: str,
    *,
    label: str,
    roles: Sequence[str] | Callable[[], Sequence[str]],
    signs: bool = False,
    denied: str = "",
) -> Callable[[P], P]:
    """Declare a policy; the decorated predicate answers True, False or ``Denied(why and what to do)``.

    Args:
        key: ``room.act``, unique in the installation.
        label: the act in Chinese.
        roles: keys of roles that may try it, or ``[EVERYONE]``; never empty; a function where other rooms
            add to them.
        signs: True where the act signs or decides.
        denied: sentence for those without the roles; by default it names the roles and the way to go.
    """
    if not roles:
        raise ValueError(f"规则 {key} 没有写明角色；所有登录者都可以时写 EVERYONE")

    def register(predicate: P) -> P:
        declared = Policy(key, label, roles if callable(roles) else tuple(roles), signs, denied, predicate)
        known = _policies.setdefault(key, declared)
        if known.predicate.__qualname__ != predicate.__qualname__ or (
            known.predicate.__module__ != predicate.__module__
        ):
            raise ValueError(f"规则 {key} 已经另有声明")
        return predicate

    return register


def get_policy(key: str) -> Policy:
    """The declared policy.

    Raises:
        KeyError: nobody declared it (a typing error must not become an open door).
    """
    try:
        return _policies[key]
    except KeyError:
        raise KeyError(f"没有声明过规则 {key}") from None


def all_policies() -> list[Policy]:
    return [_policies[key] for key in sorted(_policies)]


def may(policy_key: str, actor: Account | None, obj: Any = None) -> bool:
    """Whether the actor may do it now: for templates and lists."""
    return bool(get_policy(policy_key).ask(actor, obj))


def why_not(policy_key: str, actor: Account | None, obj: Any = None) -> str:
    """The sentence of refusal, or an empty text where the act is allowed."""
    answer = get_policy(policy_key).ask(actor, obj)
    return answer.message if isinstance(answer, Denied) else ""


def check(policy_key: str, actor: Account | None, obj: Any = None) -> None:
    """Let pass or raise.

    Raises:
        Forbidden: with the Chinese sentence that says why and what to do.
    """
    reason = why_not(policy_key, actor, obj)
    if reason:
        raise Forbidden(reason)
