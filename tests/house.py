"""What the house is made of, as the tests of its order see it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"
FLOORS = ("kernel", "assembly", "business", "publishing", "demo", "site")


def _inner_orders() -> dict[str, list[str]]:
    """Orders inside floors, lower first, as import-linter has them; other rooms know no sibling."""
    config = tomllib.loads((SOURCE.parent / "pyproject.toml").read_text("utf-8"))
    orders: dict[str, list[str]] = {}
    for contract in config["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract["layers"][0].count(".") == 2:
            floor = contract["layers"][0].split(".")[1]
            # Layers in brackets may be missing.
            orders[floor] = [layer.strip("()").split(".")[2] for layer in reversed(contract["layers"])]
    return orders


INNER = _inner_orders()


@dataclass(frozen=True, order=True)
class Room:
    """A package with furniture: ``renda.kernel.law``; ``demo`` and ``site`` are rooms and floors at once."""

    floor: str
    name: str

    @property
    def package(self) -> str:
        return f"renda.{self.floor}.{self.name}" if self.name else f"renda.{self.floor}"

    @property
    def label(self) -> str:
        """Its Django app label, which is also its URL namespace and template folder."""
        return self.name or self.floor

    def may_know(self, other: Room) -> bool:
        """Whether this room may point at the other one at all."""
        if self == other or FLOORS.index(other.floor) < FLOORS.index(self.floor):
            return True
        order = INNER.get(self.floor, [])
        return (
            self.floor == other.floor
            and self.name in order
            and order.index(other.name) < order.index(self.name)
        )


def room_of(module: str) -> Room | None:
    """The room that a module or package lies in; None for ``renda`` itself and for floors' own packages."""
    parts = module.split(".")
    if parts[0] != "renda" or len(parts) < 2 or parts[1] not in FLOORS:
        return None
    if parts[1] in ("demo", "site"):
        return Room(parts[1], "")
    return Room(parts[1], parts[2]) if len(parts) > 2 else None


def rooms() -> list[Room]:
    """Every room there is, lower floors first."""
    found = set()
    for path in SOURCE.glob("renda/*/*"):
        floor = path.parent.name
        if floor in ("demo", "site"):
            found.add(Room(floor, ""))
        elif floor in FLOORS and (path / "__init__.py").exists():
            found.add(Room(floor, path.name))
        elif floor in FLOORS and path.suffix == ".py" and path.stem != "__init__":
            found.add(Room(floor, path.stem))
    return sorted(found, key=lambda room: (FLOORS.index(room.floor), room.name))


def modules() -> Iterator[tuple[str, Path, ast.Module]]:
    """Every Python module: its name, file and tree."""
    for path in sorted(SOURCE.glob("renda/**/*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, path, ast.parse(path.read_text("utf-8"), filename=str(path))


def imports(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(line, module, name) of each import, inside functions too; the name is empty for ``import m``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, node.module, alias.name
