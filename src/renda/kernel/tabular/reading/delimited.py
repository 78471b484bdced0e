"""Text tables: encoding by trial, delimiter by what makes the rows equally long."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from io import StringIO

from renda.kernel.tabular.reading.sheet import Book, Cell, Extent, Sheet, trim
from renda.kernel.tabular.schema import FileRefused

_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_DELIMITERS = (",", "\t", ";", "，", "|")
_SAMPLE = 100  # records looked at to find the delimiter
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MAX_FIELD = 200_000
# ="410502…" and a leading apostrophe are how people keep Excel from turning a long number into a float.
_KEPT_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)


def read(content: bytes) -> Book:
    """Read a CSV or tab-separated file: UTF-8 with or without a mark, UTF-16, GB18030.

    Raises:
        FileRefused: not text, or a quotation mark that is never closed.
    """
    text, encoding = decode(content)
    delimiter = _delimiter(text)
    extent = Extent()
    rows: list[list[Cell]] = []
    previous = csv.field_size_limit(_MAX_FIELD)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            rows.append([_cell(value) for value in record])
            if record:
                extent.include(len(rows) - 1, len(record) - 1)
            if len(rows) % 1000 == 0:
                extent.check("文本表")
    except csv.Error as error:
        raise FileRefused(
            f"第 {reader.line_num} 行附近的引号没有成对，读不下去。请检查引号，或另存为 xlsx 后再上传。"
        ) from error
    finally:
        csv.field_size_limit(previous)
    extent.check("文本表")
    notices = [] if encoding.startswith("utf") else ["文件不是 UTF-8 编码，按中文编码 GB18030 读取。"]
    return Book("csv", [Sheet("文本表", rows=trim(rows))], notices)


def decode(content: bytes) -> tuple[str, str]:
    """The text and the encoding it was found to be in."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return _plausible(content.decode(encoding)), encoding
            except UnicodeDecodeError as error:
                raise FileRefused("文件的文字编码有错，读不了。请另存为 xlsx 后再上传。") from error
    for encoding in ("utf-8", "gb18030"):
        try:
            return _plausible(content.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    raise FileRefused("看不出文件的文字编码（不是 UTF-8，也不是 GB18030）。请另存为 xlsx 后再上传。")


def _plausible(text: str) -> str:
    if _CONTROL.search(text):
        raise FileRefused("这个文件不是表格。请上传 xlsx、xls、csv，或带表格的 docx。")
    return text


def _delimiter(text: str) -> str:
    """The delimiter that gives most of the first records the same number of fields, and more than one."""
    sample = text[:200_000]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = []
        try:
            for record in csv.reader(StringIO(sample, newline=""), delimiter=delimiter):
                if record:
                    widths.append(len(record))
                if len(widths) >= _SAMPLE:
                    break
        except csv.Error:
            pass
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        score = times / len(widths) * min(width, 8) if width > 1 else 0
        if score > best_score + 1e-9:
            best, best_score = delimiter, score
    return best


def _cell(value: str) -> str:
    if value.startswith('="'):
        value = _KEPT_AS_TEXT.sub(r"\1", value)
    if len(value) > 1 and value[0] == "'" and value[1] in "=+-@\t0123456789":
        value = value[1:]
    return value
