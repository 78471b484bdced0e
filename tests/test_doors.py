"""Everything but ``api`` is private to its room: who comes in, comes in by the door."""

from __future__ import annotations

import ast

import pytest

from tests.house import SOURCE, Room, imports, modules, room_of, rooms

OPEN = ("renda.kernel.clock", "renda.kernel.refs", "renda.kernel.clock.api")
MANY_LINES = 600
# What arithmetic needs of any subject: nothing, one, a pair, the sign, per cent. Every other whole number in
# a room's rules would be a threshold, a term or a share, and those are the law kernel's.
HARMLESS = {0, 1, 2, -1, 100}


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


def _allowed(tree: ast.Module, source: str) -> set[ast.AST]:
    """Numbers that are no thresholds: decimal places, and named practice of the house.

    Multiplying by 10, 1000, 2000 … makes room for decimal places, and an f-string may divide by ten to print
    them; dividing elsewhere could be a share (a tenth of the deputies). Slices cut texts. A constant in
    capitals below a comment beginning with ``# Practice`` is a habit that no article orders and that decides
    nothing; below ``# Standard``, part of a named standard (the length of a code).
    """
    lines = source.splitlines()
    allowed: set[ast.AST] = set()

    def places(node: ast.AST, *operators: type[ast.operator]) -> None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, operators):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and str(side.value).strip("0") in {"1", "2"}:
                    allowed.add(side)

    for node in ast.walk(tree):
        places(node, ast.Mult)
        if isinstance(node, ast.Slice):
            allowed |= set(ast.walk(node))
        if isinstance(node, ast.JoinedStr):
            for inner in ast.walk(node):
                places(inner, ast.FloorDiv, ast.Mod)
    for statement in tree.body:
        named = isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "").isupper()
        above = statement.lineno - 2
        while named and above > 0 and lines[above - 1].startswith("#"):
            above -= 1
        if named and above >= 0 and lines[above].startswith(("# Practice", "# Standard")):
            allowed |= set(ast.walk(statement))
    return allowed


def _numbers(source: str) -> list[tuple[int, str]]:
    """Whole numbers but the harmless ones, floats, and numbers hidden in Decimal("…") and Fraction("…")."""
    tree = ast.parse(source)
    allowed = _allowed(tree, source)
    found = []
    for node in ast.walk(tree):
        if node in allowed:
            continue
        value: object = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, bool):
            continue
        if isinstance(value, float) or (isinstance(value, int) and value not in HARMLESS):
            found.append((getattr(node, "lineno", 0), repr(value)))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Decimal", "Fraction"}:
            found += [
                (node.lineno, repr(argument.value))
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
    return found


def test_no_number_of_the_law_stands_in_a_rooms_rules() -> None:
    wrong = []
    for name, path, _ in modules():
        room = room_of(name)
        is_rules = name.rpartition(".")[2] == "rules" or ".rules." in name
        if room is None or room.floor == "kernel" or not is_rules or ".tests" in name:
            continue
        wrong += [
            f"{path.relative_to(SOURCE)}:{line} {number}"
            for line, number in _numbers(path.read_text("utf-8"))
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
    assert [number for _, number in _numbers(code)] == numbers
