"""The worked examples of the pure readings."""

from __future__ import annotations

import doctest

import pytest

from renda.assembly.people import readings
from renda.assembly.people.queries import organisations


@pytest.mark.parametrize("module", [readings, organisations])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("安澜市人民代表大会常务委员会", "standing_committee"),
        ("安澜市人大常委会预算工作委员会", "working_committee"),
        ("安澜市人民检察院", "procuratorate"),
        ("安澜市监察委员会", "supervisory_commission"),
        ("中共安澜市委组织部", "party_organ"),
        ("新城街道办事处", "township_government"),
        ("临河区人民政府", "government"),
        ("安澜市发展和改革委员会", "department"),
        ("国网安澜供电公司", "enterprise"),
        ("安澜日报社", "other"),
    ],
)
def test_a_full_name_says_what_kind_of_organ_it_is(name: str, kind: str) -> None:
    assert readings.guess_classification(name) == kind
