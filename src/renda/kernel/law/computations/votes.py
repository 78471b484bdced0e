"""Named computations of votes."""

from __future__ import annotations

from renda.kernel.law.computations.sheet import Fields, Inputs, Key, Sheet, ballot, computation
from renda.kernel.law.derive import InputError, needs_number, shares, upper_number
from renda.kernel.law.rules import elections, majorities
from renda.kernel.law.rules import seats as seating

# Quorum and majority of each body; the presidium of a city or county has a majority and no quorum.
BODIES = {
    "standing_committee": ("MTG-015", "VOT-002"),
    "congress": ("MTG-006", "VOT-001"),
    "presidium": ("MTG-037", "SUP-084"),
}
PRESIDIUM_ABOVE_TOWNSHIP = "MTG-027"


def _at_most(inputs: Inputs, key: str, other: str, message: str) -> None:
    if inputs[key] > inputs[other]:
        raise InputError(key, message)


@computation(
    "verdict",
    "表决结果",
    Key("kind", "text", "会议", choices=tuple(BODIES)),
    Key("members", "whole", "全体组成人员（代表）数，按在任计算"),
    Key("present", "whole", "出席人数"),
    Key("for", "whole", "赞成"),
    Key("against", "whole", "反对", default=0),
    Key("abstain", "whole", "弃权", default=0),
    Key("level", "text", "级别，主席团须写明", choices=("city", "county", "township"), optional=True),
    fields={
        "quorum": "达到法定人数",
        "quorum_needed": "至少出席",
        "needed": "至少赞成",
        "carried": "通过",
        "missing": "差票",
    },
)
def verdict(sheet: Sheet, inputs: Inputs) -> Fields:
    """Whether a body could decide and did: both shares are of all its members, never of those present."""
    members, present, votes_for = inputs["members"], inputs["present"], inputs["for"]
    _at_most(inputs, "present", "members", f"出席{present}人多于全体{members}人，请检查")
    _at_most(inputs, "for", "present", f"赞成{votes_for}票多于出席{present}人，请检查")
    for key in ("against", "abstain"):
        cast = votes_for + inputs["against"] + (inputs["abstain"] if key == "abstain" else 0)
        if cast > present:
            raise InputError(key, f"赞成、反对、弃权合计{cast}票，多于出席{present}人，请检查")
    quorum_id, majority_id = BODIES[inputs["kind"]]
    level = inputs.get("level", "township" if inputs["kind"] == "presidium" else "city")
    if inputs["kind"] == "standing_committee" and level == "township":
        raise InputError("level", "乡镇不设常务委员会")
    if inputs["kind"] == "presidium" and level != "township":
        quorum_id = majority_id = PRESIDIUM_ABOVE_TOWNSHIP
        sheet.note("县级以上主席团没有出席人数的规定，以能够通过决定的人数为准；按省议事规则参照")
    quorum, majority = sheet.bound(quorum_id), sheet.bound(majority_id)
    found = majorities.verdict(quorum, majority, members=members, present=present, votes_for=votes_for)
    sheet.say(
        f"出席：{quorum.words(members, '全体')}，实到{present} → {'达到' if found.quorum else '没有达到'}"
    )
    passed = "通过" if found.carried else "没有通过"
    sheet.say(f"通过：{majority.words(members, '全体')}，赞成{votes_for} → {passed}")
    if found.missing == 0 and not found.quorum:
        sheet.note("赞成票已够，但没有达到法定人数，会议不能表决")
    return {
        "quorum": found.quorum,
        "quorum_needed": found.quorum_needed,
        "needed": found.needed,
        "carried": found.carried,
        "missing": found.missing,
    }


def _range(sheet: Sheet, left: int) -> seating.Contest:
    """How many candidates a further vote for ``left`` seats has (选举法 45 with 31)."""
    if left == 1:
        two = int(needs_number(sheet.rule("ELE-057")))
        return seating.Contest(two, two, f"只选一人，候选人{two}人")
    rule = sheet.rule("ELE-038")
    return seating.contest(left, needs_number(rule), upper_number(rule), shares=shares(rule))


@computation(
    "direct_election",
    "直接选举计票",
    Key("voters", "whole", "选区全体选民"),
    Key("took_part", "whole", "参加投票的选民，含委托"),
    Key("issued", "whole", "发出选票"),
    Key("returned", "whole", "收回选票"),
    Key("valid", "whole", "有效票"),
    Key("seats", "whole", "应选名额"),
    fields={
        "valid": "选举有效",
        "why_invalid": "无效的原因",
        "threshold": "当选至少得票",
        "elected": "当选",
        "tie": "票数相等不能确定",
        "run_off": "再次投票或者另行选举",
    },
    votes=True,
)
def direct_election(sheet: Sheet, inputs: Inputs) -> Fields:
    """The count of a direct election: valid, who is elected, and what has to be voted on again."""
    votes, seats = ballot(inputs), inputs["seats"]
    if seats == 0:
        raise InputError("seats", "应选名额至少为1")
    _at_most(inputs, "took_part", "voters", "参加投票的选民多于选区全体选民，请检查")
    _at_most(inputs, "valid", "returned", "有效票多于收回的选票，请检查")
    _check_votes(votes, inputs["valid"], "有效票")
    marks = inputs["valid"] * sheet.bound("VOT-017").limit(seats)
    if sum(votes.values()) > marks:
        raise InputError("valid", f"得票合计{sum(votes.values())}，多于有效票最多可选的{marks}人次，请检查")
    majority = sheet.bound("ELE-054")
    turnout = sheet.bound("ELE-053")
    found = elections.direct(
        turnout=turnout,
        majority=majority,
        overcount=sheet.bound("VOT-016"),
        voters=inputs["voters"],
        took_part=inputs["took_part"],
        returned=inputs["returned"],
        seats=seats,
        votes=votes,
    )
    sheet.say(f"有效：{turnout.words(inputs['voters'], '选区全体选民')}人参加投票，实到{inputs['took_part']}")
    sheet.say(f"收回选票{inputs['returned']}，投票人数{inputs['took_part']}")
    sheet.say(f"当选：{majority.words(inputs['took_part'], '参加投票的选民')}票")
    if inputs["returned"] > inputs["issued"]:
        sheet.note("收回的选票多于发出的选票，请监票人、计票人核对")
    if inputs["took_part"] > inputs["issued"]:
        sheet.note("参加投票的选民多于发出的选票，请监票人、计票人核对")
    run_off = found.run_off
    left = seats - len(found.elected)
    if found.valid and run_off is None and left:
        range_ = _range(sheet, left)
        run_off = elections.run_off_candidates(votes, found.elected, left, range_)
        sheet.say(f"不足{left}名另行选举：{range_.words}，按第一次投票得票多少确定")
    elif found.tie:
        sheet.say(f"{'、'.join(found.tie)}票数相等，就票数相等的人再次投票，得票多的当选")
    return {
        "valid": found.valid,
        "why_invalid": found.why_invalid,
        "threshold": found.threshold,
        "elected": list(found.elected),
        "tie": list(found.tie),
        "run_off": _run_off(sheet, run_off),
    }


def _run_off(sheet: Sheet, found: elections.RunOff | None) -> Fields | None:
    if found is None:
        return None
    sheet.note(found.warning)
    return {"seats": found.seats, "candidates": list(found.candidates)}


def _check_votes(votes: dict[str, int], most: int, what: str) -> None:
    for name, count in votes.items():
        if count > most:
            raise InputError(f"c.{name}", f"得票{count}多于{what}{most}张，请检查")


@computation(
    "direct_run_off",
    "另行选举计票",
    Key("returned", "whole", "另行选举收回的选票"),
    Key("seats", "whole", "应选名额"),
    fields={"elected": "当选", "threshold": "当选至少得票", "tie": "票数相等不能确定"},
    votes=True,
)
def direct_run_off(sheet: Sheet, inputs: Inputs) -> Fields:
    """A further vote: most votes, and not fewer than one third of that round's ballots."""
    votes = ballot(inputs)
    if inputs["seats"] == 0:
        raise InputError("seats", "应选名额至少为1")
    _check_votes(votes, inputs["returned"], "收回的选票")
    against = sheet.bound("ELE-058")
    found = elections.second_round(against, returned=inputs["returned"], seats=inputs["seats"], votes=votes)
    sheet.say(f"当选：{against.words(inputs['returned'], '另行选举的选票')}票，以得票多的当选")
    if found.tie:
        sheet.note(f"{'、'.join(found.tie)}票数相等，就票数相等的人再次投票")
    return {"elected": list(found.elected), "threshold": found.threshold, "tie": list(found.tie)}


@computation(
    "recall",
    "罢免县乡代表的表决",
    Key("voters", "whole", "原选区全体选民"),
    Key("for", "whole", "赞成罢免"),
    fields={"carried": "通过", "needed": "至少赞成"},
)
def recall(sheet: Sheet, inputs: Inputs) -> Fields:
    """A recall rests on all voters of the district, not on those who took part."""
    voters, votes_for = inputs["voters"], inputs["for"]
    _at_most(inputs, "for", "voters", f"赞成{votes_for}票多于原选区全体选民{voters}人，请检查")
    against = sheet.bound("ELE-069")
    carried = against.holds(votes_for, voters)
    sheet.say(
        f"{against.words(voters, '原选区全体选民')}票，赞成{votes_for} → {'通过' if carried else '没有通过'}"
    )
    return {"carried": carried, "needed": against.limit(voters)}
