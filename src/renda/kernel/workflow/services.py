"""The engine: the only code that moves a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import clocks, events, notices, process
from renda.kernel.workflow.models import Case, Deadline, Turn


class WorkflowError(Exception):
    """An act that is not possible; its text is shown to the person as it is."""


class Stale(WorkflowError):
    """Somebody else has acted since the page was drawn."""


@dataclass
class ClockOrder:
    """How a step's service wants one of the declared clocks to run."""

    rule: str | None = None
    due_on: dt.date | None = None
    derived: law.Derived | None = None
    on: dt.date | None = None


@dataclass
class Step:
    """An act in progress, inside its transaction: the case is locked, state and policy are checked.

    The service changes its models and calls :meth:`record` once; leaving the block moves the case.
    """

    case: Case
    transition: process.Transition
    actor: identity.Account | None
    subject: Any
    happened_at: dt.datetime
    on_behalf_of: Ref | None
    origin: record.Origin
    _entry: record.Entry | None = None
    _orders: dict[str, ClockOrder] = field(default_factory=dict)
    entry_id: int | None = None

    @property
    def day(self) -> dt.date:
        """The day of the act, Asia/Shanghai."""
        return self.happened_at.astimezone(clock.TZ).date()

    def record(self, entry: record.Entry) -> None:
        """Say what happened; exactly one entry of the declared type."""
        if self._entry is not None:
            raise WorkflowError("一个步骤只写一条记录")
        if not isinstance(entry, self.transition.entry):
            raise TypeError(f"步骤 {self.transition.key} 应写 {self.transition.entry.__name__}")
        self._entry = entry

    def clock(
        self,
        key: str,
        *,
        rule: str | None = None,
        due_on: dt.date | None = None,
        derived: law.Derived | None = None,
        on: dt.date | None = None,
    ) -> None:
        """Say by which rule, or to which day, a declared clock of this step starts."""
        self._orders[key] = ClockOrder(rule=rule, due_on=due_on, derived=derived, on=on)


def lock(case_id: int) -> Case:
    """The case, locked until the end of the transaction; of several, parents first, then by id."""
    return Case.objects.select_for_update().get(pk=case_id)


def start(
    process_key: str,
    subject: Ref,
    *,
    scope: str,
    entry: record.Entry | None,
    actor: identity.Account | None,
    parent: Case | None = None,
    happened_at: dt.datetime | None = None,
    on_behalf_of: Ref | None = None,
    origin: record.Origin | None = None,
    state: str | None = None,
    open_turns: bool = True,
    about: Ref | None = None,
) -> Case:
    """Open a case in the newest version of a process and write its first entry.

    Must run inside the service's transaction. The turns are opened by :func:`settle` once the room's own row
    points at the case (``open_turns=False``), or at once.

    Args:
        scope: the congress that it belongs to, ``congress:1``.
        entry: None only for a child case whose beginning the parent's entry tells.
        state: where an imported life begins; the process's first state otherwise.
        about: on whose timeline the entry stands; the subject's own by default.
    """
    declared = process.get(process_key)
    moment = happened_at or clock.now()
    case = Case.objects.create(
        process=declared.key,
        version=declared.version,
        state=state or declared.start_state,
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_title=subject.title[:300],
        scope=scope,
        parent=parent,
        opened_at=moment,
        moved_at=moment,
        closed_at=moment if declared.state(state or declared.start_state).final else None,
    )
    if entry is not None:
        record.write(
            entry,
            subject=about or subject,
            actor=actor,
            on_behalf_of=on_behalf_of,
            happened_at=moment,
            origin=origin or record.Origin.page(""),
        )
    elif parent is None:
        raise TypeError("只有随上级事项一并开始的，才可以不另写记录")
    events.emit(f"{declared.key}.started", about or subject, {"case": case.pk, "object": subject.id})
    if open_turns:
        with _as_quiet_as(origin):
            settle(case, moment, actor=actor)
    return case


@contextmanager
def step(
    case: Case,
    key: str,
    *,
    actor: identity.Account | None = None,
    seen: int | None = None,
    on_behalf_of: Ref | None = None,
    happened_at: dt.datetime | None = None,
    origin: record.Origin | None = None,
    because: Step | None = None,
) -> Iterator[Step]:
    """Perform one transition of a case.

    Opens a transaction, locks the case, checks that the case is still where the page showed it, that the
    transition starts from here and that the actor may; at the end writes the entry, runs the clocks, moves
    the state, hands on the turn and puts the event into the outbox.

    Args:
        actor: who does it; None only for jobs and imports, which say so in ``origin``.
        seen: the case's ``step`` when the form was drawn.
        happened_at: when it happened, where that is not now (a sheet signed last week).
        because: the step that this one follows from in the same transaction (the last organ's reply ends the
            handling); the policy was asked there. Only hidden transitions may follow so.

    Raises:
        Stale: somebody acted in between.
        WorkflowError: the case is in another state.
        identity.Forbidden: the policy says no.
    """
    with transaction.atomic():
        held = lock(case.pk)
        declared = held.declared
        transition = declared.transition(key)
        if seen is not None and seen != held.step:
            raise Stale(
                f"您打开页面之后，这件事已由别人办到“{held.state_label}”。请看最新情况再办；您填写的内容仍在本页。"
            )
        if held.state not in transition.source:
            raise WorkflowError(
                f"现在是“{held.state_label}”，不能“{transition.label}”。请刷新页面，按现在可办的事项办理。"
            )
        subject = declared.subject(held)
        if because is not None:
            if not transition.hidden:
                raise TypeError(f"步骤 {key} 可由人办理，不能作为其他步骤的结果")
            actor, origin, on_behalf_of = because.actor, because.origin, because.on_behalf_of
            happened_at = happened_at or because.happened_at
        elif actor is not None:
            identity.check(transition.policy, actor, subject)
        elif origin is None or origin.type == "page":
            raise WorkflowError("没有经办人的步骤必须写明来自哪个任务或导入文件")
        moment = happened_at or clock.now()
        act = Step(
            case=held,
            transition=transition,
            actor=actor,
            subject=subject,
            happened_at=moment,
            on_behalf_of=on_behalf_of,
            origin=origin or record.Origin.page(""),
        )
        yield act
        _finish(act)
        # The caller's instance goes on showing the truth.
        for name in ("state", "step", "moved_at", "closed_at", "subject_title"):
            setattr(case, name, getattr(held, name))


def _finish(act: Step) -> None:
    if act._entry is None:
        raise WorkflowError(f"步骤“{act.transition.label}”没有写记录")
    case, transition = act.case, act.transition
    declared = case.declared
    case.refresh_from_db(fields=["subject_title"])
    about = declared.about(act.subject) if declared.about else case.subject
    try:
        act.entry_id = record.write(
            act._entry,
            subject=about,
            actor=act.actor,
            on_behalf_of=act.on_behalf_of,
            happened_at=act.happened_at,
            origin=act.origin,
        )
    except record.PersonalData as refused:
        raise WorkflowError(
            "填写的内容里像有电话号码或者证件号码，工作记录里不能写，请去掉再提交。"
        ) from refused
    for order in transition.clocks:
        run_clock(case, order, act.day, act._orders.get(order.key))
    unused = set(act._orders) - {c.key for c in transition.clocks}
    if unused:
        raise WorkflowError(f"步骤“{transition.label}”没有声明时限：{'、'.join(sorted(unused))}")
    before = case.state
    case.state = transition.target or case.state
    case.step += 1
    case.moved_at = max(case.moved_at, act.happened_at)
    if declared.state(case.state).final:
        case.closed_at = case.closed_at or act.happened_at
    else:
        case.closed_at = None
    case.save(update_fields=["state", "step", "moved_at", "closed_at"])
    with _as_quiet_as(act.origin):
        settle(case, act.happened_at, actor=act.actor)
    events.emit(
        f"{case.process}.{transition.key}",
        about,
        {"case": case.pk, "object": case.subject_id, "from": before, "to": case.state, "entry": act.entry_id},
    )


def run_clock(case: Case, order: process.Clock, day: dt.date, wish: ClockOrder | None = None) -> Deadline:
    """Apply one declared clock verb to a case's deadline and store it."""
    spec = case.declared.deadline(order.key)
    deadline = clocks.of(case, spec)
    wish = wish or ClockOrder()
    on = wish.on or day
    if order.verb in {"start", "restart"}:
        if order.verb == "start" and deadline.status in {"running", "paused"}:
            return deadline
        clocks.start(
            deadline,
            spec,
            on=on,
            rule=wish.rule,
            due_on=wish.due_on,
            derived=wish.derived,
            congress=case.scope,
        )
    elif order.verb == "pause":
        clocks.pause(deadline, on=on)
    elif order.verb == "resume":
        clocks.resume(deadline, on=on)
    elif order.verb == "stop":
        clocks.stop(deadline, on=on)
    else:
        clocks.cancel(deadline)
    deadline.save()
    return deadline


def _as_quiet_as(origin: record.Origin | None) -> Any:
    """What comes in with a file tells nobody: its turns are past or were told on paper."""
    return notices.quietly() if origin is not None and origin.type == "file" else nullcontext()


def settle(case: Case, moment: dt.datetime | None = None, *, actor: identity.Account | None = None) -> None:
    """Make the open turns of a case those that its state says; turns that stay keep their ``since``.

    Args:
        actor: whose act it follows; he is not told of a turn that he holds himself.
    """
    declared = case.declared
    state = declared.state(case.state)
    at = moment or clock.now()
    wanted: set[str] = set()
    for name in state.holders:
        wanted.update(declared.resolve(case, name))
    if not state.final and not wanted and not state.children:
        raise WorkflowError(
            f"“{case.subject_title}”到了“{state.label}”，却没有人负责。请先在人员与机构里补上负责人。"
        )
    deadline = case.deadlines.filter(key=state.deadline).first() if state.deadline else None
    open_turns = {t.holder: t for t in case.turns.filter(ended_at__isnull=True)}
    gone = [t.pk for holder, t in open_turns.items() if holder not in wanted]
    if gone:
        Turn.objects.filter(pk__in=gone).update(ended_at=at)
    for holder, turn in open_turns.items():
        if holder in wanted and turn.deadline_id != (deadline.pk if deadline else None):
            turn.deadline = deadline
            turn.save(update_fields=["deadline"])
    new = sorted(wanted - set(open_turns))
    Turn.objects.bulk_create([Turn(case=case, holder=h, since=at, deadline=deadline) for h in new])
    for listener in _turn_listeners:
        if new:
            listener(case, new, actor)


TurnListener = Callable[[Case, Sequence[str], "identity.Account | None"], None]
_turn_listeners: list[TurnListener] = []


def on_turn(func: TurnListener) -> TurnListener:
    """Register what is told when a turn begins: ``func(case, holders, actor)``, in the same transaction."""
    if func not in _turn_listeners:
        _turn_listeners.append(func)
    return func


def available(case: Case, actor: identity.Account, subject: Any = None) -> list[process.Transition]:
    """The acts that this person may do now, in the declared order; none of them costs a query of its own."""
    declared = case.declared
    thing = subject if subject is not None else declared.subject(case)
    return [
        t
        for t in declared.transitions
        if case.state in t.source and not t.hidden and identity.may(t.policy, actor, thing)
    ]


def succeed(holder: str, successor: str) -> int:
    """Move every open turn from one holder to another (an organ merged, a post handed over).

    Returns:
        how many turns moved. A case that both held is left with one turn.
    """
    moved = 0
    for turn in Turn.objects.select_for_update().filter(holder=holder, ended_at__isnull=True):
        now = clock.now()
        turn.ended_at = now
        turn.save(update_fields=["ended_at"])
        Turn.objects.get_or_create(
            case_id=turn.case_id,
            holder=successor,
            ended_at=None,
            defaults={"since": now, "deadline_id": turn.deadline_id},
        )
        moved += 1
    return moved


def move_version(
    case: Case, to: int, mapping: Mapping[str, str], *, actor: identity.Account, entry: record.Entry
) -> None:
    """Carry one case to another version of its process: the written step that the design asks for.

    Args:
        mapping: old state to new state, for states that the new version does not have.
    """
    with transaction.atomic():
        held = lock(case.pk)
        target = process.get(held.process, to)
        state = mapping.get(held.state, held.state)
        if state not in {s.key for s in target.states}:
            raise WorkflowError(f"新版流程没有“{held.state}”这个状态，请写明对应到哪个状态")
        record.write(entry, subject=held.subject, actor=actor)
        held.version, held.state, held.step = to, state, held.step + 1
        held.save(update_fields=["version", "state", "step"])
        settle(held, actor=actor)
        case.refresh_from_db()


def retitle(subject: Ref, title: str) -> None:
    """The thing got another title; its cases show it. Entries keep the title as it was."""
    Case.objects.filter(subject_kind=subject.kind, subject_id=subject.id).update(subject_title=title[:300])


def subjects(cases: Iterable[Case]) -> list[Ref]:
    return [c.subject for c in cases]
