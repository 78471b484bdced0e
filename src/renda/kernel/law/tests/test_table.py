from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pytest

from renda.kernel.law import api, table


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def test_all_rules_are_there_in_order() -> None:
    rules = api.all_rules()
    assert len(rules) == 783
    assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    assert {rule.id for rule in api.all_rules(d("2026-01-01"))} == {rule.id for rule in rules}


def test_a_rule_has_its_columns_exact() -> None:
    rule = api.rule("MOT-021", d("2026-01-01"))
    assert (rule.n, rule.unit, rule.comparator, rule.direction) == (Fraction(3), "month", "<=", "forward")
    assert (rule.version, rule.article, rule.enforce) == ("2025", "第51条", "hard")
    assert (rule.roll, rule.tighten) == ("next", "lower")
    assert rule.citation == "代表法（2025年）第51条"
    assert api.rule("ELE-054", d("2026-01-01")).n == Fraction(1, 2)
    assert rule.levels == {"national", "province", "city", "county", "township"}


@pytest.mark.parametrize(
    ("rule_id", "day", "version", "article", "reference"),
    [
        ("MOT-021", "2025-03-11", "2025", "第51条", False),
        ("MOT-021", "2025-03-10", "2015", "第42条", False),
        ("MOT-021", "2015-08-29", "2015", "第42条", False),
        ("MOT-021", "2015-08-28", "2015", "第42条", True),
        ("SUP-008", "2024-11-07", "2006", "第12条", False),
        ("SUP-008", "2024-11-08", "2024", "第15条", False),
        ("SUP-039", "2022-06-01", "2006", "第37条", False),
        ("BUD-049", "2022-06-01", "2024", "第27条", True),  # no such duty in 2006: present law by reference
        ("VOT-001", "2022-03-11", "2015", "第20条", False),
        ("MTG-006", "2022-03-11", "2022", "第14条", True),  # no quorum before 2022
        ("ELE-054", "2020-10-17", "2015", "第44条", False),
        ("ELE-013", "2020-10-17", "2015", "第11条", False),
        ("MOT-041", "2017-07-31", "2000", "第9条", False),
        ("BUD-015", "2018-12-28", "2014", "第52条", False),
        ("LEG-018", "2023-03-14", "2015", "第42条", False),
    ],
)
def test_the_version_of_the_day(rule_id: str, day: str, version: str, article: str, reference: bool) -> None:
    rule = api.rule(rule_id, d(day))
    assert (rule.version, rule.article, rule.reference) == (version, article, reference)


def test_former_versions_have_their_own_numbers() -> None:
    old = api.rule("MOT-030", d("2016-01-01"))
    assert (old.n, old.unit, old.law[:3]) == (Fraction(10), "day", "河南省")
    old = api.rule("MOT-041", d("2016-01-01"))
    assert (old.n, old.unit) == (Fraction(30), "day")
    old = api.rule("ELE-013", d("2020-01-01"))
    assert (old.formula["base"], old.formula["cap_above"]) == (120, 1650000)
    assert api.rule("SUP-004", d("2022-01-01")).n == 6
    assert api.rule("MOT-050", d("2016-01-01")).n == 4


def test_a_former_version_that_was_not_read_only_reminds() -> None:
    for rule in (api.rule("VOT-002", d("2020-01-01")), api.rule("ELE-054", d("2019-01-01"))):
        assert rule.confidence == "from-memory"
        assert rule.enforce == "remind"


def test_an_unknown_rule_and_a_repealed_one_are_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(api.UnknownRule, match="MOT-999"):
        api.rule("MOT-999", d("2026-01-01"))
    ended = [replace(rule, in_force_until=d("2000-12-31")) for rule in table.entry("MOT-021").versions]
    old = tuple(replace(rule, in_force_from=None) for rule in ended)
    monkeypatch.setattr(table, "book", lambda: {"MOT-021": table.Entry(old)})
    with pytest.raises(api.LawError, match="已经失效"):
        table.rule("MOT-021", d("2026-01-01"))


def test_replaced_nests_and_ends() -> None:
    day = d("2026-01-01")
    with api.replaced("MOT-021", n=Fraction(2)):
        with api.replaced("MOT-021", roll="no"):
            rule = api.rule("MOT-021", day)
            assert (rule.n, rule.roll) == (2, "no")
        assert api.rule("MOT-021", day).roll == "next"
    assert api.rule("MOT-021", day).n == 3
    with pytest.raises(api.UnknownRule), api.replaced("MOT-999", n=Fraction(1)):
        pass


def test_labels_are_without_the_tables_remarks() -> None:
    assert api.rule("SUP-073", d("2026-01-01")).label == "提出质询案的情形"


@pytest.mark.parametrize(
    ("rule_id", "day", "said"),
    [
        ("MTG-022", "2026-01-01", ("约束省级，市县可以参照",)),
        ("LEG-015", "2026-01-01", ("国家层面的规定，地方参照执行",)),
        ("LEG-025", "2026-01-01", ("以濮阳市的条例为范本，本市的规定未入库",)),
        ("VOT-002", "2020-01-01", ("条文未据原文核对",)),
        ("MOT-021", "2026-01-01", ()),
    ],
)
def test_a_rules_reach_is_said(rule_id: str, day: str, said: tuple[str, ...]) -> None:
    assert api.rule(rule_id, d(day)).caveats == said


def test_roll_follows_the_convention() -> None:
    """Elections, backward periods and rights of citizens never move; duties of organs do."""
    for rule in api.all_rules():
        if rule.roll == "next":
            assert rule.direction == "forward", rule.id
            assert rule.comparator == "<=", rule.id
            assert rule.domain not in {"elections", "data_protection"}, rule.id
    for rule_id in ("PET-014", "PET-016", "PET-026", "ELE-030", "MOT-040", "MTG-010"):
        assert api.rule(rule_id, d("2026-01-01")).roll == "no", rule_id
    for rule_id in ("MOT-021", "MOT-030", "MOT-034", "PET-012", "FIL-028", "BUD-020", "SUP-018", "BUD-049"):
        assert api.rule(rule_id, d("2026-01-01")).roll == "next", rule_id


def test_rights_and_majorities_cannot_be_tightened() -> None:
    for rule_id in ("VOT-001", "MTG-006", "MOT-001", "ELE-030", "PET-014", "ELE-052", "ELE-038"):
        assert api.rule(rule_id, d("2026-01-01")).tighten == "none", rule_id
    assert api.rule("SUP-010", d("2026-01-01")).tighten == "higher"
    assert api.rule("MTG-001", d("2026-01-01")).tighten == "higher"
