"""What a process is: states and transitions as data. No database here.

A process is declared once and used four times: the engine walks it, the case page offers its acts, the
desk shows whose turn it is, and the documentation draws it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from renda.kernel.record import api as record
from renda.kernel.refs import Ref

ClockVerb = Literal["start", "stop", "pause", "resume", "restart", "cancel"]
FieldKind = (
    str  # text, paragraph, choice, choices, date, moment, yes_no, file, files, or a kind a room registers
)


class DeclarationError(Exception):
    """A process that cannot run: it is found when the process is registered, not when a clerk clicks."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a closed list; adding a reason for return is adding one of these."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """Something a transition asks for.

    Args:
        kind: how it is typed in: text, paragraph, choice, choices, date, moment, yes_no, file, files, or a
            kind that a room registers with the page shell (an organ, a deputy).
        choices: for choice and choices. Nothing is ever pre-filled.
        help: a sentence under the label.
    """

    key: str
    label: str
    kind: FieldKind = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    help: str = ""
    max_length: int = 2000
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a transition does to a deadline of the case.

    Args:
        verb: start, stop, pause, resume, restart (a new start from the day of the act) or cancel.
        key: the deadline's key in the process.
    """

    verb: ClockVerb
    key: str


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """A deadline that a case of the process may have.

    Args:
        rule: id of the law kernel's rule that gives its length; None where a person fixes the day.
        alternatives: other rules that a service may start it by (a hard case, a second round).
        warn_days: how many days before the due day it counts as near; a matter of display, not of law.
        rests: nothing is to be done before it is near (a look-back after months): until then it stands on a
            desk only among what comes later.
    """

    key: str
    label: str
    rule: str | None = None
    alternatives: tuple[str, ...] = ()
    warn_days: int = 15
    rests: bool = False

    def allows(self, rule: str) -> bool:
        return rule == self.rule or rule in self.alternatives


@dataclass(frozen=True, slots=True)
class State:
    """A state of a case.

    Args:
        holders: names that the room resolves to ``role@scope``; whose turn it is while the case is here.
        deadline: the deadline that the holders' turn runs by.
        final: nothing is waited for any more.
        children: the turns are with child cases or matters; the case itself waits for them.
        public: how the public page calls it.
    """

    key: str
    label: str
    holders: tuple[str, ...] = ()
    deadline: str | None = None
    final: bool = False
    children: bool = False
    public: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from one state to another.

    Args:
        source: states it may start from.
        target: where it leads; None stays where it is (a progress note, a press).
        policy: key of the policy that says who may.
        entry: type of the record entry it writes.
        fields: what it asks for.
        clocks: what it does to deadlines.
        command: dotted path of the room's service; without one the engine fires the transition itself.
        primary: the act that the page puts first; danger: it asks once more.
        hidden: done by a service only, never offered on a page.
    """

    key: str
    label: str
    source: tuple[str, ...]
    target: str | None
    policy: str
    entry: type[record.Entry]
    fields: tuple[Field, ...] = ()
    clocks: tuple[Clock, ...] = ()
    command: str = ""
    primary: bool = False
    danger: bool = False
    hidden: bool = False
    help: str = ""


@dataclass(frozen=True)
class Process:
    """A declared, versioned process.

    Args:
        key: ``room.name``.
        subject: returns the thing a case is about, for policies and pages.
        resolve: turns a holder's name of a state into ``role@scope`` strings for one case.
        url: address of the page of a case's subject.
        about: the thing on whose timeline the entries stand, from the subject; by default the case's own.
    """

    key: str
    label: str
    version: int
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    deadlines: tuple[DeadlineSpec, ...]
    subject: Callable[[Any], Any]
    resolve: Callable[[Any, str], Iterable[str]]
    url: Callable[[Any], str]
    initial: str = ""
    about: Callable[[Any], Ref] | None = None

    def __post_init__(self) -> None:
        problems = list(self.problems())
        if problems:
            raise DeclarationError(f"{self.key}：" + "；".join(problems))

    @property
    def start_state(self) -> str:
        return self.initial or self.states[0].key

    def state(self, key: str) -> State:
        return next(s for s in self.states if s.key == key)

    def transition(self, key: str) -> Transition:
        return next(t for t in self.transitions if t.key == key)

    def deadline(self, key: str) -> DeadlineSpec:
        return next(d for d in self.deadlines if d.key == key)

    def problems(self) -> Iterable[str]:
        """Everything that keeps the process from running; empty when it is sound."""
        states = {s.key for s in self.states}
        clocks = {d.key for d in self.deadlines}
        if len(states) != len(self.states):
            yield "状态重名"
        if len({t.key for t in self.transitions}) != len(self.transitions):
            yield "步骤重名"
        if self.start_state not in states:
            yield f"起点“{self.start_state}”不是状态"
        for step in self.transitions:
            for key in (*step.source, *((step.target,) if step.target else ())):
                if key not in states:
                    yield f"步骤“{step.label}”引用了不存在的状态“{key}”"
            for clock in step.clocks:
                if clock.key not in clocks:
                    yield f"步骤“{step.label}”引用了不存在的时限“{clock.key}”"
            if not step.policy:
                yield f"步骤“{step.label}”没有写明谁可以办"
            if not step.source:
                yield f"步骤“{step.label}”没有起点"
        for state in self.states:
            if state.deadline and state.deadline not in clocks:
                yield f"状态“{state.label}”引用了不存在的时限“{state.deadline}”"
            if not state.final and not state.holders and not state.children:
                yield f"状态“{state.label}”没有人负责"
            if not state.final and not any(state.key in t.source and t.target for t in self.transitions):
                yield f"状态“{state.label}”没有出路"
        if states and self.start_state in states:
            unreachable = states - self.reachable()
            if unreachable:
                yield "到不了的状态：" + "、".join(sorted(unreachable))

    def reachable(self) -> set[str]:
        """States that can be reached from the first one."""
        seen: set[str] = set()
        todo = [self.start_state]
        while todo:
            here = todo.pop()
            if here in seen:
                continue
            seen.add(here)
            todo.extend(t.target for t in self.transitions if here in t.source and t.target)
        return seen

    def without(self, **changes: Any) -> Process:
        """A copy with some parts changed, for tests and for the next version."""
        return dataclasses.replace(self, **changes)


_registry: dict[str, dict[int, Process]] = {}


def register(process: Process) -> Process:
    """Make a process known. Every version that open cases still run under stays registered."""
    _registry.setdefault(process.key, {})[process.version] = process
    return process


def unregister(key: str) -> None:
    """Forget a process: for tests that load one of their own."""
    _registry.pop(key, None)


def get(key: str, version: int | None = None) -> Process:
    """The process in the version a case began under; without a version, the newest one."""
    versions = _registry.get(key)
    if not versions:
        raise LookupError(f"没有登记的流程：{key}")
    if version is None:
        return versions[max(versions)]
    if version not in versions:
        raise LookupError(f"流程 {key} 没有第 {version} 版")
    return versions[version]


def processes() -> Sequence[Process]:
    """The newest version of every process, by key."""
    return [versions[max(versions)] for _, versions in sorted(_registry.items())]
