"""What differs between the sittings of a congress: declared here and nowhere else.

Numbers of the law stand in the rules; a profile names the rules.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DueDay:
    """Something that has to be done around a sitting.

    Args:
        rule: id of the rule that gives the day.
        anchor: ``first`` day of the sitting (counted back) or its ``last`` (counted forward).
    """

    key: str
    label: str
    rule: str
    anchor: str = "first"


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of sitting.

    Args:
        classification: of the organ that sits (``people`` room).
        roles: who of its members is entitled, by role; empty: all deputies of the term.
        body: the body of a vote in it; empty where it decides nothing by vote here.
        formal: the body's name after 安澜市第十四届; empty where the organ's own name serves.
        numbered: how its number is said, with ``{}`` for the Chinese number.
        agenda_by: who decides the agenda.
        attending: who usually sits in (列席).
        days: what is due before and after.
        speech: ids of the rules for the minutes of a first and a second speech on one item; empty where no
            rule sets them.
        speech_capped: whether the rule allows no more speeches than it gives minutes for.
    """

    key: str
    label: str
    classification: str
    roles: tuple[str, ...]
    body: str
    numbered: str
    agenda_by: str
    attending: str
    days: tuple[DueDay, ...] = ()
    formal: str = ""
    speech: tuple[str, ...] = ()
    speech_capped: bool = False


SEATED = ("chair", "vice_chair", "secretary_general", "member")
PROFILES = (
    Profile(
        key="standing_committee",
        formal="人民代表大会常务委员会",
        label="常委会会议",
        classification="standing_committee",
        roles=SEATED,
        body="standing_committee",
        numbered="第{}次会议",
        agenda_by="主任会议",
        attending="本级人民政府、监察委员会、人民法院、人民检察院负责人",
        days=(
            DueDay("to_committee", "专项工作报告送专门委员会或者工作机构征求意见", "SUP-008"),
            DueDay("to_standing_committee", "修改后的报告送常委会", "SUP-009"),
            DueDay("to_members", "报告发给常委会组成人员", "SUP-010"),
            DueDay("notice", "会议通知", "MTG-022"),
            DueDay("handover", "审议意见交办", "SUP-018", "last"),
        ),
        speech=("MTG-023", "MTG-059"),
    ),
    Profile(
        key="congress",
        formal="人民代表大会",
        label="人民代表大会会议",
        classification="congress",
        roles=(),
        body="congress",
        numbered="第{}次会议",
        agenda_by="常委会",
        attending="本级人民政府组成人员，监察委员会、人民法院、人民检察院负责人，常委会决定的其他人员",
        days=(
            DueDay("to_committee", "预算草案初步方案送专门委员会或者工作机构", "BUD-002"),
            DueDay("notice", "会议通知", "MTG-024"),
        ),
        speech=("MTG-025", "MTG-060"),
        speech_capped=True,
    ),
    Profile(
        key="chairpersons",
        formal="人民代表大会常务委员会",
        label="主任会议",
        classification="standing_committee",
        roles=("chair", "vice_chair", "secretary_general"),
        body="",
        numbered="第{}次主任会议",
        agenda_by="主任",
        attending="有关专门委员会、工作机构负责人",
    ),
    Profile(
        key="presidium",
        label="主席团会议",
        classification="presidium",
        roles=SEATED,
        body="presidium",
        numbered="第{}次会议",
        agenda_by="主席团常务主席",
        attending="大会秘书处负责人",
        speech=("MTG-026", "MTG-061"),
        speech_capped=True,
    ),
    Profile(
        key="special_committee",
        label="专门委员会会议",
        classification="special_committee",
        roles=SEATED,
        body="",
        numbered="第{}次会议",
        agenda_by="主任委员",
        attending="有关部门负责人、代表",
    ),
    Profile(
        key="party_group",
        label="党组会议",
        classification="party_organ",
        roles=SEATED,
        body="",
        numbered="第{}次会议",
        agenda_by="党组书记",
        attending="有关机构负责人",
    ),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """By which rule an organ reports how it dealt with a deliberation item."""

    key: str
    label: str
    rule: str


ANSWERS = (
    Answer("special", "专项工作报告的审议意见", "SUP-015"),
    Answer("plan", "计划执行情况的审议意见", "SUP-019"),
    Answer("budget", "预算执行、审计的审议意见", "SUP-021"),
)


def profile(key: str) -> Profile:
    """The profile with this key.

    Raises:
        KeyError: there is none.
    """
    for one in PROFILES:
        if one.key == key:
            return one
    raise KeyError(key)
