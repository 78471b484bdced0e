"""The official table of divisions: codes of GB/T 2260 and of the statistical office, any size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from renda.assembly.people.models import Division, Organisation
from renda.assembly.people.readings import full_code, parent_codes
from renda.assembly.people.services.organisations import division_level
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

_AT_ONCE = 500


def _code(value: str) -> str | None:
    code = full_code(value)
    if not code.isdecimal() or len(code) not in (6, 9, 12):
        return "区划代码应为 6、9 或 12 位数字（省、市可写 2、4 位），请核对。"
    return None


def _by_code(codes: Iterable[str]) -> dict[str, Division]:
    wanted, found = sorted(set(codes)), {}
    for start in range(0, len(wanted), _AT_ONCE):
        for division in Division.objects.filter(code__in=wanted[start : start + _AT_ONCE]):
            found[division.code] = division
    return found


def check(rows: Sequence[Row], context: Context) -> Iterable[CellError]:
    """A division needs one above it, in the file or in the table, unless it is a province."""
    codes = {full_code(row.values["code"]) for row in rows}
    above = {row.number: parent_codes(full_code(row.values["code"])) for row in rows}
    known = _by_code(code for chain in above.values() for code in chain if code not in codes)
    for row in rows:
        chain = above[row.number]
        if chain and not any(code in codes or code in known for code in chain):
            yield CellError(
                row, "code", f"找不到上级区划（{chain[0]}），请先导入上级区划，或并入同一个文件。"
            )


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """Create what is new, rename what is called otherwise now."""
    done = Applied()
    ordered = sorted(
        rows, key=lambda row: (len(full_code(row.values["code"])), full_code(row.values["code"]))
    )
    codes = {full_code(row.values["code"]): row for row in ordered}
    known = _by_code([*codes, *(code for each in codes for code in parent_codes(each))])
    # Level by level, so that a parent from the same file has its key before its children point at it.
    waves: dict[int, list[Division]] = {}
    renamed: list[Division] = []
    for code, row in codes.items():
        name = row.values["name"]
        division = known.get(code)
        if division is None:
            known[code] = division = Division(code=code, name=name, level=division_level(code))
            waves.setdefault(len(parent_codes(code)), []).append(division)
        elif division.name != name:
            done.changed(row, Ref("people.division", code, name), {"name": division.name})
            division.name = name
            renamed.append(division)
        else:
            done.changed(row, Ref("people.division", code, name), {"name": name})
    for _, divisions in sorted(waves.items()):
        for division in divisions:
            chain = [known[c] for c in parent_codes(division.code) if c in known]
            division.parent = next((each for each in chain if each.pk), None)
        Division.objects.bulk_create(divisions, batch_size=_AT_ONCE)
        for division in divisions:
            done.created(codes[division.code], Ref("people.division", division.code, division.name))
    Division.objects.bulk_update(renamed, ["name"], batch_size=_AT_ONCE)
    return done


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back: new divisions go unless something stands in them, renamed ones get their names back."""
    fresh = [item.ref.id for item in items if item.created]
    for start in range(0, len(fresh), _AT_ONCE):
        codes = fresh[start : start + _AT_ONCE]
        if Organisation.objects.filter(division__code__in=codes).exists():
            raise Refused("这些区划下已经登记了机构，不能整批撤销，请逐条更正。")
    for length in (12, 9, 6):
        codes = [code for code in fresh if len(code) == length]
        if length == 6:
            codes.sort(key=lambda code: len(parent_codes(code)), reverse=True)
        for depth in sorted({len(parent_codes(code)) for code in codes}, reverse=True):
            level = [code for code in codes if len(parent_codes(code)) == depth]
            for start in range(0, len(level), _AT_ONCE):
                Division.objects.filter(code__in=level[start : start + _AT_ONCE]).delete()
    for item in items:
        if not item.created and item.before:
            Division.objects.filter(code=item.ref.id).update(name=item.before["name"])


TABLE = Table(
    kind="people.divisions",
    label="行政区划",
    columns=[
        Column(
            "code",
            "区划代码",
            aliases=["代码", "行政区划代码", "code"],
            kind="code",
            required=True,
            checks=[_code],
            example="410502",
        ),
        Column(
            "name",
            "名称",
            aliases=["区划名称", "单位名称", "name"],
            required=True,
            max_length=60,
            example="文峰区",
        ),
    ],
    key=("code",),
    apply=apply,
    undo=undo,
    check=check,
    policy="people.import",
    help="按国家标准代码（GB/T 2260）导入省、市、县、乡、村；上级由代码推定。",
    chunk=2000,
    after_url="people:organisations",
)
