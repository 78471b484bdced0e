"""What people writes into the record: organs and successions, persons and memberships, terms and sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from renda.kernel.record import api as record
from renda.kernel.refs import Ref


def day_text(day: dt.date) -> str:
    """2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _because(reason: str) -> str:
    return f"（{reason}）" if reason else ""


@record.entry("people.organisation_created", label="登记机构")
@dataclass(frozen=True)
class OrganisationCreated(record.Entry):
    name: str
    classification: str
    founded: dt.date | None

    def sentence(self) -> str:
        since = f"，设立于{day_text(self.founded)}" if self.founded else ""
        return f"登记了机构“{self.name}”（{self.classification}）{since}"


@record.entry("people.organisation_changed", label="更正机构资料")
@dataclass(frozen=True)
class OrganisationChanged(record.Entry):
    """``changes``: label, before, after."""

    changes: list[list[str]]

    def sentence(self) -> str:
        parts = [f"{label}由“{before or '空'}”改为“{after or '空'}”" for label, before, after in self.changes]
        return "更正了资料：" + "；".join(parts)


@record.entry("people.organisation_renamed", label="机构更名")
@dataclass(frozen=True)
class OrganisationRenamed(record.Entry):
    before: str
    after: str
    day: dt.date
    reason: str

    def sentence(self) -> str:
        return f"自{day_text(self.day)}起由“{self.before}”更名为“{self.after}”{_because(self.reason)}"

    def chronicle(self) -> str | None:
        return f"“{self.before}”更名为“{self.after}”。"


@record.entry("people.organisation_dissolved", label="撤销机构")
@dataclass(frozen=True)
class OrganisationDissolved(record.Entry):
    """``how``: 合并, 分设, 更替 or 撤销; ``heir`` takes over what is open, ``parts`` are the successors."""

    how: str
    day: dt.date
    heir: str
    parts: list[str]
    reason: str

    def sentence(self) -> str:
        base = f"自{day_text(self.day)}起{self.how}"
        if len(self.parts) > 1:
            base += f"为{'、'.join(f'“{p}”' for p in self.parts)}"
        took = f"，未办结的事由“{self.heir}”承继" if self.heir else ""
        return f"{base}{took}{_because(self.reason)}"


@record.entry("people.organisation_succeeded", label="机构承继")
@dataclass(frozen=True)
class OrganisationSucceeded(record.Entry):
    predecessor: str
    how: str
    day: dt.date
    turns: int
    grants: int
    reason: str

    def sentence(self) -> str:
        return (
            f"自{day_text(self.day)}起承继“{self.predecessor}”（{self.how}）：接过待办 {self.turns} 件、"
            f"人员授权 {self.grants} 项{_because(self.reason)}"
        )

    def chronicle(self) -> str | None:
        return f"“{self.predecessor}”的职责由承继机构行使（{self.how}）。"


@record.entry("people.person_created", label="登记人员")
@dataclass(frozen=True)
class PersonCreated(record.Entry):
    name: str

    def sentence(self) -> str:
        return f"登记了人员“{self.name}”"


@record.entry("people.person_changed", label="更正人员资料")
@dataclass(frozen=True)
class PersonChanged(record.Entry):
    """Names of the fields; of personal data never the value."""

    fields: list[str]
    name_before: str = ""

    def sentence(self) -> str:
        former = f"（原登记姓名“{self.name_before}”）" if self.name_before else ""
        return f"更正了{'、'.join(self.fields)}{former}"


@record.entry("people.account_linked", label="关联账号")
@dataclass(frozen=True)
class AccountLinked(record.Entry):
    account: int | None

    def sentence(self) -> str:
        return "解除了与账号的关联" if self.account is None else "关联了登录账号"


@record.entry("people.seated", label="当选代表")
@dataclass(frozen=True)
class Seated(record.Entry):
    """A person becomes a deputy."""

    person: int
    congress: str
    term: str
    delegation: str
    district: str
    start: dt.date
    by_election: bool = False

    def sentence(self) -> str:
        where = f"，选举单位（选区）：{self.district}" if self.district else ""
        how = "补选为" if self.by_election else "为"
        team = f"，编入{self.delegation}" if self.delegation else ""
        return f"自{day_text(self.start)}起{how}{self.congress}{self.term}代表{where}{team}"

    def credits(self) -> list[record.Credit]:
        return [record.Credit(Ref("people.person", str(self.person)), "任职", self.sentence())]


@record.entry("people.appointed", label="任职")
@dataclass(frozen=True)
class Appointed(record.Entry):
    person: int
    organisation: str
    role: str
    post: str
    start: dt.date

    def sentence(self) -> str:
        return f"自{day_text(self.start)}起任{self.organisation}{self.post or self.role}"

    def credits(self) -> list[record.Credit]:
        return [record.Credit(Ref("people.person", str(self.person)), "任职", self.sentence())]


@record.entry("people.membership_ended", label="任职结束")
@dataclass(frozen=True)
class MembershipEnded(record.Entry):
    person: int
    organisation: str
    role: str
    day: dt.date
    reason: str
    note: str

    def sentence(self) -> str:
        what = "代表资格终止" if self.role == "代表" else f"不再担任{self.organisation}{self.role}"
        return f"自{day_text(self.day)}起{what}：{self.reason}{_because(self.note)}"

    def credits(self) -> list[record.Credit]:
        return [record.Credit(Ref("people.person", str(self.person)), "任职", self.sentence())]


@record.entry("people.delegation_changed", label="调整代表团")
@dataclass(frozen=True)
class DelegationChanged(record.Entry):
    before: str
    after: str
    reason: str

    def sentence(self) -> str:
        return f"由{self.before or '未编团'}调整到{self.after}{_because(self.reason)}"


@record.entry("people.congress_created", label="建立人大")
@dataclass(frozen=True)
class CongressCreated(record.Entry):
    name: str
    level: str
    division: str

    def sentence(self) -> str:
        return f"登记了{self.name}（{self.level}，{self.division}）"


@record.entry("people.term_opened", label="开始一届")
@dataclass(frozen=True)
class TermOpened(record.Entry):
    term: str
    begins: dt.date

    def sentence(self) -> str:
        return f"{self.term}自{day_text(self.begins)}开始"


@record.entry("people.term_ended", label="一届届满")
@dataclass(frozen=True)
class TermEnded(record.Entry):
    term: str
    ends: dt.date

    def sentence(self) -> str:
        return f"{self.term}于{day_text(self.ends)}届满"


@record.entry("people.session_set", label="确定会期")
@dataclass(frozen=True)
class SessionSet(record.Entry):
    session: str
    opens: dt.date
    closes: dt.date | None
    preparatory: dt.date | None

    def sentence(self) -> str:
        to = f"至{day_text(self.closes)}" if self.closes else "，闭幕日待定"
        before = f"，{day_text(self.preparatory)}举行预备会议" if self.preparatory else ""
        return f"{self.session}会期：{day_text(self.opens)}{to}{before}"


@record.entry("people.rolled_over", label="换届")
@dataclass(frozen=True)
class RolledOver(record.Entry):
    former: str
    term: str
    delegations: int
    continuing: int
    leaving: int

    def sentence(self) -> str:
        return (
            f"由{self.former}换届到{self.term}：沿用代表团 {self.delegations} 个，"
            f"连任代表 {self.continuing} 名，不再担任 {self.leaving} 名"
        )


@record.entry("people.delegation_set", label="设立代表团")
@dataclass(frozen=True)
class DelegationSet(record.Entry):
    term: str
    name: str

    def sentence(self) -> str:
        return f"{self.term}设立{self.name}"


@record.entry("people.group_changed", label="代表小组变动")
@dataclass(frozen=True)
class GroupChanged(record.Entry):
    group: str
    joined: list[str]
    left: list[str]

    def sentence(self) -> str:
        parts = []
        if self.joined:
            parts.append(f"{'、'.join(self.joined)}加入")
        if self.left:
            parts.append(f"{'、'.join(self.left)}离开")
        return f"{self.group}：{'，'.join(parts) or '设立'}"


@record.entry("people.seat_corrected", label="更正代表资料")
@dataclass(frozen=True)
class SeatCorrected(record.Entry):
    """``changes``: label, before, after."""

    changes: list[list[str]]

    def sentence(self) -> str:
        parts = [f"{label}由“{before or '空'}”改为“{after or '空'}”" for label, before, after in self.changes]
        return "更正了代表资料：" + "；".join(parts)


@record.entry("people.imported_undone", label="撤销导入")
@dataclass(frozen=True)
class ImportUndone(record.Entry):
    what: str

    def sentence(self) -> str:
        return f"随导入撤销：{self.what}"
