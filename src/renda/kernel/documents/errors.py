"""What attachments and papers refuse, each with a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence


class DocumentsError(Exception):
    """Base of this package's refusals; the text is Chinese and may be shown as it is."""


class Refused(DocumentsError):
    """A file that is not taken in: too large, wrong kind, macros, damaged, no room on the disk.

    Args:
        message: what is wrong and how to mend it.
        status: the HTTP status a view answers with (413 too large, 415 kind, 507 disk full, 422 otherwise).
    """

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class ContentMissing(DocumentsError):
    """The row of an attachment is there, its file is not: a damaged disk or an incomplete restore."""


class TextUnreadable(DocumentsError):
    """No text could be taken from a file (picture, password, damaged, too slow)."""


class PaperError(DocumentsError):
    """A paper that lacks what its format needs."""


class FontMissing(DocumentsError):
    """No usable Chinese font is installed."""


class MissingGlyphs(DocumentsError):
    """Characters that no installed font has: a paper with blank boxes is not made.

    Args:
        characters: the characters, each once, in the order of the paper.
    """

    def __init__(self, characters: Sequence[str]) -> None:
        self.characters = list(characters)
        named = "、".join(f"{c}（U+{ord(c):04X}）" for c in self.characters[:20])
        more = f"等 {len(self.characters)} 个字" if len(self.characters) > 20 else ""
        super().__init__(
            f"现有字体里没有这些字：{named}{more}。请核对是否为误录；"
            "确需使用的，请管理员上传含这些字的字体（renda fonts add 字体文件 --role 补字）后再生成。"
        )
