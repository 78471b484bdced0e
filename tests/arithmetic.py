"""Which numbers in a room's ``rules.py`` could be numbers of the law.

Allowed, because no threshold, term or share can be made of them alone:

- nothing, one, a pair, the sign, per cent: 0, 1, 2, -1, 100;
- decimal places: multiplying by 10, 1000, 2000 … makes room for them, and an f-string may divide by ten to
  print them; dividing elsewhere could be a share (a tenth of the deputies);
- slices, which cut texts, and a parameter ``limit``, which says how many are shown;
- constants in capitals below a comment that begins with ``# Practice`` (a habit that no article orders and
  that decides nothing) or ``# Standard`` (part of a named standard, such as the length of a code).

Every other number belongs to the law kernel.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

HARMLESS = {0, 1, 2, -1, 100}
_COMMENTS = ("# Practice", "# Standard")


def _decimal_places(tree: ast.AST) -> Iterator[ast.AST]:
    def powers(node: ast.AST, *operators: type[ast.operator]) -> Iterator[ast.AST]:
        if isinstance(node, ast.BinOp) and isinstance(node.op, operators):
            for side in (node.left, node.right):
                if isinstance(side, ast.Constant) and str(side.value).strip("0") in {"1", "2"}:
                    yield side

    for node in ast.walk(tree):
        yield from powers(node, ast.Mult)
        if isinstance(node, ast.JoinedStr):
            for inner in ast.walk(node):
                yield from powers(inner, ast.FloorDiv, ast.Mod)


def _slices_and_limits(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Slice):
            yield from ast.walk(node)
        if isinstance(node, ast.FunctionDef):
            arguments = node.args
            positional = [*arguments.posonlyargs, *arguments.args]
            given = zip(
                positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True
            )
            for name, default in [*given, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
                if name.arg == "limit" and default is not None:
                    yield default


def _declared(tree: ast.Module, source: str) -> Iterator[ast.AST]:
    lines = source.splitlines()
    for statement in tree.body:
        if not (isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "").isupper()):
            continue
        above = statement.lineno - 2  # index of the line before it
        while above > 0 and lines[above - 1].startswith("#"):
            above -= 1
        if above >= 0 and lines[above].startswith(_COMMENTS):
            yield from ast.walk(statement)


def numbers_of_the_law(source: str) -> list[tuple[int, str]]:
    """(line, number) of everything that could be one, those hidden in Decimal("…") and Fraction("…") too."""
    tree = ast.parse(source)
    allowed = {*_decimal_places(tree), *_slices_and_limits(tree), *_declared(tree, source)}
    found = []
    for node in ast.walk(tree):
        if node in allowed:
            continue
        value: object = node.value if isinstance(node, ast.Constant) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value not in HARMLESS:
            found.append((getattr(node, "lineno", 0), repr(value)))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Decimal", "Fraction"}:
            found += [
                (node.lineno, repr(argument.value))
                for argument in node.args
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
    return found
