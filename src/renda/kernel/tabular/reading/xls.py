"""Old binary workbooks (xls, WPS's et): the record stream is walked before calamine may allocate anything.

Record numbers and layouts: [MS-XLS] 2.3, 2.4; only sizes, positions and flags are read here, never values.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import olefile
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from renda.kernel.tabular.reading.sheet import Book, Extent, Sheet, show_errors, trim
from renda.kernel.tabular.schema import FileRefused

_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMULA, _ROW, _MULRK = 0x809, 0x0A, 0x2F, 0x85, 0x06, 0x208, 0xBD
_BOOLERR = 0x205
# LABELSST, NUMBER, RK, LABEL, BOOLERR, RSTRING, FORMULA: one cell each, beginning with row and column.
_ONE_CELL = frozenset({0xFD, 0x203, 0x27E, 0x204, _BOOLERR, 0xD6, _FORMULA})
_MACRO_SHEET = 1
_HIDDEN_ROW = 0x20


def read(content: bytes) -> Book:
    """Read an xls workbook.

    Raises:
        FileRefused: macros, a password, damage, a used area beyond the limits.
    """
    try:
        with olefile.OleFileIO(BytesIO(content)) as ole:
            if ole.exists("EncryptedPackage"):
                raise FileRefused("文件设了打开密码，读不了。请取消密码，另存后再上传。")
            if ole.exists("_VBA_PROJECT_CUR") or ole.exists("Macros"):
                raise FileRefused("文件含有宏，不能上传。请另存为 xlsx（“Excel 工作簿”）后再上传。")
            if ole.exists("WordDocument"):
                raise FileRefused("这是旧版 Word 文件（doc）。请在 Word 或 WPS 里另存为 docx 后再上传。")
            stream = next((name for name in ("Workbook", "Book") if ole.exists(name)), None)
            if stream is None:
                raise FileRefused("这个文件不是表格。请上传 xlsx、xls、csv，或带表格的 docx。")
            extents = _walk(ole.openstream(stream).read())
    except FileRefused:
        raise
    except Exception as error:  # olefile raises whatever a broken structure leads it to
        raise FileRefused("文件已损坏，打不开。请在 Excel 或 WPS 里打开，另存为 xlsx 后再上传。") from error
    for place, extent in enumerate(extents):
        extent.check(f"第 {place + 1} 张")
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = []
        for place, metadata in enumerate(workbook.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            if metadata.visible != SheetVisibleEnum.Visible:
                sheets.append(Sheet(metadata.name, hidden=True))
                continue
            extent = extents[place] if place < len(extents) else Extent()
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
    return Book("xls", sheets)


def _walk(stream: bytes) -> list[Extent]:
    """The used area of each sheet, in the order of the workbook's sheet list."""
    starts: list[int] = []
    for record, body in _records(stream, 0):
        if record == _FILEPASS:
            raise FileRefused("文件设了打开密码，读不了。请取消密码，另存后再上传。")
        if record == _BOUNDSHEET:
            start, _visibility, sheet_type = struct.unpack_from("<IBB", body)
            if sheet_type == _MACRO_SHEET:
                raise FileRefused("文件含有宏表，不能上传。请另存为 xlsx（“Excel 工作簿”）后再上传。")
            starts.append(start)
    return [_extent(stream, start) for start in starts]


def _extent(stream: bytes, start: int) -> Extent:
    extent = Extent()
    hidden: set[int] = set()
    filled: set[int] = set()
    for record, body in _records(stream, start):
        if record in _ONE_CELL:
            row, column = struct.unpack_from("<HH", body)
            extent.include(row, column)
            filled.add(row)
            if record == _FORMULA:
                extent.formulas.add((row, column))
                if body[6:7] == b"\x02" and body[12:14] == b"\xff\xff":  # FormulaValue: an error
                    extent.errors.add((row, column))
            elif record == _BOOLERR and body[7:8] == b"\x01":
                extent.errors.add((row, column))
        elif record == _MULRK:
            row = struct.unpack_from("<H", body)[0]
            extent.include(row, struct.unpack_from("<H", body, len(body) - 2)[0])
            filled.add(row)
        elif record == _ROW and len(body) >= 14 and body[12] & _HIDDEN_ROW:
            hidden.add(struct.unpack_from("<H", body)[0])
    extent.hidden_rows = len(hidden & filled)
    return extent


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Records of the substream that begins at an offset, its nested ones included."""
    unpack = struct.Struct("<HH").unpack_from
    end = len(stream)
    depth = 0
    while offset + 4 <= end:
        record, length = unpack(stream, offset)
        yield record, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        depth += (record == _BOF) - (record == _EOF)
        if depth <= 0:
            break
