"""Build 安澜市: a year of a city that does not exist, made by the real services."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from pathlib import Path

from renda.demo import opinions, people, sittings, stories
from renda.demo.driver import Driver
from renda.kernel import clock
from renda.kernel.record import api as record
from renda.kernel.ui import api as ui

SEED = 9999


@dataclass(frozen=True)
class Built:
    """What was made: one account per role, to be printed."""

    accounts: list[people.Login]


def build(size: str, home: Path) -> Built:
    """Fill an empty installation.

    Args:
        size: small (one year, some sixty cases) or city (a whole term).
        home: the data folder; nothing is written beside the databases and files.
    """
    today = clock.today()
    # The year of the demo is the last one whose session in January is at least half a year old.
    year = today.year if today >= dt.date(today.year, 7, 1) else today.year - 1
    chance = random.Random(SEED)  # noqa: S311  a demo that comes out alike, no secret
    with clock.travel(dt.date(year, 1, 10)):
        city = people.build(year, chance, deputies=54 if size == "small" else 460)
        # No city has the area code 0961.
        ui.set_contact("all", "代表联络工作机构", "0961-6012345", "工作日 8:30—17:30", actor=None)
        driver = Driver(city, chance, today)
        driver.prepare()
    stories.tell(driver, year)
    opinions.tell(driver)
    sittings.tell(driver, year)
    if size == "city":
        stories.fill_term(driver, year)
    driver.deliver()
    record.seal()
    return Built(accounts=city.logins)
