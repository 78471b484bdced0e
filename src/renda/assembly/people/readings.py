"""Pure readings of official names and codes; no Django, no numbers of the law."""

from __future__ import annotations

import re

_ENDINGS = (
    ("人民代表大会常务委员会", "standing_committee"),
    ("人大常委会", "standing_committee"),
    ("人民代表大会主席团", "presidium"),
    ("人民代表大会", "congress"),
    ("人民法院", "court"),
    ("人民检察院", "procuratorate"),
    ("监察委员会", "supervisory_commission"),
    ("街道办事处", "township_government"),
    ("乡人民政府", "township_government"),
    ("镇人民政府", "township_government"),
    ("人民政府", "government"),
    ("代表联络站", "station"),
    ("有限公司", "enterprise"),
    ("集团", "enterprise"),
    ("公司", "enterprise"),
    ("银行", "enterprise"),
    ("总工会", "peoples_organisation"),
    ("妇女联合会", "peoples_organisation"),
    ("联合会", "peoples_organisation"),
)
_PARTY = re.compile(r"(中共|市委|县委|区委|党委).*(部|办|委员会|室)$")
_SPECIAL = re.compile(r"人(民代表)?大(会)?.+委员会$")
_WORKING = re.compile(r"人大常委会.+(委员会|委|室|办公室|机关)$")
_DEPARTMENT = re.compile(r"(局|委员会|委|办公室|厅|办|中心|队|支队|大队)$")


def guess_classification(name: str) -> str:
    """What kind of organ a full name says it is; a person may say otherwise.

    >>> [guess_classification(n) for n in ("安澜市中级人民法院", "河口镇人民政府", "安澜市教育局")]
    ['court', 'township_government', 'department']
    >>> guess_classification("安澜市人民代表大会财政经济委员会")
    'special_committee'
    """
    if _WORKING.search(name):
        return "working_committee"
    if _SPECIAL.search(name) and not name.endswith("常务委员会"):
        return "special_committee"
    for ending, kind in _ENDINGS:
        if name.endswith(ending):
            return kind
    if _PARTY.search(name):
        return "party_organ"
    return "department" if _DEPARTMENT.search(name) else "other"


def full_code(code: str) -> str:
    """A division code in six, nine or twelve digits; the short codes 41 and 4105 are filled up.

    >>> [full_code(c) for c in ("41", "4105", "410502", "410502001")]
    ['410000', '410500', '410502', '410502001']
    """
    digits = code.strip()
    return digits.ljust(6, "0") if len(digits) in (2, 4) else digits


def parent_codes(code: str) -> list[str]:
    """Codes that may be the parent's, nearest first (GB/T 2260).

    >>> parent_codes("410502001")
    ['410502', '410500', '410000']
    >>> parent_codes("410500")
    ['410000']
    """
    found = []
    if len(code) == 12:
        found.append(code[:9])
    if len(code) > 6:
        found.append(code[:6])
    for candidate in (code[:4] + "00", code[:2] + "0000"):
        if candidate != code:
            found.append(candidate)
    return list(dict.fromkeys(found))


# As forms write the parties in full; kept short, as rosters print them.
_PARTIES = {
    "中国共产党": "中共",
    "中共党员": "中共",
    "党员": "中共",
    "中国国民党革命委员会": "民革",
    "中国民主同盟": "民盟",
    "中国民主建国会": "民建",
    "中国民主促进会": "民进",
    "中国农工民主党": "农工党",
    "中国致公党": "致公党",
    "九三": "九三学社",
    "台湾民主自治同盟": "台盟",
    "群众": "无党派",
    "无党派人士": "无党派",
    "无": "无党派",
}


def short_party(text: str) -> str:
    """A party as rosters print it.

    >>> short_party("中国共产党党员"), short_party("民盟盟员"), short_party("致公党")
    ('中共', '民盟', '致公党')
    """
    bare = re.sub(r"(党员|盟员|会员|社员|成员)$", "", text.strip()) or text.strip()
    return _PARTIES.get(text.strip(), _PARTIES.get(bare, bare))


def full_ethnicity(text: str) -> str:
    """An ethnicity with its 族: 汉 and 汉族 are the same.

    >>> full_ethnicity("汉"), full_ethnicity("维吾尔族"), full_ethnicity("")
    ('汉族', '维吾尔族', '')
    """
    bare = text.strip()
    return bare if not bare or bare.endswith("族") or bare == "穿青人" else f"{bare}族"


_DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """A number from 1 to 999 as terms, sessions and sittings are written.

    >>> [chinese_number(n) for n in (1, 10, 14, 20, 31, 100, 108, 110, 215)]
    ['一', '十', '十四', '二十', '三十一', '一百', '一百零八', '一百一十', '二百一十五']
    """
    if not 1 <= number <= 999:
        raise ValueError("届次和会次只能是 1 到 999")
    hundreds, rest = divmod(number, 100)
    if hundreds:
        tens, ones = divmod(rest, 10)
        middle = f"{_DIGITS[tens]}十" if tens else "零" if ones else ""
        return f"{_DIGITS[hundreds]}百{middle}" + (_DIGITS[ones] if ones else "")
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones else "")


# How an office is called in each kind of organ.
_OFFICES = {
    "standing_committee": {
        "chair": "主任",
        "vice_chair": "副主任",
        "secretary_general": "秘书长",
        "member": "委员",
    },
    "presidium": {"chair": "主席", "vice_chair": "副主席", "member": "成员"},
    "special_committee": {"chair": "主任委员", "vice_chair": "副主任委员", "member": "委员"},
    "party_organ": {"chair": "书记", "vice_chair": "副书记", "member": "成员"},
}


def office_word(classification: str, role: str) -> str:
    """How an office is called in this kind of organ: 副主任 of a standing committee, 副主席 of a presidium;
    empty where it has no name of its own there."""
    return _OFFICES.get(classification, {}).get(role, "")
