"""Floors and rooms in what imports do not show: foreign keys, migrations, templates and addresses."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from tests.house import SOURCE, Room, modules, room_of, rooms

BY_LABEL = {room.label: room for room in rooms()}
EXTENDS = re.compile(r"""{%-?\s*(?:extends|include|partial)\s+["']([^"']+)["']""")
URL = re.compile(r"""{%-?\s*url\s+["']([\w-]+):""")
COTTON = re.compile(r"<c-([a-z][\w.-]*)")


def test_every_room_is_an_app_under_its_own_name_or_no_app_at_all() -> None:
    for config in apps.get_app_configs():
        room = room_of(config.name)
        if room is not None:
            assert config.label == room.label, config.name


def test_models_point_only_at_rooms_they_may_know() -> None:
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        here = room_of(model.__module__)
        for field in model._meta.get_fields(include_hidden=True):
            related = field.related_model
            if here is None or field.auto_created or related is None or isinstance(related, str):
                continue
            there = room_of(related.__module__)
            if there is not None and not here.may_know(there):
                wrong.append(f"{model._meta.label}.{field.name} → {related._meta.label}")
    assert not wrong, "\n".join(wrong)


def test_migrations_depend_only_on_rooms_they_may_know() -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    wrong = []
    for (label, name), migration in loader.disk_migrations.items():
        here = BY_LABEL.get(label)
        for other, _ in [*migration.dependencies, *migration.run_before]:
            there = BY_LABEL.get(other)
            if here and there and not here.may_know(there):
                wrong.append(f"{label}.{name} → {other}")
    assert not wrong, "\n".join(wrong)


def templates() -> Iterator[tuple[Room, Path, str]]:
    """Every template of the house, with the room it lies in."""
    for path in sorted(SOURCE.glob("renda/**/templates/**/*.html")):
        room = room_of(".".join(path.relative_to(SOURCE).parts))
        assert room is not None, path
        yield room, path, path.read_text("utf-8")


def _owners() -> dict[str, Room]:
    owners = {}
    for room, path, _ in templates():
        parts = path.parts
        owners["/".join(parts[parts.index("templates") + 1 :])] = room
    return owners


def test_templates_use_only_templates_and_addresses_of_rooms_they_may_know() -> None:
    """The shell and its components, named as text, belong to every page, those of lower rooms too."""
    owners = _owners()
    wrong = []
    for here, path, text in templates():
        used = [(name, owners.get(name)) for name in EXTENDS.findall(text)]
        for name in COTTON.findall(text):
            file = f"cotton/{name.replace('.', '/').replace('-', '_')}.html"
            used.append((f"c-{name}", owners.get(file, owners.get(file.replace("_", "-")))))
        # The shell is what every page stands in, the pages of the kernel below it too; its addresses are not.
        used = [(name, there) for name, there in used if there is None or there.label != "ui"]
        used += [(f"{space}:", BY_LABEL.get(space)) for space in URL.findall(text)]
        wrong += [
            f"{path.relative_to(SOURCE)} → {name}（{there.package}）"
            for name, there in used
            if there is not None and there.label != "ui" and not here.may_know(there)
        ]
    assert not wrong, "\n".join(wrong)


def test_a_rooms_templates_lie_in_the_folder_of_its_name() -> None:
    wrong = []
    for room, path, _ in templates():
        folder = path.parts[path.parts.index("templates") + 1]
        # ui owns the shared components; an own version of a library's template overrides it by its name.
        if folder not in BY_LABEL or BY_LABEL[folder] == room or room.label in {"ui", "site"}:
            continue
        wrong.append(str(path.relative_to(SOURCE)))
    assert not wrong, "\n".join(wrong)


def test_code_names_only_addresses_of_rooms_it_may_know() -> None:
    """``reverse("motions:detail")`` in a kernel module would be an import that nobody sees."""
    wrong = []
    for name, path, tree in modules():
        here = room_of(name)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            value = node.args[0].value
            if called in {"reverse", "reverse_lazy", "redirect"} and isinstance(value, str) and ":" in value:
                there = BY_LABEL.get(value.partition(":")[0])
                if here and there and not here.may_know(there) and ".tests" not in name:
                    wrong.append(f"{path.relative_to(SOURCE)}:{node.lineno} {value}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db(databases=["default", "vault", "public"])
def test_each_table_lives_in_the_database_of_its_zone_and_nowhere_else() -> None:
    from renda.site.routers import Zones

    router = Zones()
    for alias in ("default", "vault", "public"):
        tables = set(connections[alias].introspection.table_names())
        for model in apps.get_models(include_auto_created=True):
            if not model._meta.managed or model._meta.proxy:
                continue
            here = router.allow_migrate(alias, model._meta.app_label, model_name=model._meta.model_name)
            assert (model._meta.db_table in tables) == here, f"{model._meta.label} / {alias}"
