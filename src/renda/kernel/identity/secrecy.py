"""Marks of state secrecy: text that bears one is refused with the way to go.

A mark is what the rules on marking state secrets prescribe (国家秘密文件、资料和其他物品标志的规定: level,
★, period) and GB/T 9704—2012 §7.2.2 places at the top left of the paper: 机密★1年, 绝密★, 秘密★长期. In text
typed or pasted it is also met as a line of its own (机密), alone in brackets (【绝密】), or after 密级：.
Ordinary words are no marks: 保密, 商业秘密, 国家秘密, 秘密投票 (secret ballot), 机密性, 泄露机密, and a
sentence that merely speaks of them.
"""

from __future__ import annotations

import re
import unicodedata

from renda.kernel.identity.errors import SecretMarks

_LEVEL = r"(?:绝\s{0,4}密|机\s{0,4}密|秘\s{0,4}密)"
_STAR = r"[★☆*＊✩✭⭐]"
_PERIOD = (
    r"(?:\d{1,3}\s*(?:年|个?月|天|日)|长期|启用前|解密|[一二三四五六七八九十两]{1,3}\s*(?:年|个?月|天|日))"
)
_PATTERNS = (
    # 机密★1年, 绝密★: the star is never written in ordinary prose after these words
    re.compile(rf"{_LEVEL}\s{{0,3}}[★☆✩✭⭐]"),
    re.compile(rf"{_LEVEL}\s{{0,3}}[*＊]\s{{0,3}}{_PERIOD}"),
    # a line that is the level alone, as at the top left of a paper; a serial number before it may stand
    re.compile(rf"^[ \t　]*(?:\d{{3,6}}[ \t　]+)?{_LEVEL}[ \t　]*$", re.MULTILINE),
    # 【机密】 （绝密） [秘密] standing alone in brackets
    re.compile(rf"[【\[\(〔〖《「『]\s{{0,3}}{_LEVEL}\s{{0,3}}[】\]\)〕〗》」』]"),
    # 密级：机密 (密级：无, 密级：内部 pass)
    re.compile(rf"(?:密\s?级|保密等级|涉密等级)(?:\s{{0,3}}:\s{{0,3}}|[ \t]{{1,3}}){_LEVEL}"),
    # 机密 1年 as the marking of a line's end or beginning, without the star that was lost in copying
    re.compile(rf"^[ \t　]*{_LEVEL}[ \t　]{{1,4}}{_PERIOD}[ \t　]*$", re.MULTILINE),
)
MESSAGE = (
    "这段文字带有国家秘密标志（“{mark}”）。本系统不得存储、处理涉密信息。"
    "请不要在这里填写或上传，改由机要渠道办理，并联系本机关保密办公室；已误存在本机的，请立即报告。"
)


def secret_mark(text: str) -> str | None:
    """The first mark of state secrecy in a text as it stands there, or None."""
    folded = unicodedata.normalize("NFKC", text)
    found = [m for m in (p.search(folded) for p in _PATTERNS) if m is not None]
    if not found:
        return None
    first = min(found, key=lambda m: m.start())
    return " ".join(first.group().split())


def refuse_secret_marks(text: str) -> None:
    """Refuse a text that bears a mark of state secrecy.

    Args:
        text: what somebody is about to store, attachments' extracted text included.

    Raises:
        SecretMarks: with the sentence that says where to go; the text itself is not repeated or logged.
    """
    mark = secret_mark(text)
    if mark is not None:
        raise SecretMarks(MESSAGE.format(mark=mark))
