"""How many deputies a congress has, and how many candidates an election needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from renda.kernel.law import words


@dataclass(frozen=True, slots=True)
class Seats:
    """The number of deputies.

    Args:
        seats: the number after cap and increase.
        words: the arithmetic in Chinese.
        warnings: what a decision has to settle, in Chinese.
    """

    seats: int
    words: str
    warnings: tuple[str, ...] = ()


def seats(
    formula: Mapping[str, Fraction], cap: Fraction, population: int, increase: Fraction = Fraction(0)
) -> Seats:
    """Base and one more per so many people, a cap, and an increase in percent (选举法 12).

    Args:
        formula: ``base``, ``per``, and where the law has them ``cap_above`` (the cap counts only above this
            population), ``fewer_below`` (below it fewer than the base may be decided), ``rural_cap`` and
            ``rural_cap_above`` (2015: another cap for townships than for towns).
        cap: the most deputies.
        population: people.
        increase: percent added by decision of the provincial standing committee.
    """
    base, per = formula["base"], formula["per"]
    more = population // per
    total = floor(base + more)
    said = f"{words.figure(base)}＋{population}÷{words.figure(per)}（取整{more}）＝{total}"
    warnings = []
    above = formula.get("cap_above")
    if (above is None or population > above) and total > cap:
        total = floor(cap)
        limit = f"人口超过{words.figure(above)}，" if above is not None else ""
        said += f"；{limit}总名额不超过{total} → {total}"
    rural, rural_above = formula.get("rural_cap"), formula.get("rural_cap_above")
    if rural is not None and rural_above is not None and population > rural_above and total > rural:
        warnings.append(
            f"这里按镇计算；乡、民族乡人口超过{words.figure(rural_above)}的不超过{words.figure(rural)}名"
        )
    fewer = formula.get("fewer_below")
    if fewer is not None and population < fewer:
        warnings.append(f"人口不足{words.figure(fewer)}，可以决定少于{words.figure(base)}名")
    if increase:
        added = floor(total * increase / 100)
        percent = f"{words.figure(increase)}％"
        said += f"；另加{percent}（{total}×{percent}取整{added}）→ {total + added}"
        total += added
    return Seats(total, said, tuple(warnings))


@dataclass(frozen=True, slots=True)
class Contest:
    """How many candidates: fewest, most, arithmetic and warning in Chinese."""

    min: int
    max: int
    words: str
    warning: str = ""


def contest(seats: int, low: Fraction, high: Fraction, *, shares: bool) -> Contest:
    """Candidates of a competitive election: the surplus lies between two shares of the seats, or two numbers.

    Where no whole number lies between (one seat and 五分之一至二分之一), the law's first command, that there
    be more candidates than seats, is kept and a warning tells that the range is empty.
    """
    if shares:
        fewest, most = ceil(seats * low), floor(seats * high)
        said = (
            f"应选{seats}名，差额不少于{words.number(low)}（{words.figure(seats * low)}，取{fewest}）、"
            f"不多于{words.number(high) if high != 1 else '一倍'}（{words.figure(seats * high)}，取{most}）"
        )
    else:
        fewest, most = ceil(low), floor(high)
        said = f"应选{seats}名，差额{fewest}至{most}人"
    warning = ""
    if most < fewest:
        warning = f"按比例，{seats}名应选名额没有符合规定的整数差额；按差额{fewest}人计算，请在选举办法中写明"
        most = fewest
    return Contest(
        seats + fewest, seats + most, f"{said} → 候选人{seats + fewest}至{seats + most}名", warning
    )
