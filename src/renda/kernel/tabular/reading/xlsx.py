"""Office Open XML workbooks: looked through as a stream before calamine may allocate anything.

calamine lays a sheet out as a dense rectangle; a single cell in XFD1048576 would ask for 52 GB. So the
sheet's XML is streamed first: how far the content reaches, which cells are formulas, how much text the shared
strings unfold to. Sizes are counted on what comes out of the zip, never on what its directory claims.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element  # only the type; parsing is defusedxml's

from defusedxml.ElementTree import fromstring
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from renda.kernel.tabular.reading.sheet import (
    MAX_TEXT,
    MAX_UNPACKED,
    Book,
    Extent,
    Sheet,
    column_index,
    show_errors,
    trim,
)
from renda.kernel.tabular.schema import FileRefused

_CHUNK = 1 << 20
_MACRO_PARTS = re.compile(r"(vbaProject\.bin|/macrosheets/|vbaData\.xml)", re.IGNORECASE)
# Only tags matter here: <row …>, <c …> and <f; prefixes (x:c) occur in files written by other programs.
_TAGS = re.compile(rb"<(?:\w+:)?(row|c|f)(?=[\s/>])([^>]*)>(</)?")
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ROW_NUMBER = re.compile(rb"""\br=["'](\d{1,7})["']""")
_SHARED = re.compile(rb"""\bt=["']s["'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<""")
_FAILED = re.compile(rb"""\bt=["']e["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")


class Streamer:
    """Reads parts of a zip in pieces, counting all that was unpacked so far."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.unpacked = 0

    def pieces(self, part: str, *, after_closing: bool = False) -> Iterator[bytes]:
        """Pieces of a part, each cut before a tag (or just after a ``</``): no pattern is torn apart."""
        rest = b""
        with self.archive.open(part) as stream:
            while piece := stream.read(_CHUNK):
                self.unpacked += len(piece)
                if self.unpacked > MAX_UNPACKED:
                    raise FileRefused(
                        "文件解开后太大，不像一份正常的表格。请只保留要导入的工作表，另存后再上传。"
                    )
                rest += piece
                cut = rest.rfind(b"</") + 2 if after_closing else rest.rfind(b"<")
                if cut > 1:
                    yield rest[:cut]
                    rest = rest[cut:]
        yield rest

    def whole(self, part: str) -> bytes:
        return b"".join(self.pieces(part))


def read(content: bytes) -> Book:
    """Read an xlsx workbook.

    Raises:
        FileRefused: macros, damage, a used area or an unpacked size beyond the limits.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            extents, hidden = _look_through(archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise FileRefused("文件已损坏，打不开。请在 Excel 或 WPS 里打开，另存为 xlsx 后再上传。") from error
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = []
        for place, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            if metadata.visible != SheetVisibleEnum.Visible or metadata.name in hidden:
                sheets.append(Sheet(metadata.name, hidden=True))
                continue
            extent = extents.get(metadata.name, Extent())
            extent.check(metadata.name)
            source = workbook.get_sheet_by_index(place)
            sheets.append(
                Sheet(
                    name=metadata.name,
                    rows=trim(show_errors(source, extent.errors)),
                    merges=[(*first, *last) for first, last in source.merged_cell_ranges or []],
                    formulas=extent.formulas,
                    hidden_rows=extent.hidden_rows,
                )
            )
    except (CalamineError, ValueError) as error:
        raise FileRefused("表格的内容读不出来。请在 Excel 或 WPS 里打开，另存为 xlsx 后再上传。") from error
    return Book("xlsx", sheets)


def _look_through(archive: zipfile.ZipFile) -> tuple[dict[str, Extent], set[str]]:
    names = archive.namelist()
    if any(_MACRO_PARTS.search(name) for name in names):
        raise FileRefused("文件含有宏，不能上传。请另存为不带宏的 xlsx（“Excel 工作簿”）后再上传。")
    streamer = Streamer(archive)
    if b"macroEnabled" in streamer.whole("[Content_Types].xml"):
        raise FileRefused("文件是带宏的类型（xlsm），不能上传。请另存为 xlsx（“Excel 工作簿”）后再上传。")
    parts, hidden = _sheet_parts(streamer)
    strings = next((name for name in names if name.lower().endswith("xl/sharedstrings.xml")), None)
    lengths = _shared_lengths(streamer, strings) if strings else []
    text = 0
    extents: dict[str, Extent] = {}
    for name, part in parts.items():
        if part not in names or name in hidden:
            continue
        extents[name], characters = _extent(streamer, part, lengths)
        text += characters
        if text > MAX_TEXT:
            raise FileRefused(
                "表格里的文字太多，不像一份正常的表格。请检查是否有异常的长文本，分成几个文件上传。"
            )
    return extents, hidden


def _sheet_parts(streamer: Streamer) -> tuple[dict[str, str], set[str]]:
    """Sheet name → part of the zip, and the names of hidden sheets."""
    targets = {}
    for relation in _xml(streamer.whole("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        targets[relation.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    parts: dict[str, str] = {}
    hidden: set[str] = set()
    for element in _xml(streamer.whole("xl/workbook.xml")).iter():
        if element.tag.rpartition("}")[2] != "sheet":
            continue
        name = element.get("name", "")
        relation_id = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
        parts[name] = targets.get(relation_id, "")
        if element.get("state", "visible") != "visible":
            hidden.add(name)
    return parts, hidden


def _xml(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except Exception as error:  # defusedxml and expat have no common base below this
        raise FileRefused("文件已损坏，打不开。请在 Excel 或 WPS 里打开，另存为 xlsx 后再上传。") from error
    return root


def _shared_lengths(streamer: Streamer, part: str) -> list[int]:
    """Bytes of XML of each shared string, in order: an upper bound of its text."""
    ends: list[int] = []
    offset = 0
    for piece in streamer.pieces(part):
        ends += [offset + match.start() for match in re.finditer(rb"</(?:\w+:)?si>|<(?:\w+:)?si/>", piece)]
        offset += len(piece)
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def _extent(streamer: Streamer, part: str, lengths: list[int]) -> tuple[Extent, int]:
    """How far the content of a sheet reaches, and how many characters its shared strings unfold to.

    Cells that carry only a format do not count: sheets formatted down to row 1,048,576 are ordinary.
    """
    extent = Extent()
    include = extent.include
    row, column = -1, -1
    row_hidden = False
    characters = 0
    for piece in streamer.pieces(part, after_closing=True):
        for tag, attributes, closed in _TAGS.findall(piece):
            if tag == b"c":
                if reference := _REFERENCE.search(attributes):
                    column, row = column_index(reference[1].decode()), int(reference[2]) - 1
                else:
                    column += 1
                if not attributes.endswith(b"/") and not closed:
                    include(row, column)
                    if _FAILED.search(attributes):
                        extent.errors.add((row, column))
                    if row_hidden:
                        extent.hidden_rows += 1
                        row_hidden = False
            elif tag == b"row":
                number = _ROW_NUMBER.search(attributes)
                row = int(number[1]) - 1 if number else row + 1
                column = -1
                row_hidden = bool(_HIDDEN.search(attributes))
            else:
                extent.formulas.add((row, column))
        for index in _SHARED.findall(piece):
            place = int(index)
            if place < len(lengths):
                characters += lengths[place]
    return extent, characters
