"""Workbooks that go out and come back filled: who has no account answers in Excel.

Each row carries its key in a hidden column, signed together with what the row shows. A row that came back
says for sure which thing it is about: keys that were edited, copied from another file, or torn from their
texts by sorting part of the columns are refused.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from renda.kernel import clock
from renda.kernel.tabular.export import as_text, workbook, write_cell
from renda.kernel.tabular.headings import bare
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.reading.sheet import Sheet, address, is_blank
from renda.kernel.tabular.schema import Column, Context, TabularError
from renda.kernel.tabular.values import parse
from renda.kernel.tabular.values.problem import Problem
from renda.kernel.tabular.values.text import plain, tight, written

_KEY = "请勿改动"  # heading of the hidden column
_LISTED = 250  # characters that Excel lets stand in a list's formula


@dataclass(frozen=True)
class Form:
    """A workbook that goes out.

    Args:
        kind: the purpose, ``"motions.organ_progress"``: a workbook of one purpose is none of another.
        label: its title.
        columns: what it shows and asks, in order.
        fill: keys of the columns to be filled; the others are locked.
    """

    kind: str
    label: str
    columns: Sequence[Column]
    fill: Collection[str]

    def __post_init__(self) -> None:
        unknown = set(self.fill) - {column.key for column in self.columns}
        if unknown or not self.fill:
            raise ValueError(f"form {self.kind}: columns to fill are not declared: {sorted(unknown)}")


@dataclass(frozen=True)
class OutRow:
    """A row of a workbook that goes out: the key of the thing it is about, and what it shows."""

    key: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class BackRow:
    """A row that came back filled: only the columns to fill, parsed; empty ones are None (or [])."""

    key: str
    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class BackError:
    """What is wrong in a workbook that came back, and where (A1 address or a row)."""

    where: str
    message: str


@dataclass
class Returned:
    """A workbook that came back.

    Args:
        recipient: whom it had been made out for.
        rows: good rows with something filled in.
        untouched: keys of rows in which nothing was filled in.
        errors: what must be mended first.
        sha256: of the file, for ``Origin.file``.
    """

    recipient: str = ""
    rows: list[BackRow] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)
    errors: list[BackError] = field(default_factory=list)
    sha256: str = ""


def _signer(form: Form) -> signing.Signer:
    return signing.Signer(salt=f"renda.tabular.roundtrip:{form.kind}")


def _shown(form: Form, text_of: Callable[[Column], str]) -> str:
    """Digest of what the locked cells of a row say, whatever a program makes of types and spaces."""
    texts = [tight(written(text_of(column))) for column in form.columns if column.key not in form.fill]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


def _locked_text(value: Any) -> str:
    """A locked value as it is written into the workbook: always text, so that it comes back the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.datetime):
        local = value.astimezone(clock.TZ) if value.tzinfo else value
        return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    return as_text(value)


def roundtrip_out(form: Form, rows: Iterable[OutRow], *, recipient: str, note: str = "") -> bytes:
    """The workbook to send.

    Args:
        form: what it shows and asks.
        rows: one per thing.
        recipient: whom it is for (an organ's id as text); comes back in ``Returned``.
        note: a line under the title: until when, where to send it.
    """
    buffer, out = workbook(form.label, constant_memory=False)
    signer = _signer(form)
    sheet = out.sheet
    sheet.write_string(0, 1, form.label, out.formats["title"])
    sheet.write_string(
        1, 1, note or "请只填写白色的格子；不要增删行，不要只排序一部分列。", out.formats["note"]
    )
    sheet.write_string(2, 0, _KEY, out.formats["head"])
    for place, column in enumerate(form.columns, start=1):
        star = "*" if column.required and column.key in form.fill else ""
        sheet.write_string(2, place, f"{column.label}{star}", out.formats["head"])
        sheet.set_column(place, place, column.width or 22)
    line = 3
    for row in rows:
        texts = {column.key: _locked_text(row.values.get(column.key)) for column in form.columns}
        digest = _shown(form, lambda column, texts=texts: texts[column.key])  # type: ignore[misc]
        sheet.write_string(line, 0, signer.sign(f"{recipient}|{row.key}|{digest}"), out.formats["locked"])
        for place, column in enumerate(form.columns, start=1):
            if column.key in form.fill:
                style = "open_date" if column.kind == "date" else "open"
                write_cell(out, line, place, row.values.get(column.key), style)
            else:
                write_cell(out, line, place, texts[column.key], "locked")
        line += 1
    for place, column in enumerate(form.columns, start=1):
        if column.key in form.fill and column.kind in {"choice", "flag"} and line > 3:
            options = list(column.choices or {}) or ["是", "否"]
            if sum(map(len, options)) + len(options) < _LISTED:
                sheet.data_validation(3, place, line - 1, place, {"validate": "list", "source": options})
    sheet.set_column(0, 0, 4, None, {"hidden": True})
    sheet.freeze_panes(3, 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    out.book.close()
    return buffer.getvalue()


def roundtrip_in(
    form: Form, content: bytes, *, context: Context, expect: Collection[str] | None = None
) -> Returned:
    """Read a workbook that came back.

    Args:
        form: the form it was made from.
        content: the file.
        context: for look-ups.
        expect: keys that this recipient may answer for; others are refused.

    Raises:
        TabularError: it is not a workbook of this form at all.
    """
    book = sniff.read(content)
    returned = Returned(sha256=hashlib.sha256(content).hexdigest())
    sheet, head, key_column = _find(form, book.sheets)
    places = _places(form, sheet, head)
    parsers = {
        column.key: parse.build(column, context, unit=parse.ONE, meanings={}, year=None)
        for column in form.columns
        if column.key in form.fill
    }
    seen: dict[str, int] = {}
    recipients: set[str] = set()
    for row in range(head + 1, len(sheet.rows)):
        if all(is_blank(value) for value in sheet.rows[row]):
            continue
        key = _key(form, sheet, row, key_column, places, returned, recipients)
        if key is None:
            continue
        if key in seen:
            returned.errors.append(
                BackError(f"第 {row + 1} 行", f"与第 {seen[key] + 1} 行是同一件，请删去一行。")
            )
            continue
        seen[key] = row
        if expect is not None and key not in expect:
            returned.errors.append(
                BackError(f"第 {row + 1} 行", "这一件不在应填的范围里，请使用最近发给您的表。")
            )
            continue
        _read_row(form, sheet, row, key, places, parsers, returned)
    if len(recipients) > 1:
        returned.errors.append(BackError("整张表", "几份表合在了一起，请各用各的表分别上传。"))
    if not seen and not returned.errors:
        raise TabularError("表里没有可读的行，请使用发给您的表填写。")
    returned.recipient = next(iter(recipients), "")
    return returned


def _find(form: Form, sheets: Sequence[Sheet]) -> tuple[Sheet, int, int]:
    for sheet in sheets:
        for row, line in enumerate(sheet.rows[:20]):
            for column, value in enumerate(line):
                if isinstance(value, str) and value.strip() == _KEY:
                    return sheet, row, column
    raise TabularError(f"这不是发出去的《{form.label}》，或隐藏的第一列被删掉了。请用原来的表填写后再上传。")


def _places(form: Form, sheet: Sheet, head: int) -> dict[str, int]:
    found = {bare(written(value)): place for place, value in enumerate(sheet.rows[head])}
    places = {column.key: found.get(bare(column.label), -1) for column in form.columns}
    gone = [column.label for column in form.columns if places[column.key] < 0]
    if gone:
        raise TabularError(
            f"表里缺少{'、'.join(f'“{label}”' for label in gone)}列。请用原来的表填写后再上传。"
        )
    return places


def _key(
    form: Form,
    sheet: Sheet,
    row: int,
    key_column: int,
    places: Mapping[str, int],
    returned: Returned,
    recipients: set[str],
) -> str | None:
    """The verified key of a row; None, with an error noted, where it does not hold."""
    where = f"第 {row + 1} 行"
    try:
        payload = _signer(form).unsign(written(sheet.cell(row, key_column)))
    except signing.BadSignature:
        returned.errors.append(
            BackError(where, "是自己添加的行，或隐藏的编号被改动了。请用原来的表，只填白色的格子。")
        )
        return None
    recipient, rest = payload.split("|", 1)
    key, digest = rest.rsplit("|", 1)
    if digest != _shown(form, lambda column: plain(sheet.cell(row, places[column.key]))):
        returned.errors.append(
            BackError(where, "前面几列与发出时不同（可能改了字，或只排序了一部分列）。请用原来的表填写。")
        )
        return None
    recipients.add(recipient)
    return key


def _read_row(
    form: Form,
    sheet: Sheet,
    row: int,
    key: str,
    places: Mapping[str, int],
    parsers: Mapping[str, parse.Parser],
    returned: Returned,
) -> None:
    fill = [column for column in form.columns if column.key in form.fill]
    if all(is_blank(sheet.cell(row, places[column.key])) for column in fill):
        returned.untouched.append(key)
        return
    values: dict[str, Any] = {}
    errors: list[BackError] = []
    for column in fill:
        value = parsers[column.key].parse(sheet.cell(row, places[column.key]))
        where = address(row, places[column.key])
        if value is parse.NOTHING:
            if column.required:
                errors.append(BackError(where, f"“{column.label}”不能为空，请填写。"))
            values[column.key] = [] if column.many else column.default
        elif isinstance(value, Problem):
            errors.append(BackError(where, value.message))
        elif isinstance(value, list) and value and isinstance(value[0], Problem):
            errors += [BackError(where, problem.message) for problem in value]
        else:
            values[column.key] = value
    if errors:
        returned.errors += errors
    else:
        returned.rows.append(BackRow(key, row + 1, values))
