"""What a reply promises, proposed from its sentences: an act, until when or on what condition, and why.

A proposal is never a promise: a person accepts or mends each one. Formulas (高度重视, 进一步加强) are none:
nobody could ever say whether they were kept.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from renda.business.motions import days

# Acts whose end can be seen.
ACTS = re.compile(
    "完成|建成|建设|新建|扩建|修建|开工|动工|启动|实施|施工|安装|增设|增加|设置|新增|增派|修复|修缮|维修|检修|改造|改建|整改|整修|"
    "拆除|拆迁|清理|清除|清淤|清运|更换|铺设|铺装|投入使用|投用|投入运营|通车|开通|贯通|通水|通气|通电|供水|供气|验收|竣工|完工|交付|"
    "移交|交房|发放|拨付|退还|退款|返还|支付|公布|公示|公开|出台|印发|制定|编制|修订|上报|召开|搬迁|迁移|关停|取缔|查处|处罚|"
    "开园|开学|招生|开业|开放|补种|补植|绿化|硬化|亮化|疏通|封闭|划线|施划|办理|受理|解决|落实到位|组织|安排|检查|巡查|回复|联系|落实"
)
HARD_ACTS = re.compile(
    "完成|建成|开工|动工|安装|增设|新增|修复|维修|改造|整改|拆除|清理|更换|铺设|投入使用|投用|通车|开通|验收|竣工|完工|交付|移交|"
    "发放|拨付|退还|公布|出台|印发|启动|实施|恢复|开园|招生|办理|解决"
)
FUTURE = re.compile(
    "将于|将在|将会|将(?!军|来)|拟于|拟在|拟(?!定|合)|计划|预计|争取|力争|确保|承诺|准备|打算|下一步|下步|届时|尽快|尽早|马上|立即|待[^，。；]{2,30}后|"
    "会(?:尽快|及时|继续|在|同)|安排在|要求[^，。；]{0,20}(?:整改|完成|处理)|列入[^，。；]{0,16}计划|纳入[^，。；]{0,16}计划"
)
CONDITION = re.compile(
    r"(?:待|等|在)(?P<what>[^，。；]{2,30}?)(?:之后|以后|后)(?=[，,即便就再将可由我会立]|$)"
)
DONE = re.compile(
    "已(?:经|于|在|将|对|向|由|安排|完成|要求|责令)?|曾|现已|均已|当日|当天|了(?:[^，。；]{0,4})$"
)
FORMULAS = re.compile(
    "高度重视|进一步(?:加强|加大|完善|提升|提高|规范|优化|强化)|积极(?:推进|推动|争取|协调|配合)|继续(?:加强|加大|关注|做好|努力|推进|跟踪)|"
    "不断(?:加强|完善|提高)|持续(?:推进|关注|加强|跟进)|加大[^，。；]{0,10}力度|加强[^，。；]{0,14}(?:管理|监管|巡查|宣传|监督|执法)|认真(?:研究|对待)|"
    "密切关注|全力(?:推进|以赴|做好)|切实(?:加强|维护|保障)|努力(?:做好|为|营造)|适时|视情况|逐步"
)
NOT_OURS = re.compile(
    "请您|请你|您可|你可|建议您|建议你|欢迎(?:您|来电|继续)|敬请|如(?:您|你|有)|若您|可(?:以)?拨打|感谢|谢谢|规定：|办法》|条例》|通知》|"
    "应当|方可|不得|申请人|须(?:提供|携带)|需(?:提供|携带)|《"
)
WISHES = re.compile("建议(?!您)|希望|请求|来信反映|您反映|您好|网友")
_SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?]?")
_LONGEST = 160  # characters of an act that a row of the table takes
THRESHOLD = 50


@dataclass(frozen=True, slots=True)
class Proposal:
    """One sentence that looks like a promise.

    Args:
        sentence: as it stands in the letter.
        act: the clause that says what will be done.
        due: until when; None where the letter gives no day (the person has to).
        due_words: the words of the day, 6月底前.
        condition: what has to happen before (待…后).
        confidence: 0–100; shown, decides only the order and what is shown at all.
        why: in words, for the person who decides.
    """

    sentence: str
    act: str
    due: dt.date | None
    due_words: str
    condition: str
    confidence: int
    why: str


def propose(text: str, base: dt.date) -> list[Proposal]:
    """Promises a letter seems to make, in the order of its sentences.

    Args:
        text: the letter's text, or the part that says what is planned.
        base: the day of the letter, from which 年内 and 6月底 count.

    >>> [(p.act, p.due.isoformat()) for p in propose("我局将于6月底前完成渠化改造。", dt.date(2026, 3, 5))]
    [('将于6月底前完成渠化改造', '2026-06-30')]
    >>> propose("我局高度重视，将进一步加强管理，积极推进相关工作。", dt.date(2026, 3, 5))
    []
    """
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        made = _read(sentence, base) if len(sentence) > 5 else None
        if made is not None and made.confidence >= THRESHOLD:
            found.append(made)
    return found


def _read(sentence: str, base: dt.date) -> Proposal | None:
    """One sentence: the clause with a future day first, else the first clause that says what will be done."""
    clauses = _clauses(sentence)
    best: Proposal | None = None
    for position, clause in enumerate(clauses):
        before = clauses[position - 1] if position else ""
        made = _weigh(sentence, before, clause, clauses[position + 1 :], base)
        if made is not None and (best is None or made.confidence > best.confidence):
            best = made
    return best


def _clauses(sentence: str) -> list[str]:
    return [part.strip() for part in re.split(r"[，,：:]", sentence.rstrip("。；;！!？?")) if part.strip()]


def _weigh(sentence: str, before: str, clause: str, after: list[str], base: dt.date) -> Proposal | None:
    """How much a clause looks like a promise, with its reasons; None where it plainly is none."""
    future = FUTURE.search(clause) or FUTURE.search(before)
    coming = [m for m in days.mentions(clause, base) if m.day is None or m.day >= base]
    dated = next((m for m in coming if m.day is not None), None)
    act = ACTS.search(clause)
    carried = clause
    if act is None and (dated or future) and after and ACTS.search(after[0]):
        carried = f"{clause}，{after[0]}"
        act = ACTS.search(after[0])
    if act is None or NOT_OURS.search(clause) or WISHES.search(clause):
        return None
    if not future and dated is None:
        return None
    if DONE.search(carried) and not (dated or FUTURE.search(carried)):
        return None
    condition = CONDITION.search(sentence)
    score, reasons = 0, []
    if dated is not None:
        score += 45
        reasons.append(f"有期限“{dated.words.strip()}”")
    elif coming:
        score += 15
        reasons.append(f"时间说得不确定：“{coming[0].words}”")
    if future:
        score += 20
        reasons.append(f"说的是将来：“{future.group()[:12]}”")
    hard = HARD_ACTS.search(carried)
    if hard:
        score += 30
        reasons.append(f"做的事看得见：“{hard.group()}”")
    else:
        score += 10
        reasons.append(f"做的事：“{act.group()}”")
    if condition:
        score += 5
        reasons.append(f"有前提：“{condition['what']}”")
    if FORMULAS.search(carried):
        score -= 25
        reasons.append("夹有套话")
    if DONE.search(carried) and dated is None:
        score -= 20
        reasons.append("也可能说的是已经做了")
    return Proposal(
        sentence=sentence,
        act=_shorten(carried),
        due=dated.day if dated else None,
        due_words=dated.words.strip() if dated else "",
        condition=condition["what"] if condition else "",
        confidence=max(0, min(100, score)),
        why="；".join(reasons),
    )


def _shorten(clause: str) -> str:
    """The clause without who says it: the table has a column for the organ."""
    bare = re.sub(
        r"^(?:我(?:局|委|单位|们|区|市|办|院|处|公司)|该局|下一步|下步|同时|并且?|目前)[，,]?",
        "",
        clause.strip(),
    )
    return bare[:_LONGEST]
