"""Named computations of seats, candidates and joint signers."""

from __future__ import annotations

from fractions import Fraction

from renda.kernel.law import queries
from renda.kernel.law.computations.sheet import Fields, Inputs, Key, Sheet, computation
from renda.kernel.law.derive import InputError, needs_number, shares, upper_number
from renda.kernel.law.rules import seats as seating

SEATS = {"city": "ELE-012", "county": "ELE-013", "township": "ELE-014"}
CONTESTS = {
    "direct": "ELE-038",
    "indirect": "ELE-039",
    "standing_committee": "ELE-096",
    "deputy_chief": "ELE-095",
}
LEVELS = ("province", "city", "county", "township")
# The largest standing committee of each level: a body up to this size is one, a larger one is a congress.
LARGEST_COMMITTEE = {"province": "MTG-067", "city": "MTG-063", "county": "MTG-065"}
# By kind and body, the rules of which one binds the level.
SIGNERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("motion", "congress"): ("MOT-001", "MOT-002"),
    ("motion", "standing_committee"): ("MOT-012", "MOT-013"),
    ("interpellation", "congress"): ("SUP-041",),
    ("interpellation", "standing_committee"): ("SUP-036", "SUP-037"),
    ("special_inquiry", "congress"): ("SUP-045",),
    ("special_inquiry", "standing_committee"): ("SUP-044",),
    ("removal", "congress"): ("SUP-051", "SUP-052"),
    ("removal", "standing_committee"): ("SUP-049",),
    ("nomination", "congress"): ("ELE-089", "ELE-090", "ELE-091", "ELE-092"),
}
BODIES = {"congress": "人民代表大会", "standing_committee": "常务委员会"}
ONLY = {
    "motion": "congress",
    "nomination": "congress",
    "motion_to_standing_committee": "standing_committee",
}
KINDS = {
    "motion": "议案",
    "motion_to_standing_committee": "向常委会提出议案",
    "interpellation": "质询案",
    "special_inquiry": "组织特定问题调查委员会",
    "removal": "罢免案、撤职案",
    "nomination": "联合提名候选人",
}


@computation(
    "seats",
    "代表名额",
    Key("level", "text", "级别", choices=tuple(SEATS)),
    Key("population", "whole", "人口数"),
    Key("increase", "percent", "经省级人大常委会决定另加的百分数", optional=True),
    fields={"seats": "代表名额"},
)
def seats(sheet: Sheet, inputs: Inputs) -> Fields:
    """How many deputies a congress has by its population (选举法 12)."""
    level, increase = inputs["level"], inputs.get("increase", Fraction(0))
    rule = sheet.rule(SEATS[level])
    if increase:
        more = sheet.rule("ELE-015")
        if level not in more.levels:
            raise InputError("increase", f"{more.citation}只对县、自治县、乡、民族乡另加名额，设区的市不加")
        if increase > needs_number(more):
            raise InputError("increase", f"{more.citation}规定另加不超过{needs_number(more)}％")
    found = seating.seats(rule.formula, needs_number(rule), inputs["population"], increase)
    sheet.say(found.words)
    for warning in found.warnings:
        sheet.note(warning)
    return {"seats": found.seats}


@computation(
    "contest",
    "差额选举的候选人数",
    Key("kind", "text", "选举种类", choices=tuple(CONTESTS)),
    Key("seats", "whole", "应选名额"),
    fields={"min": "候选人最少", "max": "候选人最多", "warning": "提醒"},
)
def contest(sheet: Sheet, inputs: Inputs) -> Fields:
    """How many candidates an election needs and may have (选举法 31, 地方组织法 27)."""
    kind, count = inputs["kind"], inputs["seats"]
    if count == 0:
        raise InputError("seats", "应选名额至少为1")
    rule = sheet.rule(CONTESTS[kind])
    found = seating.contest(count, needs_number(rule), upper_number(rule), shares=shares(rule))
    sheet.say(found.words)
    warning = found.warning
    if kind == "direct":
        district = sheet.rule("ELE-025")
        if count > upper_number(district):
            most = upper_number(district)
            warning = (
                f"{district.citation}规定每个选区应选代表{needs_number(district)}名至{most}名，请检查应选名额"
            )
    sheet.note(warning)
    return {"min": found.min, "max": found.max, **({"warning": warning} if warning else {})}


def _body(sheet: Sheet, inputs: Inputs) -> str:
    """Which body the members are: as said, or by what the kind and the number allow."""
    kind, level = inputs["kind"], inputs["level"]
    said = inputs.get("body")
    if said and ONLY.get(kind, said) != said:
        raise InputError("body", f"{KINDS[kind]}不在{BODIES[said]}会议上提出")
    if said or kind in ONLY:
        return str(said or ONLY[kind])
    if level == "township":
        return "congress"
    largest = needs_number(sheet.rule(LARGEST_COMMITTEE[level]))
    small = inputs["members"] <= largest
    sheet.say(
        f"{inputs['members']}人{'不超过' if small else '超过'}常委会组成人员名额的上限{largest}人，"
        f"按{BODIES['standing_committee' if small else 'congress']}计算（可用 body 指定）"
    )
    return "standing_committee" if small else "congress"


@computation(
    "joint_proposal",
    "联名人数",
    Key("level", "text", "级别", choices=LEVELS),
    Key("kind", "text", "联名事项", choices=tuple(KINDS)),
    Key("members", "whole", "代表或者常委会组成人员总数"),
    Key("body", "text", "在哪个会议上提出", choices=tuple(BODIES), optional=True),
    fields={"needed": "至少联名", "body": "会议"},
)
def joint_proposal(sheet: Sheet, inputs: Inputs) -> Fields:
    """How many must sign together: each level and body has its own number, none is one constant."""
    level, kind, members = inputs["level"], inputs["kind"], inputs["members"]
    body = _body(sheet, inputs)
    if body == "standing_committee" and level == "township":
        raise InputError("level", "乡镇不设常务委员会")
    candidates = SIGNERS[kind.removesuffix("_to_standing_committee"), body]
    rule_id = next((one for one in candidates if level in _levels(sheet, one)), None)
    if rule_id is None:
        raise InputError("level", f"法律没有规定这一级在{BODIES[body]}提出{KINDS[kind]}的联名人数")
    rule, against = sheet.rule(rule_id), sheet.bound(rule_id)
    share = needs_number(rule).denominator != 1
    needed = against.limit(members if share else 1)
    if share:
        sheet.say(against.words(members, rule.base))
    else:
        sheet.say(f"{rule.label}：{needed}人以上联名")
    if needed > members:
        sheet.note(f"总数{members}少于需要的联名人数{needed}，请检查")
    return {"needed": needed, "body": body}


def _levels(sheet: Sheet, rule_id: str) -> frozenset[str]:
    """Levels a rule binds, without putting the rule into the answer."""
    return queries.rule(rule_id, sheet.on, sheet.congress).levels
