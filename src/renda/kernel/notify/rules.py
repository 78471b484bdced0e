"""When a message may go out and what a digest says; pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

# Practice of the house, not of the law: nobody is woken, and nobody is written to twice a day without need.
QUIET_FROM = dt.time(21)
QUIET_TO = dt.time(7)
DIGEST_AT = dt.time(8, 30)
GIVE_UP = dt.timedelta(hours=24)
_LONGEST_PAUSE = dt.timedelta(hours=1)
_LINES = 30
_SHORT = 24


@dataclass(frozen=True, slots=True)
class Told:
    """What a digest needs of a message."""

    kind_label: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Text:
    """A message ready to be sent: long for mail, one sentence for an SMS."""

    title: str
    long: str
    short: str


def quiet(now: dt.datetime) -> bool:
    """Whether nothing is sent at this local moment: from 21:00 to 7:00."""
    return now.time() >= QUIET_FROM or now.time() < QUIET_TO


def pause(attempts: int) -> dt.timedelta:
    """How long to wait after so many failed attempts: 1, 2, 4 … minutes, at most an hour."""
    return min(dt.timedelta(minutes=2 ** min(attempts - 1, 6)), _LONGEST_PAUSE)


def shorten(text: str) -> str:
    """A title cut for an SMS."""
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def urgent_text(told: Told) -> Text:
    """A message that goes out by itself."""
    return Text(
        title=told.title,
        long=told.body or told.title,
        short=f"【{told.kind_label}】{told.title}",
    )


def digest_text(day: dt.date, messages: Sequence[Told]) -> Text:
    """One day's messages: grouped by kind in the order of their first one.

    Args:
        day: the day of the digest.
        messages: oldest first; at least one.
    """
    groups: dict[str, list[Told]] = {}
    for message in messages[:_LINES]:
        groups.setdefault(message.kind_label, []).append(message)
    lines: list[str] = []
    for label, members in groups.items():
        lines.append(f"{label}（{len(members)} 件）")
        for message in members:
            lines.append(f"· {message.title}")
            if message.body:
                lines.append(f"  {message.body.splitlines()[0]}")
        lines.append("")
    if len(messages) > _LINES:
        lines.append(f"另有 {len(messages) - _LINES} 件，请登录查看。")
    number = len(messages)
    more = f"等 {number} 件新消息" if number > 1 else ""
    return Text(
        title=f"{day.month}月{day.day}日消息摘要：{number} 件",
        long="\n".join(lines).strip(),
        short=f"《{shorten(messages[0].title)}》{more}，请登录查看。",
    )
