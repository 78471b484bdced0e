"""What the public said in the year of the demo: every outcome, every step on the way, one repeated thing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml

from renda.assembly.intake import api as intake
from renda.demo.driver import Driver
from renda.demo.people import DATA

D = dt.timedelta
TITLES = ("先生", "女士")


def tell(d: Driver) -> None:
    """Receive each on its day and bring it as far as it came."""
    rows: list[dict[str, Any]] = yaml.safe_load((DATA / "opinions.yaml").read_text("utf-8"))
    made = {}
    for number, row in enumerate(rows):
        made[number] = _one(d, number, row)
    desk = d.city.accounts["intake"]
    about = [made[n] for n, row in enumerate(rows) if "中医院" in row["text"]]
    with d.at(d.today - D(days=30), 10):
        intake.group(about, "中医院周边停车难", actor=desk)


def _category(path: str) -> intake.Category | None:
    parent = None
    for name in filter(None, path.split("/")):
        parent, _ = intake.add_category(name, parent, actor=None)
    return parent


def _one(d: Driver, number: int, row: dict[str, Any]) -> intake.Opinion:
    day = d.today - D(days=row["days"])
    desk, paged = d.city.accounts["intake"], row["channel"] == "page"
    category = _category(row["category"])
    told = "phone" if row["name"] else "page"
    with d.at(day, 9 + number % 8, number * 7 % 60):
        opinion = intake.receive(
            intake.Said(
                text=row["text"],
                name=f"{row['name']}{TITLES[number % 2]}" if row["name"] else "",
                # 1600000 is not given out to persons, so that no number here can be somebody's.
                phone=f"1600000{9000 + number}" if row["name"] else "",
                place=row["place"],
                channel=row["channel"],
                transferred_from=row.get("from", ""),
            ),
            d.city.congress,
            actor=None if paged else desk,
        )
    if category is not None:
        with d.at(day + D(days=1), 9):
            intake.classify(opinion, category, actor=desk)
    _further(d, intake.opinion(opinion.pk), row, day, told)
    return intake.opinion(opinion.pk)


def _further(d: Driver, opinion: intake.Opinion, row: dict[str, Any], day: dt.date, told: str) -> None:
    desk, end, answer = d.city.accounts["intake"], row["end"], row.get("answer", "")
    if end == "answered":
        with d.at(day + D(days=1), 10):
            intake.answer(opinion, answer, "visit", actor=desk)
    elif end == "outside":
        with d.at(day + D(days=4), 10):
            intake.turn_away(opinion, row["where"], answer, told, actor=desk)
    elif end == "raised":
        with d.at(day + D(days=6), 10):
            intake.raise_suggestion(opinion, d.city.seats[row["deputy"]], answer, told, actor=desk)
    elif end in ("handled", "accepted"):
        with d.at(day + D(days=2), 10):
            intake.accept(opinion, actor=desk)
        if end == "handled":
            with d.at(day + D(days=7), 16):
                intake.conclude(opinion, answer, told, actor=desk)
    elif end in ("passed", "with_organ"):
        organ = d.organ(row["organ"])
        with d.at(day + D(days=2), 10):
            intake.pass_on(opinion, organ, told, actor=desk)
        if end == "passed":
            with d.at(day + D(days=21), 15):
                intake.reply(intake.opinion(opinion.pk), answer, told, actor=d.city.of_organ(organ))
    if "rating" in row:
        attitude, result, *why = row["rating"]
        with d.at(day + D(days=25), 19):
            intake.rate(intake.opinion(opinion.pk), attitude, result, *why, actor=None)
    if "reopened" in row:
        with d.at(day + D(days=30), 19):
            intake.reopen(intake.opinion(opinion.pk), row["reopened"], actor=None)
