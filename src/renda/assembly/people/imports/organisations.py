"""The register of organs as offices keep it in a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from renda.assembly.people.errors import PeopleError
from renda.assembly.people.models import Classification, Division, Organisation
from renda.assembly.people.queries.organisations import normal_name
from renda.assembly.people.readings import guess_classification
from renda.assembly.people.services.common import organ_ref
from renda.assembly.people.services.organisations import (
    add_other_name,
    change_organisation,
    create_organisation,
)
from renda.assembly.people.services.succession import withdraw_organisations
from renda.kernel.tabular.api import (
    Ambiguous,
    Applied,
    AppliedItem,
    Column,
    Context,
    Refused,
    Row,
    Table,
)

# As offices write the kinds, besides the official labels.
_WRITTEN = {
    "人大": "congress",
    "人大常委会": "standing_committee",
    "专委会": "special_committee",
    "工委": "working_committee",
    "政府": "government",
    "部门": "department",
    "市直部门": "department",
    "乡镇": "township_government",
    "街道": "township_government",
    "法院": "court",
    "检察院": "procuratorate",
    "监委": "supervisory_commission",
    "党委": "party_organ",
    "事业单位": "public_institution",
    "国有企业": "enterprise",
    "群团": "peoples_organisation",
}
_FIELDS = ("short_name", "classification", "handles", "founded", "order")


def _kinds() -> dict[str, str]:
    return {**_WRITTEN, **{label: str(value) for value, label in Classification.choices}}


def divisions_by_name(context: Context) -> Mapping[str, Any]:
    """Divisions by code and, where it means only one, by name."""
    found: dict[str, Any] = {}
    names: dict[str, list[Division]] = {}
    for division in Division.objects.exclude(level="village").iterator():
        found[division.code] = division.pk
        names.setdefault(division.name, []).append(division)
    for name, several in names.items():
        found[name] = several[0].pk if len(several) == 1 else Ambiguous(tuple(d.code for d in several))
    return found


def _key(row: Row) -> tuple[str, int | None]:
    return normal_name(row.values["name"]), row.get("division")


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """Create or correct organs; those above come before those below, wherever they stand in the file."""
    done = Applied()
    divisions = Division.objects.in_bulk({row.get("division") for row in rows} - {None})
    wanted = {_key(row)[0] for row in rows} | {normal_name(row.get("parent", "")) for row in rows}
    living = Organisation.objects.filter(name__in=wanted, dissolved__isnull=True)
    known: dict[tuple[str, int | None], Organisation] = {(o.name, o.division_id): o for o in living}
    for row in rows:
        name, division_id = _key(row)
        division = divisions.get(division_id) if division_id else None
        organ = known.get((name, division_id))
        values: dict[str, Any] = {key: row.values[key] for key in _FIELDS if row.get(key) is not None}
        try:
            if organ is None:
                kind = values.pop("classification", None) or guess_classification(name)
                organ = create_organisation(
                    name, kind, actor=context.actor, division=division, origin=row.origin, **values
                )
                known[name, division_id] = organ
                done.created(row, organ_ref(organ))
            else:
                before = {key: _plain(getattr(organ, key)) for key in values}
                known[name, division_id] = change_organisation(
                    organ, actor=context.actor, origin=row.origin, **values
                )
                done.changed(row, organ_ref(organ), before)
            for other in row.get("other_names", []):
                add_other_name(organ, other, actor=context.actor, origin=row.origin)
        except PeopleError as error:
            raise Refused(f"第 {row.number} 行：{error}") from error
    _place(rows, known, context)
    return done


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _place(
    rows: Sequence[Row], known: Mapping[tuple[str, int | None], Organisation], context: Context
) -> None:
    """Put organs under those above them, once all of the file exist."""
    for row in rows:
        above = normal_name(row.get("parent", ""))
        if not above:
            continue
        name, division_id = _key(row)
        organ = known[name, division_id]
        parent = known.get((above, division_id)) or known.get((above, None))
        if parent is None:
            fits = [o for (n, _), o in known.items() if n == above]
            parent = fits[0] if len(fits) == 1 else None
        if parent is None:
            raise Refused(f"第 {row.number} 行：没有名为“{above}”的上级机构，请先登记，或写全称。")
        try:
            change_organisation(organ, actor=context.actor, origin=row.origin, parent=parent)
        except PeopleError as error:
            raise Refused(f"第 {row.number} 行：{error}") from error


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back: organs that nothing points at go, corrected ones are as before."""
    organs = Organisation.objects.in_bulk([int(item.ref.id) for item in items])
    fresh = [organs[int(item.ref.id)] for item in items if item.created]
    for item in items:
        if not item.created:
            fields = dict(item.before or {})
            if fields.get("founded"):
                fields["founded"] = dt.date.fromisoformat(fields["founded"])
            change_organisation(organs[int(item.ref.id)], actor=context.actor, **fields)
    try:
        withdraw_organisations(fresh, actor=context.actor)
    except PeopleError as error:
        raise Refused(str(error)) from error


TABLE = Table(
    kind="people.organisations",
    label="机构名录",
    columns=[
        Column(
            "name",
            "机构名称",
            aliases=["单位名称", "全称", "单位全称", "名称", "机构全称", "单位"],
            required=True,
            max_length=120,
            example="安澜市住房和城乡建设局",
            width=34,
        ),
        Column("short_name", "简称", aliases=["单位简称", "机构简称"], max_length=60, example="市住建局"),
        Column(
            "classification",
            "类别",
            aliases=["机构类别", "单位性质", "性质", "类型"],
            kind="choice",
            choices=_kinds(),
            help="不填时按名称判断",
            example="政府部门",
        ),
        Column("parent", "上级机构", aliases=["主管单位", "隶属"], max_length=120, help="写全称"),
        Column(
            "division",
            "所在区划",
            aliases=["区划", "行政区划", "区划代码"],
            kind="lookup",
            lookup=divisions_by_name,
            noun="区划",
            help="名称或代码",
        ),
        Column(
            "handles", "可作承办单位", aliases=["承办单位", "是否承办"], kind="flag", help="不填时按类别判断"
        ),
        Column("founded", "设立日期", aliases=["成立日期", "组建日期"], kind="date"),
        Column("other_names", "其他名称", aliases=["俗称", "别称", "曾用名"], many=True, help="多个用、隔开"),
        Column("order", "排序", aliases=["序号", "顺序"], kind="int", minimum=0, maximum=999_999),
    ],
    key=("name", "division"),
    apply=apply,
    undo=undo,
    policy="people.import",
    help="一行一个机构；上级机构可以在同一个表里，先后不拘。",
    chunk=100_000,  # the organs above may stand anywhere in the file
    after_url="people:organisations",
)
