"""Entry classes and their registry: each kind of act is a frozen dataclass that can speak for itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeVar, cast, get_type_hints
from uuid import UUID

from renda.kernel.record import codec
from renda.kernel.record.errors import BadEntry, UnknownKind
from renda.kernel.record.private import PRIVATE_NAMES
from renda.kernel.refs import Ref

_KIND = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")


@dataclass(frozen=True, slots=True)
class Credit:
    """What an entry adds to a person's duty file (履职档案).

    Args:
        person: whose file.
        category: the part of the file, such as ``"建议"`` or ``"出席"``.
        text: one line, as it stands in the file.
    """

    person: Ref
    category: str
    text: str


class Entry:
    """Base of all entries; a subclass is a frozen dataclass whose fields are the payload.

    ``RETIRED`` names fields that former versions stored and that are no longer read, so that old entries
    stay readable.
    """

    # In capitals: a class attribute called like a field would become that field's default.
    KIND: ClassVar[str] = ""
    LABEL: ClassVar[str] = ""
    RETIRED: ClassVar[frozenset[str]] = frozenset()

    def sentence(self) -> str:
        """One line for the timeline, without the actor's name: ``"提交了建议"``."""
        raise NotImplementedError

    def chronicle(self) -> str | None:
        """The sentence for the chronicle (大事记), or None where the act does not belong there."""
        return None

    def credits(self) -> list[Credit]:
        """What this act adds to duty files."""
        return []

    def payload(self) -> dict[str, Any]:
        """The fields as JSON, as they are stored."""
        stored = codec.to_json(self)
        assert isinstance(stored, dict)
        return stored


E = TypeVar("E", bound=type[Entry])
_kinds: dict[str, type[Entry]] = {}


def entry(kind: str, *, label: str = "") -> Callable[[E], E]:
    """Register an entry class.

    Args:
        kind: ``"room.act"``, lower case; never reused for something else.
        label: how filters and exports name the kind; the kind itself where empty.

    Raises:
        BadEntry: the class is not a frozen dataclass, has a field whose type cannot be stored exactly, a
            field named like personal data that is not a vault id, or the kind is taken.
    """

    def register(cls: E) -> E:
        if not _KIND.match(kind):
            raise BadEntry(f"记录种类 {kind!r} 应写作“房间.动作”，小写英文。")
        taken = _kinds.get(kind)
        if taken is not None and (taken.__module__, taken.__qualname__) != (cls.__module__, cls.__qualname__):
            raise BadEntry(f"记录种类 {kind} 已由 {taken.__module__}.{taken.__qualname__} 登记。")
        _check(kind, cls)
        cls.KIND = kind
        cls.LABEL = label or kind
        _kinds[kind] = cls
        return cls

    return register


def _check(kind: str, cls: type[Entry]) -> None:
    made = cls.__dict__.get("__dataclass_params__")  # of this class itself, not of a parent
    if made is None or not made.frozen:
        raise BadEntry(f"{kind}：记录类必须是 @dataclass(frozen=True)。")
    if cls.sentence is Entry.sentence:
        raise BadEntry(f"{kind}：没有写 sentence()，时间线上无话可说。")
    hints = get_type_hints(cls)
    for name in (part.name for part in fields(cast(Any, cls))):
        if name in PRIVATE_NAMES and hints[name] not in (UUID, UUID | None):
            raise BadEntry(f"{kind}.{name}：个人信息只能以保险库编号（UUID）写入记录。")
        codec.check_type(hints[name], f"{kind}.{name}")


def kind_class(kind: str) -> type[Entry]:
    """The class of a kind.

    Raises:
        UnknownKind: no installed room registers it.
    """
    try:
        return _kinds[kind]
    except KeyError:
        raise UnknownKind(f"没有登记的记录种类：{kind}。") from None


def kinds() -> dict[str, type[Entry]]:
    """All registered kinds, by name."""
    return dict(sorted(_kinds.items()))


def decode(kind: str, payload: dict[str, Any]) -> Entry:
    """The typed entry of a stored payload.

    Raises:
        UnknownKind: the kind is not registered.
        BadEntry: the payload does not fit the class.
    """
    cls = kind_class(kind)
    built = codec.build(cls, payload, cls.RETIRED)
    assert isinstance(built, Entry)
    return built
