"""The roster of deputies of a term; telephone, citizen ID and date of birth go straight to the vault."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Congress, Delegation, Gender, Membership, Role, Term
from renda.assembly.people.queries.congresses import current_term
from renda.assembly.people.readings import full_ethnicity, short_party
from renda.assembly.people.services.congresses import create_delegation
from renda.assembly.people.services.persons import PRIVATE, change_person, create_person
from renda.assembly.people.services.seats import correct_seat, seat_deputy, withdraw_seat
from renda.kernel.identity import api as identity
from renda.kernel.refs import Ref
from renda.kernel.tabular.api import (
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    Refused,
    Row,
    Table,
)

_PERSONAL = ("gender", "ethnicity", "party", "education", "occupation")
_SEAT = ("district", "certificate")


@dataclass(frozen=True)
class _Roster:
    """What the rows refer to: terms by row, delegations of each term, seats by term and name."""

    terms: dict[int, Term]
    delegations: dict[tuple[int, str], Delegation]
    seats: dict[tuple[int, str], list[Membership]]


def congresses_by_name(context: Context) -> Mapping[str, Any]:
    """Congresses by name, and by the name of their division."""
    found: dict[str, Any] = {}
    for congress in Congress.objects.select_related("division"):
        found[congress.name] = congress.pk
        found.setdefault(congress.division.name, congress.pk)
    return found


def _default_congress(context: Context) -> int | None:
    """The sender's own congress, or the only one there is."""
    if context.actor is not None:
        held = {h.partition("@congress:")[2] for h in identity.holders(context.actor)} - {""}
        if len(held) == 1:
            return int(held.pop())
    only = list(Congress.objects.values_list("pk", flat=True)[:2])
    return only[0] if len(only) == 1 else None


def _terms(rows: Sequence[Row], context: Context) -> tuple[dict[int, Term], list[CellError]]:
    """The term of each row, by row number, and what is wrong."""
    default = _default_congress(context)
    congresses = Congress.objects.in_bulk()
    all_terms = {(t.congress_id, t.number): t for t in Term.objects.select_related("congress")}
    current: dict[int, Term | None] = {}
    terms, wrong = {}, []
    for row in rows:
        pk = row.get("congress", default)
        if pk is None:
            wrong.append(CellError(row, "congress", "本系统有几级人大，请增加“人大”一列写明是哪一级。"))
            continue
        number = row.get("term")
        if number is not None:
            term = all_terms.get((pk, number))
        else:
            if pk not in current:
                current[pk] = current_term(congresses[pk], context.today)
            term = current[pk]
        if term is None:
            what = f"第 {number} 届" if number is not None else "现在的届次"
            wrong.append(CellError(row, "term", f"{congresses[pk].name}没有登记{what}，请先登记届次。"))
            continue
        terms[row.number] = term
    return terms, wrong


def _delegation_name(row: Row) -> str:
    name = str(row.get("delegation", "")).strip()
    return name if not name or name.endswith("团") else f"{name}代表团"


def check(rows: Sequence[Row], context: Context) -> Iterable[CellError]:
    """Terms exist, delegations are known where any are, nobody stands twice, cards are unique."""
    terms, wrong = _terms(rows, context)
    yield from wrong
    delegations: dict[int, set[str]] = {t.pk: set() for t in terms.values()}
    for term_id, name in Delegation.objects.filter(term__in=list(delegations)).values_list("term", "name"):
        delegations[term_id].add(name)
    names = Counter(
        (terms[r.number].pk, r.values["name"], r.get("certificate", ""), _delegation_name(r))
        for r in rows
        if r.number in terms
    )
    for row in rows:
        term = terms.get(row.number)
        if term is None:
            continue
        name = _delegation_name(row)
        known = delegations[term.pk]
        if name and known and name not in known:
            listed = "、".join(sorted(known)[:8])
            yield CellError(row, "delegation", f"本届没有“{name}”。现有：{listed}。请改正，或先设立代表团。")
        if names[term.pk, row.values["name"], row.get("certificate", ""), name] > 1:
            yield CellError(row, "name", "同一代表团里同名两行，请用“代表证号”区分，或删去重复的一行。")


def _gather(rows: Sequence[Row], context: Context) -> _Roster:
    terms, wrong = _terms(rows, context)
    if wrong:
        raise Refused(f"第 {wrong[0].row.number} 行：{wrong[0].message}")
    wanted = {t.pk for t in terms.values()}
    delegations = {(d.term_id, d.name): d for d in Delegation.objects.filter(term__in=wanted)}
    seats: dict[tuple[int, str], list[Membership]] = {}
    found = Membership.objects.filter(
        role=Role.DEPUTY, term__in=wanted, person__name__in={row.values["name"] for row in rows}
    ).select_related("person", "delegation")
    for seat in found:
        assert seat.term_id is not None
        seats.setdefault((seat.term_id, seat.person.name), []).append(seat)
    return _Roster(terms, delegations, seats)


def _same(row: Row, term: Term, roster: _Roster) -> Membership | None:
    """The seat that a row means: what an earlier import made of it, or the one namesake that fits."""
    candidates = roster.seats.get((term.pk, row.values["name"]), [])
    if row.known is not None:
        for seat in candidates:
            if str(seat.pk) == row.known.id:
                return seat
    card, team = row.get("certificate", ""), _delegation_name(row)
    if card:
        carded = [seat for seat in candidates if seat.certificate == card]
        if carded:
            return carded[0]
        candidates = [seat for seat in candidates if not seat.certificate]
    if team:
        candidates = [s for s in candidates if s.delegation is None or s.delegation.name == team]
    return candidates[0] if len(candidates) == 1 else None


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """Seat new deputies, correct known ones."""
    done = Applied()
    roster = _gather(rows, context)
    for row in rows:
        term = roster.terms[row.number]
        try:
            _apply_one(row, term, roster, context, done)
        except (PeopleError, identity.IdentityError) as error:
            raise Refused(f"第 {row.number} 行：{error}") from error
    return done


def _apply_one(row: Row, term: Term, roster: _Roster, context: Context, done: Applied) -> None:
    plain = {key: row.values[key] for key in _PERSONAL if row.get(key) is not None}
    if "party" in plain:
        plain["party"] = short_party(plain["party"])
    if "ethnicity" in plain:
        plain["ethnicity"] = full_ethnicity(plain["ethnicity"])
    private = {key: _text(row.values[key]) for key in PRIVATE if row.get(key) is not None}
    delegation = _delegation(row, term, roster, context)
    seat = _same(row, term, roster)
    if seat is None:
        person = create_person(row.values["name"], actor=context.actor, origin=row.origin, **plain, **private)
        seat = seat_deputy(
            person,
            term,
            actor=context.actor,
            delegation=delegation,
            district=row.get("district", ""),
            certificate=row.get("certificate", ""),
            start=row.get("start"),
            origin=row.origin,
        )
        roster.seats.setdefault((term.pk, person.name), []).append(seat)
        done.created(row, Ref("people.membership", str(seat.pk), person.name))
        return
    before = {key: getattr(seat.person, key) for key in plain}
    before |= {key: getattr(seat, key) for key in _SEAT}
    before["delegation"] = seat.delegation_id
    change_person(seat.person, actor=context.actor, origin=row.origin, **plain, **private)
    fields: dict[str, Any] = {key: row.values[key] for key in _SEAT if row.get(key) is not None}
    if delegation is not None:
        fields["delegation"] = delegation
    correct_seat(seat, actor=context.actor, origin=row.origin, **fields)
    done.changed(row, Ref("people.membership", str(seat.pk), seat.person.name), before)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _delegation(row: Row, term: Term, roster: _Roster, context: Context) -> Delegation | None:
    """The row's delegation; a roster of a term without any sets them up in the order of the file."""
    name = _delegation_name(row)
    if not name:
        return None
    found = roster.delegations.get((term.pk, name))
    if found is None:
        found = create_delegation(term, name, actor=context.actor, origin=row.origin)
        roster.delegations[term.pk, name] = found
    return found


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back: seats and persons that nothing points at go; corrected ones are as before."""
    for item in items:
        seat = Membership.objects.select_related("person").get(pk=item.ref.id)
        if item.created:
            try:
                withdraw_seat(seat, actor=context.actor)
            except PeopleError as error:
                raise Refused(str(error)) from error
            continue
        before = dict(item.before or {})
        team = before.pop("delegation", None)
        fields = {key: before.pop(key, "") for key in _SEAT}
        delegation = Delegation.objects.get(pk=team) if team else None
        correct_seat(seat, actor=context.actor, delegation=delegation, **fields)
        change_person(seat.person, actor=context.actor, **before)


def _vault_takes(kind: str) -> Callable[[Any], str | None]:
    """A check by the vault's own reading, so that nothing is refused only when it is stored."""

    def check_value(value: Any) -> str | None:
        try:
            identity.KINDS[kind].normalise(_text(value))
        except identity.IdentityError as error:
            return str(error)
        return None

    return check_value


TABLE = Table(
    kind="people.deputies",
    label="代表名册",
    columns=[
        Column("name", "姓名", aliases=["代表姓名", "代表"], kind="name", required=True, max_length=60),
        Column("gender", "性别", kind="choice", choices={"男": Gender.MALE.value, "女": Gender.FEMALE.value}),
        Column("ethnicity", "民族", max_length=20, example="汉族"),
        Column("birth_date", "出生日期", aliases=["出生年月日", "生日"], kind="date", private=True),
        Column("party", "党派", aliases=["政治面貌"], max_length=30, example="中共"),
        Column("education", "学历", aliases=["文化程度", "最高学历"], max_length=30),
        Column("delegation", "代表团", aliases=["所在代表团", "代表团名称", "所属代表团"], max_length=60),
        Column("district", "选区（选举单位）", aliases=["选区", "选举单位", "所在选区"], max_length=80),
        Column(
            "occupation",
            "工作单位及职务",
            aliases=["单位及职务", "职务", "工作单位", "单位职务"],
            max_length=120,
            width=34,
        ),
        Column(
            "phone",
            "手机",
            aliases=["手机号", "联系电话", "电话", "手机号码"],
            kind="phone",
            private=True,
            checks=[_vault_takes("phone")],
        ),
        Column(
            "citizen_id",
            "身份证号",
            aliases=["公民身份号码"],
            kind="citizen_id",
            private=True,
            checks=[_vault_takes("citizen_id")],
        ),
        Column("certificate", "代表证号", aliases=["证号", "代表编号"], kind="code", max_length=30),
        Column("start", "任职日期", aliases=["当选日期", "补选日期"], kind="date", help="不填为本届开始之日"),
        Column(
            "congress",
            "人大",
            aliases=["哪级人大", "人大名称"],
            kind="lookup",
            lookup=congresses_by_name,
            noun="人大",
            help="只有一级人大时不用填",
        ),
        Column("term", "届次", aliases=["届"], kind="int", minimum=1, maximum=99, help="不填为现在这一届"),
    ],
    key=("congress", "term", "name", "certificate", "delegation"),
    apply=apply,
    undo=undo,
    check=check,
    policy="people.import",
    help="一行一名代表；电话、身份证号、出生日期只存入保险库，导出时不带出。",
    after_url="people:deputies",
)
