"""A term's workbook as offices keep it: a row each, organs separated by 、 or ；, dates of all kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from renda.assembly.people import api as people
from renda.business.motions.models import Category, Consent, Grade, HandlingRole, Kind, ReplyClass, Suggestion
from renda.business.motions.services.importing import Past, take_back, take_in
from renda.kernel.tabular import api as tabular
from renda.kernel.tabular.api import (
    Ambiguous,
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    Refused,
    Row,
    Table,
)
from renda.kernel.workflow.api import WorkflowError


def _congress(context: Context) -> people.Congress:
    found = people.congress_for(context.actor) if context.actor is not None else people.congresses().first()
    if found is None:
        raise Refused("还没有登记人大，请先登记再导入。")
    return found


def _terms(context: Context) -> list[people.Term]:
    """The terms of the congress, newest first."""
    found = list(people.terms(_congress(context)))
    if not found:
        raise Refused("还没有登记届次，请先登记再导入。")
    return found


def _term_of(day: dt.date, terms: Sequence[people.Term]) -> people.Term | None:
    """The term in which a day lies: a workbook may come from any."""
    return next((t for t in terms if t.covers(day)), None)


def within(context: Context) -> Callable[[Mapping[str, Any]], str]:
    """Numbers run by term and kind: number 12 of the last term is another suggestion."""
    terms = _terms(context)

    def place(values: Mapping[str, Any]) -> str:
        term = _term_of(values["submitted_on"], terms)
        return f"{values.get('kind') or Kind.SUGGESTION}@term:{term.pk if term else 0}"

    return place


def _seats(terms: Iterable[people.Term]) -> dict[tuple[int, int], people.Membership]:
    """(person, term) → seat, of those who left too; the last seat where a person had several."""
    return {(s.person_id, term.pk): s for term in terms for s in people.deputies(term, former=True)}


def _deputies(context: Context) -> Mapping[str, Any]:
    """Persons who are or were deputies; who shares a name is told apart by delegation, then by term."""
    by_name: dict[str, dict[int, people.Membership]] = {}
    for (person, _), seat in sorted(_seats(_terms(context)).items()):
        by_name.setdefault(seat.person.name, {}).setdefault(person, seat)
    found: dict[str, Any] = {}
    for name, seats in by_name.items():
        if len(seats) == 1:
            found[name] = next(iter(seats))
            continue
        fuller = [f"{name}（{s.delegation or '未分团'}）" for s in seats.values()]
        if len(set(fuller)) < len(fuller):
            fuller = [f"{name}（{s.term}，{s.delegation or '未分团'}）" for s in seats.values()]
        found[name] = Ambiguous(tuple(fuller))
        found.update(zip(fuller, seats, strict=True))
    return found


def _organs(context: Context) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for organ in people.list_organisations():
        found[organ.name] = organ.pk
        if organ.short_name:
            found.setdefault(organ.short_name, organ.pk)
    return found


def _categories(context: Context) -> Mapping[str, Any]:
    return {c.label: c.pk for c in Category.objects.filter(congress=_congress(context))}


def _classes(context: Context) -> Mapping[str, Any]:
    """Codes by letter and meaning alike; 甲乙丙丁 where an office writes those for A to D."""
    found: dict[str, Any] = {}
    for term in _terms(context):
        for number, row in enumerate(ReplyClass.objects.filter(term=term)):
            for text in (row.code, f"{row.code}类", row.label):
                found.setdefault(text, row.code)
            if number < len("甲乙丙丁"):
                found.setdefault("甲乙丙丁"[number], row.code)
                found.setdefault("甲乙丙丁"[number] + "类", row.code)
    return found


def _codes(terms: Sequence[people.Term]) -> dict[tuple[int, str], ReplyClass]:
    return {(row.term_id, row.code): row for row in ReplyClass.objects.filter(term__in=terms)}


RESULTS = {
    "满意": Grade.SATISFIED,
    "基本满意": Grade.BASICALLY,
    "不满意": Grade.DISSATISFIED,
    "未表态": "",
    "未反馈": "",
    "—": "",
}
CONSENTS = {
    "公开": Consent.ALL,
    "全文公开": Consent.ALL,
    "是": Consent.ALL,
    "只公开标题": Consent.TITLE,
    "仅标题": Consent.TITLE,
    "不公开": Consent.NONE,
    "否": Consent.NONE,
}
KINDS = {"建议": Kind.SUGGESTION, "代表建议": Kind.SUGGESTION, "议案": Kind.MOTION, "代表议案": Kind.MOTION}


def _serial(value: Any) -> int | None:
    digits = str(value).strip().removeprefix("议案").removeprefix("第").removesuffix("号").strip()
    return int(digits) if digits.isdecimal() and int(digits) > 0 else None


def _check_serial(value: Any) -> str | None:
    return None if _serial(value) else f"“{value}”不是编号，应为数字，例如 101。"


def check(rows: Sequence[Row], context: Context) -> Iterable[CellError]:
    """What rows say against the term and each other: days in order, one number once, a lead with helpers."""
    terms = _terms(context)
    seats, codes = _seats(terms), _codes(terms)
    old = Suggestion.objects.filter(term__in=terms, serial__isnull=False)
    taken = set(old.values_list("term_id", "kind", "serial"))
    for row in rows:
        submitted, handed, replied = (row.get(k) for k in ("submitted_on", "handed_over_on", "replied_on"))
        term = _term_of(submitted, terms)
        if term is None:
            yield CellError(
                row, "submitted_on", "提出日期不在已登记的任何一届任期之内，请核对；更早的届次请先登记。"
            )
            continue
        if (row.values["lead"], term.pk) not in seats:
            yield CellError(row, "lead", f"提出时不是{term}的代表，请核对姓名和提出日期。")
        if any((person, term.pk) not in seats for person in row.get("cosigners", [])):
            yield CellError(row, "cosigners", f"附议的有人不是{term}的代表，请核对姓名和提出日期。")
        if row.get("reply_class") and (term.pk, row.values["reply_class"]) not in codes:
            yield CellError(row, "reply_class", f"{term}没有这个答复分类，请先登记该届的分类。")
        if handed and submitted and handed < submitted:
            yield CellError(row, "handed_over_on", "交办日期早于提出日期，请核对。")
        if replied and not handed:
            yield CellError(row, "handed_over_on", "有答复日期但没有交办日期，请补上。")
        if replied and handed and replied < handed:
            yield CellError(row, "replied_on", "答复日期早于交办日期，请核对。")
        if replied and replied > context.today:
            yield CellError(row, "replied_on", "答复日期还没有到，请核对。")
        leads = row.get("lead_organ", [])
        if len(leads) > 1 and row.get("joint_organs"):
            yield CellError(
                row, "lead_organ", "有会办单位时只能有一个主办单位；几个单位各自答复的，请填分办单位。"
            )
        if row.get("joint_organs") and not leads:
            yield CellError(row, "lead_organ", "有会办单位就要有主办单位。")
        if set(leads) & set(row.get("joint_organs", [])):
            yield CellError(row, "joint_organs", "同一单位既是主办又是会办，请核对。")
        if replied and not leads and not row.get("separate_organs"):
            yield CellError(row, "lead_organ", "已答复的要写明承办单位。")
        number = (term.pk, row.get("kind", Kind.SUGGESTION), _serial(row.values["serial"]))
        if row.known is None and number in taken:
            yield CellError(row, "serial", "这个编号已有建议，请核对是不是同一件。")


def _organs_of(row: Row) -> tuple[tuple[int, HandlingRole], ...]:
    leads = list(row.get("lead_organ", []))
    separate = list(row.get("separate_organs", []))
    if len(leads) > 1:  # several “leads” without helpers are organs that each answer
        leads, separate = [], leads + separate
    return tuple(
        [(pk, HandlingRole.LEAD) for pk in leads]
        + [(pk, HandlingRole.JOINT) for pk in row.get("joint_organs", [])]
        + [(pk, HandlingRole.SEPARATE) for pk in dict.fromkeys(separate)]
    )


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """Bring new rows in; a row that is here already is changed on its page, not by a file."""
    done = Applied()
    known = [r for r in rows if r.known is not None]
    if known:
        raise Refused(
            f"第 {known[0].number} 行（{known[0].get('serial')}）以前导入过，内容有变化。"
            "已在系统里的建议请在它的页面上办理，不用表格覆盖。"
        )
    terms = _terms(context)
    seats, codes = _seats(terms), _codes(terms)
    categories = Category.objects.in_bulk({r.get("category", 0) for r in rows})
    for term in terms:
        chosen = [r for r in rows if _term_of(r.values["submitted_on"], terms) == term]
        pasts = [_past(r, term, seats, categories, codes) for r in chosen]
        try:
            made = take_in(pasts, term, actor=context.actor) if pasts else []
        except WorkflowError as error:
            raise Refused(str(error)) from error
        for row, suggestion in zip(chosen, made, strict=True):
            done.created(row, suggestion.ref)
    return done


def _past(
    row: Row,
    term: people.Term,
    seats: Mapping[tuple[int, int], people.Membership],
    categories: Mapping[int, Category],
    codes: Mapping[tuple[int, str], ReplyClass],
) -> Past:
    lead = seats[row.values["lead"], term.pk]
    serial = _serial(row.values["serial"])
    assert serial is not None  # the column's check has asked
    submitted: dt.date = row.values["submitted_on"]
    return Past(
        serial=serial,
        title=row.values["title"],
        text=row.get("text", ""),
        lead=lead,
        cosigners=tuple(pk for pk in dict.fromkeys(row.get("cosigners", [])) if pk != lead.person_id),
        submitted_on=submitted,
        category=categories.get(row.get("category", 0)),
        organs=_organs_of(row),
        handed_over_on=row.get("handed_over_on"),
        replied_on=row.get("replied_on"),
        letter=row.get("letter", ""),
        reply_class=codes.get((term.pk, row.get("reply_class", ""))),
        result=row.get("result", ""),
        consent=row.get("consent", Consent.NONE),
        kind=row.get("kind", Kind.SUGGESTION),
        origin=row.origin,
    )


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back what a file brought in, as long as nobody has acted on it."""
    wanted = [int(i.ref.id) for i in items if i.created]
    found = Suggestion.objects.select_related("case").in_bulk(wanted)
    try:
        take_back([found[pk] for pk in wanted if pk in found], actor=context.actor)
    except WorkflowError as error:
        raise Refused(str(error)) from error


SUGGESTIONS = Table(
    kind="motions.suggestions",
    label="代表建议办理登记表",
    columns=[
        Column(
            "serial",
            "编号",
            aliases=["建议编号", "件号", "序号", "案号"],
            kind="code",
            required=True,
            checks=[_check_serial],
            example="101",
        ),
        Column("kind", "种类", aliases=["性质", "类型"], kind="choice", choices=KINDS),
        Column(
            "title",
            "标题",
            aliases=["建议标题", "案由", "建议名称", "题目"],
            required=True,
            max_length=100,
            width=40,
        ),
        Column("text", "内容", aliases=["建议内容", "具体建议", "主要内容"], width=60),
        Column(
            "lead",
            "领衔代表",
            aliases=["提出人", "领衔人", "建议人", "代表姓名"],
            kind="lookup",
            required=True,
            lookup=_deputies,
            noun="代表",
        ),
        Column(
            "cosigners",
            "附议代表",
            aliases=["附议人", "联名代表", "联名人"],
            kind="lookup",
            many=True,
            lookup=_deputies,
            noun="代表",
        ),
        Column(
            "submitted_on",
            "提出日期",
            aliases=["提出时间", "提交日期", "收到日期", "登记日期"],
            kind="date",
            required=True,
        ),
        Column(
            "category",
            "类别",
            aliases=["分类", "建议类别", "内容分类"],
            kind="lookup",
            lookup=_categories,
            noun="类别",
        ),
        Column(
            "lead_organ",
            "主办单位",
            aliases=["承办单位", "主办", "承办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column(
            "joint_organs",
            "会办单位",
            aliases=["协办单位", "会办", "协办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column(
            "separate_organs",
            "分办单位",
            aliases=["分办"],
            kind="organ",
            many=True,
            lookup=_organs,
            noun="单位",
        ),
        Column("handed_over_on", "交办日期", aliases=["交办时间", "转办日期"], kind="date"),
        Column("replied_on", "答复日期", aliases=["答复时间", "办结日期", "办复日期"], kind="date"),
        Column("letter", "答复文号", aliases=["文号", "复文号"], max_length=60),
        Column(
            "reply_class",
            "答复分类",
            aliases=["办理结果", "答复类别", "结果分类"],
            kind="lookup",
            lookup=_classes,
            noun="答复分类",
        ),
        Column(
            "result", "代表评价", aliases=["满意度", "代表意见", "测评结果"], kind="choice", choices=RESULTS
        ),
        Column("consent", "是否公开", aliases=["公开", "公开意愿"], kind="choice", choices=CONSENTS),
    ],
    key=("serial",),
    within=within,
    apply=apply,
    undo=undo,
    check=check,
    policy="motions.import",
    help="一行一件。编号、日期按表中原样登记；空着的评价记为未表态，不会替代表填“满意”。",
    chunk=2000,
    after_url="motions:list",
)


def register() -> None:
    """Make the table importable; called in ``AppConfig.ready``."""
    tabular.register(SUGGESTIONS)
