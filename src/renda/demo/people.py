"""The city: divisions, congress, delegations, organs, deputies, accounts. All invented; code 9999xx."""

from __future__ import annotations

import datetime as dt
import random
import secrets
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from renda.assembly.people import api as people
from renda.kernel.identity import api as identity

DATA = Path(__file__).parent / "data"
PLACES = ("临河区", "安平区", "北关区", "东塬区", "云山县", "清川县", "桐河县", "白石县", "永丰县")
ORGANS = (
    ("安澜市城市管理局", "市城管局", "department", "安城管函"),
    ("安澜市住房和城乡建设局", "市住建局", "department", "安建函"),
    ("安澜市交通运输局", "市交通局", "department", "安交函"),
    ("安澜市公安局", "市公安局", "department", "安公函"),
    ("安澜市财政局", "市财政局", "department", "安财函"),
    ("安澜市教育局", "市教育局", "department", "安教函"),
    ("安澜市卫生健康委员会", "市卫健委", "department", "安卫函"),
    ("安澜市医疗保障局", "市医保局", "department", "安医保函"),
    ("安澜市民政局", "市民政局", "department", "安民函"),
    ("安澜市人力资源和社会保障局", "市人社局", "department", "安人社函"),
    ("安澜市生态环境局", "市生态环境局", "department", "安环函"),
    ("安澜市水利局", "市水利局", "department", "安水函"),
    ("安澜市农业农村局", "市农业农村局", "department", "安农函"),
    ("安澜市自然资源和规划局", "市资源规划局", "department", "安资规函"),
    ("安澜市市场监督管理局", "市市场监管局", "department", "安市监函"),
    ("安澜市文化广电和旅游局", "市文旅局", "department", "安文旅函"),
    ("安澜市应急管理局", "市应急局", "department", "安应急函"),
    ("安澜市机关事务中心", "市机关事务中心", "public_institution", "安机函"),
    ("安澜市大数据局", "市大数据局", "department", "安数函"),
    ("安澜市行政审批局", "市审批局", "department", "安审函"),
    ("安澜市中级人民法院", "市中级法院", "court", "安中法函"),
    ("安澜市人民检察院", "市检察院", "procuratorate", "安检函"),
    ("安澜市监察委员会", "市监委", "supervisory_commission", "安监函"),
)


SECRETARIES = ("魏春燕", "曹晓峰", "薛玉珍", "潘向阳", "董素云", "吕青山", "任月娥", "姜海涛", "蔡静怡")


@dataclass
class Login:
    """A demo account as it is printed."""

    role: str
    name: str
    username: str
    password: str


@dataclass
class City:
    """Everything the storylines need, by name."""

    begins: dt.date
    password: str
    congress: people.Congress
    term: people.Term
    session: people.CongressSession
    organs: dict[str, people.Organisation]
    committees: dict[str, people.Organisation]
    delegations: dict[str, people.Delegation]
    seats: list[people.Membership]
    accounts: dict[str, identity.Account] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)

    def account(
        self, username: str, name: str, *grants: tuple[str, str], role: str = "", phone: str = ""
    ) -> identity.Account:
        """Make an account with its grants; those with a role's name are printed at the end."""
        made = identity.create_account(username, name, self.password, actor=None, phone=phone or None)
        for key, scope in grants:
            identity.grant(made, key, scope, actor=None, since=self.begins, reason="示范")
        self.accounts[username] = made
        if role:
            self.logins.append(Login(role, name, username, self.password))
        return made

    def of_organ(self, organ: people.Organisation, head: bool = False) -> identity.Account:
        return self.accounts[f"{'head' if head else 'organ'}{organ.pk}"]

    def deputy(self, seat: people.Membership) -> identity.Account:
        return self.accounts[f"deputy{seat.person_id}"]


def words() -> str:
    """A password that can be read over the telephone; made anew for each installation."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(3))


def build(year: int, chance: random.Random, deputies: int) -> City:
    """Make the city as it stood on the first day of its term.

    Args:
        year: the year whose session in January the demo is about.
        chance: seeded, so that two demo cities are alike.
        deputies: how many deputies to seat.
    """
    begins = dt.date(year - 4, 1, 18)
    province = people.create_division("990000", "东原省")
    division = people.create_division("999900", "安澜市", parent=province)
    congress, term = _congress(division, begins)
    session = people.set_session(
        term,
        5,
        dt.date(year, 1, 20),
        closes=dt.date(year, 1, 23),
        preparatory=dt.date(year, 1, 19),
        actor=None,
    )
    for number in range(1, 5):
        people.set_session(
            term,
            number,
            dt.date(year - 5 + number, 1, 19),
            closes=dt.date(year - 5 + number, 1, 22),
            actor=None,
        )
    organs = {
        name: people.create_organisation(
            name,
            kind,
            actor=None,
            short_name=short,
            division=division,
            handles=True,
            founded=dt.date(1990, 1, 1),
        )
        for name, short, kind, _ in ORGANS
    }
    committees = {
        name: people.create_organisation(
            f"安澜市人大{name}", "special_committee", actor=None, division=division
        )
        for name in ("城乡建设环境保护委员会", "教育科学文化卫生委员会", "财政经济委员会")
    }
    delegations = {
        place: people.create_delegation(term, f"{place}代表团", actor=None, order=n)
        for n, place in enumerate(PLACES, start=1)
    }
    city = City(begins, words(), congress, term, session, organs, committees, delegations, [])
    _seat(city, chance, deputies)
    _groups(city)
    _staff(city)
    _counties(province, division, begins)
    return city


def _congress(division: people.Division, begins: dt.date) -> tuple[people.Congress, people.Term]:
    organ = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, organ, actor=None)
    return congress, people.open_term(congress, 14, begins, actor=None)


def _counties(province: people.Division, division: people.Division, begins: dt.date) -> None:
    """One county and one township congress, so that three levels stand in one installation."""
    county = people.create_division("999921", "云山县", parent=division)
    organ = people.create_organisation("云山县人民代表大会", "congress", actor=None, division=county)
    congress = people.create_congress("云山县人民代表大会", "county", county, organ, actor=None)
    people.open_term(congress, 16, begins, actor=None)
    town = people.create_division("999921100", "松坪镇", parent=county)
    organ = people.create_organisation("松坪镇人民代表大会", "congress", actor=None, division=town)
    congress = people.create_congress("松坪镇人民代表大会", "township", town, organ, actor=None)
    people.open_term(congress, 12, begins, actor=None)


def _seat(city: City, chance: random.Random, count: int) -> None:
    names = yaml.safe_load((DATA / "names.yaml").read_text("utf-8"))
    used: set[str] = set()
    places = list(city.delegations)
    for number in range(count):
        name = ""
        while not name or name in used:
            name = chance.choice(names["surnames"]) + chance.choice(names["given"])
        used.add(name)
        # 1600000 is not given out to persons, so that no number here can be somebody's.
        phone = f"1600000{number:04d}"
        woman = chance.random() < 0.33
        person = people.create_person(
            name,
            actor=None,
            gender="female" if woman else "male",
            ethnicity=chance.choice(["汉族"] * 9 + ["回族"]),
            party=chance.choice(["中共党员"] * 6 + ["群众"] * 3 + ["民盟", "九三学社"]),
            education=chance.choice(["大学本科", "大专", "硕士研究生", "高中"]),
            occupation=chance.choice(names["occupations"]),
            phone=phone,
        )
        seat = people.seat_deputy(
            person,
            city.term,
            actor=None,
            delegation=city.delegations[places[number % len(places)]],
            district=places[number % len(places)],
            certificate=f"AL14-{number + 1:03d}",
        )
        account = city.account(
            f"deputy{person.pk}",
            name,
            ("deputy", f"person:{person.pk}"),
            role="代表" if number < 2 else "",
            phone=phone,
        )
        people.link_account(person, account, actor=None)
        city.seats.append(seat)


def _groups(city: City) -> None:
    """One group of a delegation and one across delegations, by a subject."""
    first = city.seats[0]
    own = [seat for seat in city.seats if seat.delegation_id == first.delegation_id][:5]
    for name, delegation, members in (
        ("临河代表团第一小组", first.delegation, own),
        ("城建环保专业代表小组", None, city.seats[10:16]),
    ):
        group = people.create_group(city.term, name, actor=None, delegation=delegation)
        people.set_group_members(group, members, city.begins, actor=None, leader=members[0])


def _staff(city: City) -> None:
    scope = f"congress:{city.congress.pk}"
    city.account("office", "周敏", ("deputies_office", scope), role="代表联络工作机构")
    city.account("office2", "许立新", ("deputies_office", scope))
    city.account("government", "高振邦", ("government_office", scope), role="政府督查机构")
    city.account("chair", "冯长河", ("chairpersons", scope), role="主任会议成员")
    city.account("auditor", "钱守田", ("auditor", scope), role="记录查阅人")
    city.account("intake", "罗静怡", ("intake_desk", scope), role="群众意见工作台")
    city.account("meetings", "施文礼", ("meetings_office", scope), role="会议工作机构")
    city.account("meetings2", "苗静", ("meetings_office", scope))
    city.account("meetings3", "尹立成", ("meetings_office", scope))
    city.account("admin", "唐国栋", ("administrator", "all"), role="系统管理员")
    first = city.seats[0]
    city.account("secretary", "贺佳宁", ("secretary", f"person:{first.person_id}"), role="代表秘书")
    for number, delegation in enumerate(city.delegations.values()):
        city.account(
            f"delegation{number + 1}",
            ("魏春燕", "曹晓峰", "薛玉珍", "潘向阳", "董素云", "吕青山", "任月娥", "姜海涛", "蔡静怡")[
                number
            ],
            ("delegation_secretary", f"delegation:{delegation.pk}"),
            role="代表团工作人员" if number == 0 else "",
        )
    committee = city.committees["城乡建设环境保护委员会"]
    city.account("committee", "程思源", ("committee", f"org:{committee.pk}"), role="督办的专门委员会")
    leader = people.create_person("秦怀瑾", actor=None, occupation="市人大常委会副主任")
    people.link_account(leader, city.accounts["chair"], actor=None)
    for n, organ in enumerate(city.organs.values()):
        shown = "承办单位" if n == 0 else ""
        city.account(
            f"organ{organ.pk}",
            f"{organ.shown_name}经办",
            ("handling_organ", f"org:{organ.pk}"),
            role=shown and f"{shown}经办人",
        )
        city.account(
            f"head{organ.pk}",
            f"{organ.shown_name}负责人",
            ("organ_head", f"org:{organ.pk}"),
            role=shown and f"{shown}负责人",
        )
