"""The door of the workflow kernel.

Declare: :class:`Process`, :class:`State`, :class:`Transition`, :class:`DeadlineSpec`, :class:`Clock`,
:class:`Field`, :class:`Choice`; :func:`register`. Act: :func:`start`, :func:`step`, :func:`available`.
Ask: :func:`turns`, :func:`waiting`, :func:`case_of`, :func:`overdue`. Tell: :func:`emit`, :func:`subscribe`;
hand over: :func:`offer`, :func:`receive`.
"""

from renda.kernel.workflow.bulk import Past, PastDeadline, start_many
from renda.kernel.workflow.diagram import svg as diagram
from renda.kernel.workflow.diagram import table as process_table
from renda.kernel.workflow.events import backlog, deliver, emit, subscribe, subscribers
from renda.kernel.workflow.handoff import NoReceiver, has_receiver, offer, receive
from renda.kernel.workflow.models import Case, Deadline, Event, Light, Turn, light_expression
from renda.kernel.workflow.notices import quietly
from renda.kernel.workflow.process import (
    Choice,
    Clock,
    DeadlineSpec,
    DeclarationError,
    Field,
    Process,
    State,
    Transition,
    get,
    processes,
    register,
    unregister,
)
from renda.kernel.workflow.queries import (
    awaited,
    case_of,
    cases_about,
    history,
    moved,
    open_cases,
    overdue,
    resting,
    turns,
    waiting,
)
from renda.kernel.workflow.recompute import Change, changes
from renda.kernel.workflow.recompute import apply as apply_calendar
from renda.kernel.workflow.services import (
    ClockOrder,
    Stale,
    Step,
    WorkflowError,
    available,
    lock,
    move_version,
    on_turn,
    retitle,
    run_clock,
    settle,
    start,
    step,
    succeed,
)

__all__ = [
    "Case",
    "Change",
    "Choice",
    "Clock",
    "ClockOrder",
    "Deadline",
    "DeadlineSpec",
    "DeclarationError",
    "Event",
    "Field",
    "Light",
    "NoReceiver",
    "Past",
    "PastDeadline",
    "Process",
    "Stale",
    "State",
    "Step",
    "Transition",
    "Turn",
    "WorkflowError",
    "apply_calendar",
    "available",
    "awaited",
    "backlog",
    "case_of",
    "cases_about",
    "changes",
    "deliver",
    "diagram",
    "emit",
    "get",
    "has_receiver",
    "history",
    "light_expression",
    "lock",
    "move_version",
    "moved",
    "offer",
    "on_turn",
    "open_cases",
    "overdue",
    "process_table",
    "processes",
    "quietly",
    "receive",
    "register",
    "resting",
    "retitle",
    "run_clock",
    "settle",
    "start",
    "start_many",
    "step",
    "subscribe",
    "subscribers",
    "succeed",
    "turns",
    "unregister",
    "waiting",
]
