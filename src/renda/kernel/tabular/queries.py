"""Questions: what I may import, what I sent, what became of it, what stands around a cell."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max

from renda.kernel.identity import api as identity
from renda.kernel.identity.api import Account
from renda.kernel.refs import Ref
from renda.kernel.tabular import schema, services, store
from renda.kernel.tabular.models import Batch, BatchItem, Mapping, Upload
from renda.kernel.tabular.preview import Preview
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.reading.sheet import letters
from renda.kernel.tabular.schema import Table, TabularError
from renda.kernel.tabular.undoing import latest_in_force, why_not_undone
from renda.kernel.tabular.values.parse import masked
from renda.kernel.tabular.values.text import written

_AROUND = 2  # rows shown above and below a cell
_LONG = 40  # characters shown of a cell beside it
_ITEMS = 50


@dataclass(frozen=True)
class BatchView:
    """A batch as its page shows it."""

    id: int
    kind: str
    label: str
    name: str
    by: str
    batch: Batch
    refusal: str  # why it cannot be undone; empty where it can


@dataclass(frozen=True)
class AroundCell:
    text: str
    wrong: str  # what is wrong with it, if anything


@dataclass(frozen=True)
class AroundRow:
    number: int
    here: bool
    cells: list[AroundCell]


@dataclass(frozen=True)
class Around:
    """A few rows of the file around a place."""

    sheet: str
    columns: list[tuple[str, str]]  # letters, what the column was taken for
    rows: list[AroundRow]


def importable(account: Account) -> list[Table]:
    """Tables that an account may import."""
    return [table for table in schema.tables() if identity.may(table.policy, account, None)]


def waiting(account: Account) -> list[Upload]:
    """Files of one's own that wait for a decision, newest first."""
    return list(
        Upload.objects.filter(account=account)
        .exclude(state__in=[Upload.State.DONE, Upload.State.FAILED])
        .defer("summary", "key")
        .order_by("-created_at")[:20]
    )


def batches(account: Account, kind: str | None = None) -> list[BatchView]:
    """The latest batches of the kinds that an account may import, newest first."""
    kinds = [kind] if kind else [table.kind for table in importable(account)]
    found = Batch.objects.filter(kind__in=kinds).select_related("account")[:20]
    latest = {
        row["kind"]: row["latest"]
        for row in Batch.objects.filter(kind__in=kinds, undone_at__isnull=True)
        .values("kind")
        .annotate(latest=Max("pk"))
    }
    return [_view(batch, latest.get(batch.kind)) for batch in found]


def batch(batch_id: int, account: Account) -> BatchView:
    """One batch.

    Raises:
        TabularError: there is none.
        Forbidden: the account may not import its kind.
    """
    found = Batch.objects.select_related("account").filter(pk=batch_id).first()
    if found is None:
        raise TabularError("没有这次导入。")
    services.permit(schema.table(found.kind), account)
    return _view(found, latest_in_force(found.kind))


def _view(batch: Batch, latest: int | None) -> BatchView:
    refusal = why_not_undone(batch, latest)
    label = schema.table(batch.kind).label
    by = batch.account.display_name if batch.account else "命令行"
    return BatchView(batch.pk, batch.kind, label, batch.name, by, batch, refusal)


def items(batch_id: int) -> list[tuple[Ref, bool, str, int]]:
    """The first things a batch made or changed: what, whether new, sheet and row."""
    found = BatchItem.objects.filter(batch=batch_id).only("ref", "created", "sheet", "row")[:_ITEMS]
    return [(Ref.from_json(item.ref), item.created, item.sheet, item.row) for item in found]


def mappings(account: Account, kind: str) -> list[tuple[Mapping, str, str]]:
    """What an account has explained about a kind: the row, the column's label, the target in words."""
    table = schema.table(kind)
    labels = {column.key: column.label for column in table.columns}
    return [
        (
            row,
            labels.get(row.column, "标题"),
            row.target and (row.target if row.column else labels.get(row.target, row.target)),
        )
        for row in Mapping.objects.filter(account=account, kind=kind).order_by("column", "source")
    ]


def preview_of(upload: Upload) -> Preview | None:
    """What was found when the file was read; None before."""
    return Preview.from_json(upload.summary) if upload.summary else None


def around(upload: Upload, sheet_name: str, row: int) -> Around | None:
    """What stands around a row (from 1) of the file; personal columns masked."""
    preview = preview_of(upload)
    if preview is None:
        return None
    try:
        book = sniff.read(store.get(upload))
    except TabularError:  # expired since the page was shown: the page itself says so when it is used
        return None
    sheet = next((each for each in book.sheets if each.name == sheet_name and not each.hidden), None)
    if sheet is None or not 1 <= row <= len(sheet.rows):
        return None
    table = schema.table(upload.kind)
    meant = {heading.column: heading for heading in preview.headings if heading.sheet == sheet_name}
    head_row = next((each.head_row for each in preview.sheets if each.name == sheet_name), 0)
    wrong = {
        (cell.row, cell.column): group.message
        for group in preview.groups
        for cell in group.cells
        if cell.sheet == sheet_name
    }
    numbers = range(max(1, row - _AROUND), min(len(sheet.rows), row + _AROUND) + 1)
    width = max(len(sheet.rows[number - 1]) for number in numbers)
    columns = []
    private = set()
    for place in range(width):
        heading = meant.get(letters(place))
        columns.append((letters(place), heading.text if heading else ""))
        if heading is not None and heading.key and table.column(heading.key).private:
            private.add(place)
    rows = []
    for number in numbers:
        cells = []
        for place in range(width):
            text = " ".join(written(sheet.cell(number - 1, place)).split())
            if place in private and number > head_row:
                text = masked(text)
            cells.append(AroundCell(text[:_LONG] + "…" * (len(text) > _LONG), wrong.get((number, place), "")))
        rows.append(AroundRow(number, number == row, cells))
    return Around(sheet_name, columns, rows)
