"""The ledger as a list: chips by light, state, organ, kind and round; counts; export of what is shown."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Case, QuerySet, Value, When

from renda.assembly.ledger import kinds, queries
from renda.assembly.ledger.models import Matter
from renda.assembly.ledger.processes import MATTER
from renda.assembly.people import api as people
from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

TONES = {
    "open": "blue",
    "asked": "amber",
    "evidenced": "amber",
    "kept": "jade",
    "closed": "jade",
    "broken": "red",
}
LIGHTS = (
    ("overdue", "逾期"),
    ("near", "临近"),
    ("running", "未到期"),
    ("in_time", "按期完成"),
    ("late", "逾期完成"),
    ("none", "不再计时"),
)
ROUNDS = 9  # more than anybody ever needed; a tenth is found by its state


def promise(matter: Matter) -> workflow.Deadline | None:
    """The promise's own clock, from what was loaded."""
    return next((d for d in matter.flow.deadlines.all() if d.key == "promise"), None)


def state_label(matter: Matter) -> str:
    return matter.flow.state_label


def tone(matter: Matter) -> str:
    return TONES.get(matter.flow.state, "")


class Light(ui.Choice):
    """The light of the promise's own clock; only what asks for it joins that clock."""

    def apply(self, rows: QuerySet[Any], values: dict[str, list[str]]) -> QuerySet[Any]:
        return super().apply(queries.with_light(rows), values) if values.get(self.key) else rows

    def tally(self, rows: QuerySet[Any]) -> dict[str, int]:
        return super().tally(queries.with_light(rows))


class Matters(ui.Listing):
    """Matters that the account may see: open ones first, what is due first at the top."""

    title = "督办台账"
    unit = "项"
    columns = (
        ui.Column(
            "title",
            "事项",
            main=True,
            href=lambda m: f"/ledger/{m.pk}/",
            sub=lambda m: m.source_title,
        ),
        ui.Column(
            "organ",
            "责任单位",
            lambda m: m.organ.short_name or m.organ.name,
            sort=("organ__order", "organ_id"),
        ),
        ui.Column("state", "状态", state_label, kind="tag", tone=tone),
        ui.Column("due", "期限", "due_on", kind="day", sort="due_on"),
        ui.Column("light", "时限", promise, kind="light"),
        ui.Column("round", "第几轮", "round", kind="number", sort="round", shown=False),
        ui.Column("kind", "来源", lambda m: kinds.kind_label(m.kind), shown=False),
        ui.Column("evidence", "以何为证", lambda m: m.get_evidence_kind_display(), shown=False),
        ui.Column("measure", "怎样算完成", "measure", wide=True, shown=False),
        ui.Column("person", "责任人", "person", shown=False),
        ui.Column("created", "列入日期", "created_at", kind="day", sort="created_at", shown=False),
    )

    def __init__(self, request: Any, params: Any = None) -> None:
        super().__init__(request, params)
        self.filters = (
            ui.Words("q", "查找", fields=("title", "measure", "source_title")),
            Light("light", "时限", field="light_key", choices=LIGHTS, multiple=True, counts=True),
            ui.Choice(
                "state",
                "状态",
                field="case__state",
                choices=[(s.key, s.label) for s in MATTER.states],
                multiple=True,
                counts=True,
            ),
            ui.Choice(
                "organ",
                "责任单位",
                field="organ_id",
                choices=lambda: self._organs,
                multiple=True,
                counts=True,
            ),
            ui.Choice("kind", "来源", choices=kinds.kinds, multiple=True),
            ui.Choice(
                "round", "轮次", choices=[(str(n), f"第{n}轮") for n in range(1, ROUNDS + 1)], multiple=True
            ),
            ui.Days("due", "期限", field="due_on"),
        )

    def rows(self) -> QuerySet[Matter]:
        found = queries.visible_to(self.request.user)  # type: ignore[arg-type]
        settled = Case(When(case__state__in=[*queries.KEPT, "dropped"], then=Value(1)), default=Value(0))
        return found.order_by(settled, "due_on", "pk")

    @cached_property
    def _organs(self) -> list[tuple[str, str]]:
        """Organs that hold any of the matters, by name; two queries."""
        held = queries.visible_to(self.request.user).order_by().values_list("organ_id", flat=True)  # type: ignore[arg-type]
        found = people.organisations(set(held.distinct()))
        return sorted(
            ((str(organ.pk), organ.short_name or organ.name) for organ in found.values()),
            key=lambda pair: pair[1],
        )
