"""Named computations of days."""

from __future__ import annotations

import datetime as dt

from renda.kernel.law.computations.sheet import Fields, Inputs, Key, Sheet, computation
from renda.kernel.law.derive import InputError
from renda.kernel.law.table import UnknownRule

DIRECT_LEVELS = ("county", "township")


def _period(sheet: Sheet, inputs: Inputs, direction: str) -> str:
    """The rule's id, if it is a period of that direction."""
    rule_id = str(inputs["rule"])
    try:
        rule = sheet.rule(rule_id)
    except UnknownRule as error:
        raise InputError("rule", str(error)) from None
    if rule.direction != direction or not (rule.strict or (rule.n is not None and rule.calendar)):
        said = "自某日起算的期限" if direction == "forward" else "在某日以前的期限"
        raise InputError("rule", f"{rule_id}（{rule.label}）不是{said}")
    return rule_id


@computation(
    "due",
    "期限届满日",
    Key("rule", "text", "规则编号"),
    Key("from", "day", "起算的日子，当日不计入"),
    Key("extended", "yes", "是否延长", optional=True),
    Key("excluded", "whole", "不计入期间的天数，如听证", optional=True),
    Key("roll", "text", "末日遇休息日是否顺延", choices=("next", "no"), optional=True),
    fields={"due": "届满日", "roll": "末日遇休息日", "provisional": "暂定"},
    anchor="from",
)
def due(sheet: Sheet, inputs: Inputs) -> Fields:
    """The last day of a forward period."""
    rule_id = _period(sheet, inputs, "forward")
    given = {key: inputs[key] for key in ("extended", "excluded", "roll") if key in inputs}
    found = sheet.derive(rule_id, start=inputs["from"], **given)
    return {"due": found.day, "roll": found.roll, "provisional": found.provisional}


@computation(
    "before",
    "在某日以前的期限",
    Key("rule", "text", "规则编号"),
    Key("event", "day", "会议或者选举等的日子，当日不计入"),
    fields={"due": "最迟日"},
    anchor="event",
)
def before(sheet: Sheet, inputs: Inputs) -> Fields:
    """The last day before an event on which something may still be done; never moved later."""
    return {"due": sheet.derive(_period(sheet, inputs, "backward"), event=inputs["event"]).day}


@computation(
    "election_calendar",
    "县乡直接选举日程",
    Key("election_day", "day", "选举日"),
    Key("level", "text", "县级或者乡级", choices=DIRECT_LEVELS, default="county"),
    fields={
        "roll_published": "公布选民名单最迟",
        "objections_until": "对名单的申诉截至",
        "first_list": "公布初步候选人名单最迟",
        "final_list": "公布正式候选人名单最迟",
        "suit": "向人民法院起诉最迟",
        "first_session_by": "第一次会议最迟",
    },
    anchor="election_day",
)
def election_calendar(sheet: Sheet, inputs: Inputs) -> Fields:
    """The days around a direct election (选举法 28, 29, 32; 地方组织法 20). Nothing is moved past rest days.

    The first session's two months run from the completion of the deputies' election; the election day is
    taken as that day, the earliest possible one.
    """
    event = inputs["election_day"]
    published = sheet.derive("ELE-029", event=event).day
    sheet.note("第一次会议的两个月自代表选举完成起算，这里按选举日计算；另行选举的，自完成之日重算")
    return {
        "roll_published": published,
        "objections_until": sheet.derive("ELE-030", start=published).day,
        "first_list": sheet.derive("ELE-040", event=event).day,
        "final_list": sheet.derive("ELE-041", event=event).day,
        "suit": sheet.derive("ELE-032", event=event).day,
        "first_session_by": sheet.derive("MTG-010", start=event).day,
    }


@computation(
    "sitting_calendar",
    "会议材料日程",
    Key("first_day", "day", "会议第一天"),
    Key("last_day", "day", "会议最后一天"),
    Key("body", "text", "会议", choices=("standing_committee", "congress")),
    fields={
        "report_to_committee": "报告（初步方案）送专门委员会或者工作机构最迟",
        "report_to_standing_committee": "报告（县级为预算初步方案）送常委会最迟",
        "to_members": "材料发给组成人员（代表）最迟",
        "notice": "会议通知最迟",
        "handover_by": "审议意见交办最迟",
    },
    anchor="first_day",
)
def sitting_calendar(sheet: Sheet, inputs: Inputs) -> Fields:
    """The days around a standing committee sitting or a congress session."""
    first, last = inputs["first_day"], inputs["last_day"]
    if last < first:
        raise InputError("last_day", "会议最后一天不能早于第一天")
    if inputs["body"] == "standing_committee":
        sheet.note("会议通知按省条例参照；本级议事规则另有规定的，在本级规定里设定")
        days = ("SUP-008", "SUP-009", "SUP-010", "MTG-022")
        handover: dt.date | None = sheet.derive("SUP-018", start=last).day
    else:
        sheet.note("会议通知、草案发代表的日期按省规则和立法法参照；法律没有规定代表大会闭会后交办的天数")
        days, handover = ("BUD-002", "BUD-003", "LEG-047", "MTG-024"), None
    committee, standing, members, notice = (sheet.derive(rule, event=first).day for rule in days)
    return {
        "report_to_committee": committee,
        "report_to_standing_committee": standing,
        "to_members": members,
        "notice": notice,
        "handover_by": handover,
    }


@computation(
    "suggestion_clock",
    "代表建议答复期限",
    Key("handed_over", "day", "交办之日"),
    Key("received", "day", "承办单位收到之日"),
    Key("hard", "yes", "涉及面广、处理难度大", default=False),
    fields={"due": "答复期限", "why": "说明"},
    anchor="handed_over",
)
def suggestion_clock(sheet: Sheet, inputs: Inputs) -> Fields:
    """The earlier of two readings: the law counts from hand-over, the provincial measures from receipt."""
    hard = {"extended": True} if inputs["hard"] else {}
    by_law = sheet.derive("MOT-021", start=inputs["handed_over"], **hard)
    by_province = sheet.derive("MOT-037", start=inputs["received"], **hard)
    due_day = min(by_law.day, by_province.day)
    said = f"{by_law.short}自交办之日计算为{by_law.day.isoformat()}，{by_province.short}自收到计算为"
    said += f"{by_province.day.isoformat()}"
    same = by_law.day == by_province.day
    why = f"{said}；{'两者一致' if same else f'上位法优先，取较早的{due_day.isoformat()}'}"
    if hard:
        why += "；六个月是总期限，不在三个月之外另加"
    return {"due": due_day, "why": why}


@computation(
    "audit_rectification",
    "审计查出问题整改报告期限",
    Key("heard", "day", "听取审计工作报告之日"),
    fields={"due": "报告期限"},
    anchor="heard",
)
def audit_rectification(sheet: Sheet, inputs: Inputs) -> Fields:
    """Six months after the audit report was heard, and by the end of the year where that is earlier."""
    heard = inputs["heard"]
    by_law = sheet.derive("BUD-049", start=heard).day
    by_province = sheet.derive("BUD-050", year=heard.year).day
    sheet.say(f"两者取较早的一日 → {min(by_law, by_province).isoformat()}")
    return {"due": min(by_law, by_province)}


@computation(
    "petition_clock",
    "信访办理期限",
    Key("received", "day", "收到之日"),
    Key("accepted", "day", "受理之日"),
    Key("extended", "yes", "是否经批准延长", default=False),
    fields={"notice_by": "书面告知最迟", "result_by": "办结最迟"},
    anchor="received",
)
def petition_clock(sheet: Sheet, inputs: Inputs) -> Fields:
    """Notice within fifteen days of receipt, result within sixty of acceptance, once extended by thirty."""
    if inputs["accepted"] < inputs["received"]:
        raise InputError("accepted", "受理之日不能早于收到之日")
    return {
        "notice_by": sheet.derive("PET-006", start=inputs["received"]).day,
        "result_by": sheet.derive("PET-012", start=inputs["accepted"], extended=inputs["extended"]).day,
    }
