"""Reads the text of one foreign file in a process of its own, within limits of time and memory.

Run as ``python -m renda.kernel.documents.child KIND PATH CHARACTERS SECONDS``: text on standard output
(UTF-8), a short reason on standard error. Parsers of PDF and Office files meet hostile input here and
nowhere else; nothing of Django or of the databases is imported.
"""

from __future__ import annotations

import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from renda.kernel.documents.plaintext import decode

MEMORY = 1536 * 1024**2  # bytes of address space
PART = 200 * 1024**2  # unpacked bytes of one part of a zip
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def limited(pieces: Iterator[str], characters: int) -> str:
    """The pieces joined, until there are enough characters."""
    out: list[str] = []
    have = 0
    for piece in pieces:
        out.append(piece)
        have += len(piece)
        if have >= characters:
            break
    return "".join(out)[:characters]


def pdf(path: Path) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("password")
    for page in reader.pages:
        yield page.extract_text() + "\n"


def docx(path: Path) -> Iterator[str]:
    yield from _word_blocks(_part(path, "word/document.xml"))


def _word_blocks(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag == W + "p":
            yield _word_paragraph(child) + "\n"
        elif child.tag == W + "tbl":
            for row in child.iter(W + "tr"):
                cells = [
                    "".join(_word_blocks(cell)).strip().replace("\n", " ") for cell in row.findall(W + "tc")
                ]
                yield "\t".join(cells) + "\n"
        elif child.tag != FALLBACK:
            yield from _word_blocks(child)


def _word_paragraph(paragraph: Any) -> str:
    out: list[str] = []

    def walk(element: Any) -> None:
        for child in element:
            if child.tag == W + "t":
                out.append(child.text or "")
            elif child.tag == W + "tab":
                out.append("\t")
            elif child.tag in (W + "br", W + "cr"):
                out.append("\n")
            elif child.tag not in (FALLBACK, W + "del", W + "instrText", W + "pPr"):
                walk(child)

    walk(paragraph)
    return "".join(out)


def sheets(path: Path) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).iter_rows():
                line = "\t".join("" if cell is None else str(cell) for cell in row).rstrip()
                if line:
                    yield line + "\n"


def slides(path: Path) -> Iterator[str]:
    for name in _names(path, "ppt/slides/slide", ".xml"):
        for element in _part(path, name).iter("{http://schemas.openxmlformats.org/drawingml/2006/main}t"):
            yield (element.text or "") + "\n"


def opendocument(path: Path) -> Iterator[str]:
    text = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
    for element in _part(path, "content.xml").iter():
        if element.tag in (text + "p", text + "h"):
            yield "".join(element.itertext()) + "\n"


def ofd(path: Path) -> Iterator[str]:
    for name in _names(path, "", "Content.xml"):
        for element in _part(path, name).iter():
            if element.tag.rpartition("}")[2] == "TextCode":
                yield (element.text or "") + "\n"


def doc(path: Path) -> Iterator[str]:
    from renda.kernel.documents.oldword import doc_text

    yield doc_text(path)


def text(path: Path) -> Iterator[str]:
    read = decode(path.read_bytes())
    if read is None:
        raise ValueError("encoding")
    yield read.replace("\r\n", "\n")


def _part(path: Path, name: str) -> Any:
    from defusedxml.ElementTree import fromstring

    with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
        data = stream.read(PART + 1)
    if len(data) > PART:
        raise ValueError("too large")
    return fromstring(data, forbid_dtd=True)


def _names(path: Path, start: str, end: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        found = [name for name in archive.namelist() if name.startswith(start) and name.endswith(end)]
    return sorted(found, key=lambda name: (len(name), name))


READERS = {
    "pdf": pdf, "docx": docx, "doc": doc, "xlsx": sheets, "xls": sheets, "ods": sheets, "pptx": slides,
    "odt": opendocument, "odp": opendocument, "ofd": ofd, "txt": text, "csv": text,
}  # fmt: skip


def main(kind: str, path: str, characters: str, seconds: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = limited(READERS[kind](Path(path)), int(characters))
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}"[:500])
        return 1
    sys.stdout.buffer.write(found.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:5]))
