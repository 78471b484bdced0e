"""Everything but ``api`` is private to its room: who comes in, comes in by the door."""

from __future__ import annotations

import ast

import pytest

from tests.arithmetic import numbers_of_the_law
from tests.house import SOURCE, Room, imports, modules, room_of, rooms

OPEN = ("renda.kernel.clock", "renda.kernel.refs", "renda.kernel.clock.api")
MANY_LINES = 600


def through_the_door(target: str, name: str, owner: Room) -> bool:
    """Whether ``from target import name`` touches only a room's door."""
    if target in OPEN or f"{target}.{name}" in OPEN or target == f"{owner.package}.api":
        return True
    return target == owner.package and name == "api"


def test_rooms_are_entered_by_their_api_alone() -> None:
    wrong = []
    for name, path, tree in modules():
        here = room_of(name)
        testing = ".tests" in name
        for line, target, imported in imports(tree):
            there = room_of(f"{target}.{imported}" if room_of(target) is None else target)
            if here is None or there is None or here == there or through_the_door(target, imported, there):
                continue
            if testing and ".tests." in f"{target}.":  # one room's test aids serve another's tests
                continue
            wrong.append(f"{path.relative_to(SOURCE)}:{line} imports {target}.{imported}".rstrip("."))
    assert not wrong, "只能经 api 进入别的房间：\n" + "\n".join(wrong)


def test_nothing_below_imports_what_is_above() -> None:
    """The same that import-linter holds, for tests too and for imports that only types see."""
    wrong = []
    for name, path, tree in modules():
        here = room_of(name)
        for line, target, imported in imports(tree):
            there = room_of(f"{target}.{imported}" if room_of(target) is None else target)
            if here and there and not here.may_know(there):
                wrong.append(f"{path.relative_to(SOURCE)}:{line} imports {target}")
    assert not wrong, "\n".join(wrong)


def test_the_door_of_each_room_says_what_it_gives() -> None:
    silent = []
    for room in rooms():
        door = SOURCE / room.package.replace(".", "/") / "api.py"
        if not door.exists() or room.label == "site":
            continue
        tree = ast.parse(door.read_text("utf-8"))
        if not ast.get_docstring(tree):
            silent.append(f"{room.package}.api 没有说明")
    assert not silent, "\n".join(silent)


def test_files_can_be_read_in_one_sitting() -> None:
    long = []
    for suffix in ("py", "html", "css", "js"):
        for path in SOURCE.glob(f"renda/**/*.{suffix}"):
            if {"migrations", "vendor"} & set(path.parts):
                continue
            lines = len(path.read_text("utf-8").splitlines())
            if lines > MANY_LINES:
                long.append(f"{path.relative_to(SOURCE)}：{lines} 行")
    assert not long, "\n".join(long)


def test_no_number_of_the_law_stands_in_a_rooms_rules() -> None:
    wrong = []
    for name, path, _ in modules():
        room = room_of(name)
        is_rules = name.rpartition(".")[2] == "rules" or ".rules." in name
        if room is None or room.floor == "kernel" or not is_rules or ".tests" in name:
            continue
        wrong += [
            f"{path.relative_to(SOURCE)}:{line} {number}"
            for line, number in numbers_of_the_law(path.read_text("utf-8"))
        ]
    assert not wrong, (
        "数字归 law（renda.kernel.law.api）；本院习惯、标准里的数写成 # Practice、# Standard 注释下的常量：\n"
        + "\n".join(wrong)
    )


@pytest.mark.parametrize(
    ("code", "numbers"),
    [
        ("share = votes * 100 // entitled + 1", []),
        ("quorum = n * 2 / 3", ["3"]),
        ("due = day + timedelta(days=30)", ["30"]),
        ("share = Fraction('2/3')", ["'2/3'"]),
        ("half = Decimal('0.5')", ["'0.5'"]),
        ("half = 0.5", ["0.5"]),
        ("flag = True", []),
        ("likeness = max(0.0, min(1.0, x))", []),
        ("def guess(text, limit=3): pass", []),
        ("def guess(text, *, limit=3, days=30): pass", ["30"]),
        ("def late(today, days=30): pass", ["30"]),
        ("tenths = part * 2000 // base", []),
        ("text = f'{tenths // 10}.{tenths % 10}%'", []),
        ("enough = deputies // 10", ["10"]),
        ("due = 10 + day", ["10"]),
        ("# Practice: shown, decides nothing.\nREMINDERS = (3, 10, 24)", []),
        ("# Practice: shown,\n# decides nothing.\nREMINDERS = (3, 10, 24)", []),
        ("# Standard: GB/T 2260.\nLENGTHS = (6, 9, 12)", []),
        ("parent = code[:6]", []),
        ("enough = len(signers) >= 10", ["10"]),
        ("# Reminders.\nREMINDERS = (3,)", ["3"]),
        ("# Practice\nreminders = (3,)", ["3"]),
    ],
)
def test_the_search_for_numbers_finds_them(code: str, numbers: list[str]) -> None:
    assert [number for _, number in numbers_of_the_law(code)] == numbers
