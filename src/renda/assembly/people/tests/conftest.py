"""A small installation: the city of 安澜 with a district, its congresses, a few organs, one clerk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest

from renda.assembly.people import api as people
from renda.kernel.identity import api as identity


@dataclass
class City:
    division: people.Division
    district: people.Division
    congress: people.Congress
    county: people.Congress
    term: people.Term
    urban: people.Organisation
    housing: people.Organisation
    clerk: identity.Account


@pytest.fixture
def city(db: None) -> City:
    """安澜市 (9999 00) and 临河区, each with a congress; two departments of the city."""
    province = people.create_division("990000", "东原省")
    division = people.create_division("999900", "安澜市", parent=province)
    district = people.create_division("999902", "临河区", parent=division)

    def congress(name: str, level: str, place: people.Division) -> people.Congress:
        organ = people.create_organisation(name, "congress", actor=None, division=place)
        return people.create_congress(name, level, place, organ, actor=None)

    city_congress = congress("安澜市人民代表大会", "city", division)
    county = congress("临河区人民代表大会", "county", district)
    term = people.open_term(city_congress, 14, dt.date(2022, 1, 10), actor=None)
    urban = people.create_organisation(
        "安澜市城市管理局", "department", actor=None, short_name="市城管局", division=division
    )
    housing = people.create_organisation(
        "安澜市住房和城乡建设局", "department", actor=None, short_name="市住建局", division=division
    )
    clerk = identity.create_account("clerk", "周敏", actor=None)
    identity.grant(
        clerk, "deputies_office", f"congress:{city_congress.pk}", actor=None, since=dt.date(2022, 1, 10)
    )
    return City(division, district, city_congress, county, term, urban, housing, clerk)
