"""An office that hands over and an organ that handles, in a process that only tests know."""

import datetime as dt

import pytest

from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.workflow.tests import samples

BEGINS = dt.date(2020, 1, 1)
DAY = dt.date(2026, 3, 2)


def account(key, name, role):
    made = identity.create_account(key, name, actor=None)
    identity.grant(made, role, "all", actor=None, since=BEGINS)
    return made


@pytest.fixture
def office(db):
    return account("office", "高峻", "government_office")


@pytest.fixture
def organ(db):
    return account("organ", "韩志远", "chairpersons")


@pytest.fixture
def paper():
    """The process, known in this test."""
    with samples.registered():
        yield


@pytest.fixture
def case(paper, office):
    with clock.travel(DAY):
        yield samples.start(office)
