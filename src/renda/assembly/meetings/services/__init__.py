"""Verbs of a sitting: the only code that changes one."""

from renda.assembly.meetings.services.common import OVER
from renda.assembly.meetings.services.planning import (
    add_item,
    add_paper,
    cancel,
    drop_item,
    notify,
    plan,
    settle,
)
from renda.assembly.meetings.services.presence import (
    add_attending,
    ask_leave,
    decide_leave,
    leave_self,
    sign,
    sign_self,
)
from renda.assembly.meetings.services.running import (
    adjourn,
    call,
    deliberate,
    hand_over,
    open_,
    prepare_vote,
    seal,
    unsay,
)
from renda.assembly.meetings.services.speaking import ask_to_speak, end_floor, give_floor, withdraw_speech

__all__ = [
    "OVER",
    "add_attending",
    "add_item",
    "add_paper",
    "adjourn",
    "ask_leave",
    "ask_to_speak",
    "call",
    "cancel",
    "decide_leave",
    "deliberate",
    "drop_item",
    "end_floor",
    "give_floor",
    "hand_over",
    "leave_self",
    "notify",
    "open_",
    "plan",
    "prepare_vote",
    "seal",
    "settle",
    "sign",
    "sign_self",
    "unsay",
    "withdraw_speech",
]
