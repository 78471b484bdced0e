"""Papers to draw and files to take in, made here so that no real document lies in the repository."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import docx

from renda.kernel.documents.api import Paper, facts, h1, h2, items, p, section, table

DATA = Path(__file__).parent / "data"
DAY = dt.date(2026, 3, 5)
HAN = "人民代表大会常务委员会组织建议办理工作报告审议决定执行监督"  # 28 characters, no punctuation


def red_head(lines: int = 60, **changes: Any) -> Paper:
    """A paper with so many full lines of body."""
    return Paper(
        **{
            "title": "关于交办市十七届人大五次会议代表建议的通知",
            "format": "red_head",
            "issuing_organ": "安澜市人大常委会",
            "number": "安人常〔2026〕12号",
            "to": ("市人民政府", "市监察委员会"),
            "body": (p((HAN * lines)[: 28 * lines - 2]),),
            "day": DAY,
            "copies_to": ("市委办公室", "市政协办公室"),
            "printed_by": "安澜市人大常委会办公室",
            "printed_on": dt.date(2026, 3, 6),
            **changes,
        }
    )


def letter(**changes: Any) -> Paper:
    """A reply to a suggestion."""
    return Paper(
        **{
            "title": "关于对市十七届人大五次会议第101号建议的答复",
            "format": "letter",
            "issuing_organ": "安澜市住房和城乡建设局",
            "number": "安住建函〔2026〕101号",
            "signer": "王建国",
            "marks": ("A类",),
            "to": "李明华代表",
            "body": (
                p("您提出的《关于加快老旧小区加装电梯的建议》收悉。现答复如下："),
                h1("基本情况"),
                p(HAN * 8),
                h1("下一步打算"),
                h2("完善政策"),
                p(HAN * 6, lead="一是"),
                items("2026年9月30日前完成第二批120部电梯加装", "建成服务平台", ordered=True),
                p(HAN * 9),
            ),
            "attachments_note": ("2026年加装电梯计划表", "既有住宅加装电梯管理办法"),
            "day": DAY,
            "notes": "联系人：赵敏，联系电话：0999-1234567",
            "copies_to": ("市人大常委会代表工作委员会", "市政府督查室"),
            **changes,
        }
    )


def minutes(**changes: Any) -> Paper:
    """Minutes of the council of chairpersons."""
    return Paper(
        **{
            "title": "安澜市人大常委会主任会议纪要",
            "format": "minutes",
            "issuing_organ": "安澜市人大常委会主任会议",
            "number": "第3期",
            "signature_organ": "安澜市人大常委会办公室",
            "day": DAY,
            "body": (p("2026年3月4日，召开第52次主任会议，纪要如下："), p(HAN * 3, lead="会议决定，")),
            "attendance": (("出席", "张三　李四　王五　" * 4), ("请假", "钱七"), ("列席", "孙八　周九")),
            "copies_to": ("市委办公室",),
            "printed_by": "安澜市人大常委会办公室",
            **changes,
        }
    )


def listing(rows: int = 60, **changes: Any) -> Paper:
    """A list on landscape paper."""
    return Paper(
        **{
            "title": "市十七届人大五次会议代表建议交办目录",
            "format": "table",
            "day": DAY,
            "signature_organ": "安澜市人大常委会代表工作委员会",
            "body": (
                table(
                    ["编号", "建议标题", "主办单位", "件数"],
                    [
                        [str(i), "关于加快老旧小区加装电梯的建议", "市住房和城乡建设局", "1"]
                        for i in range(1, rows)
                    ]
                    + [["合计", "", "", str(rows - 1)]],
                    widths=[1, 5, 3, 1],
                    aligns=["center", "left", "left", "right"],
                    total=True,
                ),
            ),
            **changes,
        }
    )


def compilation(suggestions: int, length: int = 800) -> Paper:
    """A compilation (汇编) of suggestions with their replies."""
    text = (HAN * (length // 28 + 1))[:length]
    return Paper(
        title="安澜市第十七届人民代表大会第五次会议代表建议及答复汇编",
        format="plain",
        toc=True,
        signature_organ="安澜市人大常委会代表工作委员会",
        day=DAY,
        body=tuple(
            section(
                f"关于第{i}个老旧小区加装电梯的建议",
                facts(("领衔代表", f"代表{i}"), ("承办单位", "市住房和城乡建设局（主办）")),
                h1("建议内容"),
                p(text),
                h1("办理答复"),
                p(text + text[:400]),
                level=2,
                new_page=False,
                note=f"第{i}号",
            )
            for i in range(1, suggestions + 1)
        ),
    )


def joint(**changes: Any) -> Paper:
    """A paper of three organs."""
    organs = ("安澜市水利局", "安澜市生态环境局", "安澜市农业农村局")
    return red_head(10, issuing_organ=organs, title="关于联合开展河道整治的意见", **changes)


ALL = {
    "letter": letter(),
    "red_head": red_head(),
    "minutes": minutes(),
    "table": listing(),
    "plain": compilation(3),
    "joint": joint(),
}


def docx_file(*paragraphs: str, parts: dict[str, bytes] | None = None) -> bytes:
    """A Word file with a table, and with extra parts (macros, embedded objects)."""
    document = docx.Document()
    for text in paragraphs or ("关于加快老旧小区加装电梯的建议",):
        document.add_paragraph(text)
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "案由", "加装电梯"
    out = io.BytesIO()
    document.save(out)
    if not parts:
        return out.getvalue()
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def zip_file(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def png_file() -> bytes:
    """The smallest picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


def rename_stream(ole: bytes, old: str, new: str) -> bytes:
    """An OLE file with a stream under another name ([MS-CFB] 2.6.1: name, then its length)."""
    at = ole.index(old.encode("utf-16-le") + b"\0\0")
    name = new.encode("utf-16-le") + b"\0\0"
    return ole[:at] + name.ljust(64, b"\0") + struct.pack("<H", len(name)) + ole[at + 66 :]


def with_macro_sheet(xls: bytes) -> bytes:
    """A workbook whose sheet is declared one of Excel 4.0 macros (BOUNDSHEET, type 1)."""
    at = xls.index(struct.pack("<H", 0x0085), xls.index(b"\x09\x08\x10\x00"))
    return xls[: at + 9] + b"\x01" + xls[at + 10 :]
