"""Papers as PDF, drawn by typst in the layout of GB/T 9704-2012.

The text of a paper reaches the typesetter as JSON, so nothing a person writes can act as markup.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from renda.kernel import clock
from renda.kernel.documents.errors import MissingGlyphs, PaperError
from renda.kernel.documents.fonts import Fontset, fontset, uncovered
from renda.kernel.documents.layout import lay_out, texts
from renda.kernel.documents.paper import Paper
from renda.kernel.documents.typesetter import SetFailed, typesetter

GETA = "〓"  # what printers set for a character they have not got

log = logging.getLogger("renda.documents")


def pdf(paper: Paper) -> bytes:
    """One paper as PDF.

    Raises:
        MissingGlyphs: characters that no installed font has (reports and lists show 〓 instead).
        PaperError: the paper can't be set.
    """
    return merged_pdf([paper])


def merged_pdf(papers: Sequence[Paper], *, duplex: bool = False) -> bytes:
    """Many papers as one PDF, each with its own page numbers: the papers of all organs in one act.

    Args:
        papers: in the order of printing.
        duplex: whether each begins on a new sheet when printed on both sides.
    """
    if not papers:
        raise PaperError("没有可以生成的公文")
    fonts = fontset()
    data = [_covered(paper, fonts) for paper in papers]
    inputs = {
        "papers": json.dumps(data, ensure_ascii=False),
        "fonts": json.dumps(fonts.data(), ensure_ascii=False),
        "duplex": "1" if duplex else "",
    }
    try:
        made, warnings = typesetter.draw(list(fonts.folders), inputs, int(clock.now().timestamp()))
    except SetFailed as error:
        raise PaperError(f"“{papers[0].title}”没有排成：{error}") from error
    for warning in warnings:
        log.warning("typesetting: %s", warning)
    return made


def _covered(paper: Paper, fonts: Fontset) -> dict[str, Any]:
    """The laid-out paper; characters without a glyph are refused or marked, never left blank."""
    data = lay_out(paper)
    missing = uncovered(texts(data), fonts)
    if not missing:
        return data
    policy = paper.missing or ("mark" if paper.format in ("plain", "table") else "raise")
    if policy == "raise":
        raise MissingGlyphs(missing)
    marked: dict[str, Any] = _replace(data, str.maketrans(dict.fromkeys(missing, GETA)))
    return marked


def _replace(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _replace(part, table) for key, part in value.items()}
    if isinstance(value, list):
        return [_replace(part, table) for part in value]
    return value
