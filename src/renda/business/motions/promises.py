"""What a reply promises, proposed from its sentences: an act, until when or on what condition, and why.

A proposal is never a promise: a person accepts or mends each one. Formulas (高度重视, 进一步加强) are none:
nobody could ever say whether they were kept.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from renda.business.motions import days

# Acts that somebody can see done: these alone, and those that need a day or a word of the future beside them.
HARD_ACTS = re.compile(
    "完成|建成|开工|动工|安装|增设|新增|修复|维修|修建|新建|改造|整改|拆除|清理|更换|铺设|投入使用|投用|"
    "通车|开通|贯通|验收|竣工|完工|"
    "交付|移交|发放|拨付|补拨|退还|结算|公布|出台|印发|启动|恢复|开园|招生|办理|解决|施工|开业|营业|"
    "重建|拓宽|运营|开展|实施"
)
ACTS = re.compile(
    HARD_ACTS.pattern + "|建设|扩建|设置|增加|增派|安排|修缮|检修|改建|拆迁|清除|清淤|清运|疏通|封闭|"
    "划线|施划|绿化|硬化|亮化|补种|搬迁|"
    "关停|取缔|查处|处罚|查勘|勘察|勘查|调研|检测|检查|组织|召开|制定|编制|修订|上报|报送|报备|审批|"
    "批复|受理|回复|反馈|答复|提供|采纳|约谈|"
    "举办|引进|招聘|督查|审核|审议|研究决定|评估|驻守|提交|提出|签订|支付|交房|供水|供气|供电|通水|通气|"
    "通电|落实到位|开挖|新设"
)
_NEXT = (
    "于|在|会|对|由|按|依|继续|持续|尽快|及时|陆续|进一步|积极|安排|组织|联合|邀请|根据|全力|全面|"
    "全部|启动|完成|开展|实施|"
)
FUTURE = re.compile(
    f"即将|将(?:{_NEXT}增加|新建|建设|进行|采纳|研究|约谈|提供|派|提交|上报|予以|给予|审核|拿出|加快|"
    f"指导|收集|执行|充分|基本|还|报)|"
    "后续还?将|还将|也将|(?:我局|我镇|我委|我办|我们|区政府|市政府|县政府|公司|街道)将|拟(?!定|合|任)|"
    "计划(?:于|在|对|投资|安装|拆除|\\d|今|明|下|本)|"
    "预计|争取|力争|(?<!的)承诺|准备|打算|下一步|下步|下阶段|届时|尽快|尽早|很快|马上|即可开|定于|做计划|"
    "会(?:将|在|尽快|及时|同|把|到)|已?列入[^，。；]{0,16}计划|已?纳入[^，。；]{0,16}计划"
)
CONDITION = re.compile(
    r"(?:待|等|在)(?P<what>[^，。；]{2,30}?)(?:之后|以后|后|下来再)(?=[，,即便就再将可由我会立予]|$)"
)
DONE = re.compile("已(?:经|于|在|将|对|向|由|安排|完成|要求|责令|启动|督促)|曾|现已|均已|当日|当天")
PAST = re.compile(rf"(?:{ACTS.pattern}|收到|召集)了|已(?:经)?(?:于|在)")
FORMULAS = re.compile(
    "高度重视|进一步(?:加强|加大|完善|提升|提高|规范|优化|强化)|积极(?:推进|推动|争取|协调|配合|衔接|"
    "与)|继续(?:加强|加大|关注|做好|努力|推进|跟踪|督促)|"
    "不断(?:加强|完善|提高)|持续(?:推进|关注|加强|跟进)|加大[^，。；]{0,10}力度|"
    "加强[^，。；]{0,14}(?:管理|监管|巡查|宣传|监督|执法|沟通|联系)|认真(?:研究|对待|调研|梳理)|"
    "密切关注|全力(?:推进|以赴|做好)|切实(?:加强|维护|保障)|努力(?:做好|为|营造|改进)|适时|视情况|逐步|"
    "按照?(?:相关|有关)(?:规定|程序|政策)|充分论证|加快"
)
HEDGES = re.compile("争取|力争|希望|尽力")
NOT_OURS = re.compile(
    "请您|请你|您可|你可|建议您|建议你|欢迎(?:您|来电|继续)|敬请|如果?(?:您|你|有|出现|再)|若您|"
    "可(?:以)?拨打|感谢|谢谢|规定|办法》|条例》|通知》|"
    "应当|方可|不得|不会|不存在|申请人|患者|网友|携带|《|来信反映|您反映|您好|建议(?!给|由)|帖|期间组织|"
    "承诺书|如需"
)
_SENTENCE = re.compile(r"[^。；;！!？?\n]+[。；;！!？?]?")
_LEAD_IN = re.compile(
    "^(?:下一步|下步|下阶段|接下来|后续|近期|同时|目前|届时|待.{2,30}后|等.{2,20}(?:后|下来))$"
)
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
    lead_in = before if _LEAD_IN.match(before) else ""
    future = FUTURE.search(clause) or FUTURE.search(lead_in)
    condition = CONDITION.search(clause) or CONDITION.search(lead_in)
    coming = [
        m
        for m in days.mentions(clause, base)
        if m.day is None or (m.day > base and (future is not None or not m.bare))
    ]
    dated = next((m for m in coming if m.day is not None), None)
    act = ACTS.search(clause)
    carried = clause
    if (
        act is None
        and (dated or future)
        and after
        and ACTS.search(after[0])
        and not NOT_OURS.search(after[0])
    ):
        carried = f"{clause}，{after[0]}"
        act = ACTS.search(after[0])
    if act is None or not (future or dated or condition) or NOT_OURS.search(clause):
        return None
    if (PAST.search(carried) or DONE.search(clause)) and not (future and dated):
        return None
    if HEDGES.search(carried) and dated is None:
        return None
    return _score(sentence, carried, act, future, dated, coming, condition)


def _score(
    sentence: str,
    carried: str,
    act: re.Match[str],
    future: re.Match[str] | None,
    dated: days.Mention | None,
    coming: list[days.Mention],
    condition: re.Match[str] | None,
) -> Proposal:
    """Points for a day, a word of the future, an act one can see, a condition; fewer for a formula."""
    hard = HARD_ACTS.search(carried)
    formula = FORMULAS.search(carried)
    points: list[tuple[int, str]] = []
    if dated is not None:
        points.append((40, f"有期限“{dated.words.strip()}”"))
    elif coming:
        points.append((5, f"时间说得不确定：“{coming[0].words}”"))
    if future:
        points.append((30, f"说的是将来：“{future.group()[:12]}”"))
    if condition:
        points.append((30 if not future else 5, f"有前提：“{condition['what']}”"))
    points.append((30, f"做的事看得见：“{hard.group()}”") if hard else (20, f"做的事：“{act.group()}”"))
    if formula and dated is None:
        points.append((-30, f"有套话“{formula.group()[:10]}”"))
    return Proposal(
        sentence=sentence,
        act=_shorten(carried),
        due=dated.day if dated else None,
        due_words=dated.words.strip() if dated else "",
        condition=condition["what"] if condition else "",
        confidence=max(0, min(100, sum(n for n, _ in points))),
        why="；".join(words for _, words in points),
    )


def _shorten(clause: str) -> str:
    """The clause without who says it: the table has a column for the organ."""
    bare = re.sub(
        r"^(?:我(?:局|委|单位|们|区|市|办|院|处|公司)|该局|下一步|下步|同时|并且?|目前)[，,]?",
        "",
        clause.strip(),
    )
    return bare[:_LONGEST]
