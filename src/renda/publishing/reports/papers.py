"""The report's figures as sentences and as a paper that is carried into the text of the work report."""

from __future__ import annotations

from renda.kernel.documents import api as documents
from renda.publishing.reports.catalogue import ITEMS, PARTS, UNKEPT
from renda.publishing.reports.queries import Year


def paragraphs(year: Year) -> list[tuple[str, str]]:
    """Each part of the report as one paragraph of plain sentences: heading and text."""
    n = {key: counted.value for key, counted in year.counted.items()}
    base = {key: counted.base or 0 for key, counted in year.counted.items()}
    when = "全年" if year.year < year.as_of.year else "今年以来"
    texts = {
        "议案建议": (
            f"{when}代表提出议案建议{n['submitted']}件，交办{n['handed']}件，答复{n['replied']}件，"
            f"其中按期答复{n['in_time']}件；办结代表议案{n['closed_motions']}件、"
            f"代表建议{n['closed_suggestions']}件；确定重点建议{n['key']}件。"
        ),
        "代表评价": (
            f"应评答复{base['satisfied']}份（重新办理的，前后两份都算），满意{n['satisfied']}份，"
            f"基本满意{n['basically']}份，不满意{n['dissatisfied']}份，未表态{n['silent']}份。未表态不计入满意。"
        ),
        "承诺兑现": (
            f"答复中的承诺{n['promised']}项列入台账；{when}兑现销号{n['kept']}项（含以前年度作出的承诺），"
            f"认定没有兑现{n['broken']}项，撤销{n['dropped']}项。"
        ),
        "群众意见": (
            f"收到群众意见{n['opinions']}件；当面或直接答复{n['opinions_answered']}件，"
            f"本机关办理{n['opinions_handled']}件，转有关机关办理{n['opinions_passed']}件，"
            f"形成代表建议{n['opinions_raised']}件，不属于受理范围{n['opinions_outside']}件。"
        ),
    }
    return [(part, texts[part]) for part in PARTS]


def unkept() -> str:
    """What no room keeps yet, in one sentence."""
    return "、".join(f"{label}（{unit}）" for label, unit in UNKEPT)


def paper(congress: str, year: Year) -> documents.Paper:
    """The paragraphs, the table of all figures, and what has no source."""
    body: list[documents.Block] = []
    for heading, text in paragraphs(year):
        body += [documents.h1(heading), documents.p(text)]
    body += [
        documents.h1("数字一览"),
        documents.table(
            ("部分", "项目", "数", "单位", "基数"),
            [
                (
                    item.part,
                    item.label,
                    str(year.counted[item.key].value),
                    item.unit,
                    "" if (base := year.counted[item.key].base) is None else f"{item.base_label}{base}",
                )
                for item in ITEMS
            ],
            widths=(18, 34, 12, 10, 26),
            aligns=("left", "left", "right", "center", "left"),
        ),
        documents.h1("尚无来源"),
        documents.p(f"下列各项还没有业务登记，本页不代为填写：{unkept()}。"),
    ]
    moment = year.as_of
    return documents.Paper(
        title=f"{congress}常务委员会{year.year}年工作报告数字",
        body=tuple(body),
        format="plain",
        subtitle=f"按工作记录中发生在{year.year}年的条目统计，截至{documents.chinese_day(moment.date())}",
        day=moment.date(),
    )
