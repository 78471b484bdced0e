"""What an operator must know of the record: sentences for ``renda check``; none is good news."""

from __future__ import annotations

from renda.kernel.record import guards
from renda.kernel.record.errors import RecordError
from renda.kernel.record.kinds import decode
from renda.kernel.record.models import EntryRow
from renda.kernel.record.sealer import overdue


def guards_ok() -> bool:
    """Whether every guard of the database stands as it was made."""
    return not guards.missing()


def health() -> list[str]:
    """Everything that is wrong now, each with what to do."""
    found = []
    lost = guards.missing()
    if lost:
        found.append(
            f"记录的数据库防护缺失或被改动：{'、'.join(lost)}。请核查谁动过数据库，再运行 renda init 重建。"
        )
    late = overdue()
    if late:
        found.append(f"有 {late} 条记录入库 60 秒后仍未封存：请检查后台进程（renda serve）是否在运行。")
    found += [f"记录种类 {kind} 读不出来：{error}" for kind, error in unreadable().items()]
    return found


def unreadable() -> dict[str, str]:
    """Kinds whose newest entry the present code cannot read, and why. One short query a kind."""
    wrong = {}
    for kind in EntryRow.objects.order_by("kind").values_list("kind", flat=True).distinct():
        row = EntryRow.objects.filter(kind=kind).order_by("-happened_at")[0]
        try:
            decode(row.kind, row.payload)
        except RecordError as error:
            wrong[kind] = str(error)
    return wrong
