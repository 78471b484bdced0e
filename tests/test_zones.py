"""Zones: the public process has no desk, no person and no key to either."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.product import renda, serving

# Walks every address of the process and lists every table of its databases.
WALK = """
import json
from django.apps import apps
from django.db import connections
from django.urls import get_resolver

def walk(patterns, before=""):
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern.url_patterns, here)
        else:
            view = getattr(pattern.callback, "view_class", pattern.callback)
            yield here, view.__module__

tables = {alias: connections[alias].introspection.table_names() for alias in connections}
installed = [config.name for config in apps.get_app_configs()]
print(json.dumps({"urls": list(walk(get_resolver().url_patterns)), "tables": tables, "apps": installed}))
"""
PUBLIC = re.compile(r"renda\.(publishing\.portal|kernel\.ui|site)(\.|$)")
PERSONAL = re.compile(r"account|person|vault|session|deput|organis|record|grant|upload|notice|message|task")


def public_process(home: Path) -> dict[str, Any]:
    renda(home, "init", RENDA_ZONE="public")
    out = renda(home, "manage", "shell", "-c", WALK, RENDA_ZONE="public").stdout
    walked: dict[str, Any] = json.loads(out.splitlines()[-1])
    return walked


def test_the_public_zone_has_no_desk_address_and_no_personal_table(tmp_path: Path) -> None:
    walked = public_process(tmp_path / "home")
    desk = [url for url, module in walked["urls"] if module.startswith("renda.") and not PUBLIC.match(module)]
    assert desk == []
    assert list(walked["tables"]) == ["default"]
    personal = [table for table in walked["tables"]["default"] if PERSONAL.search(table)]
    assert personal == []
    foreign = [name for name in walked["apps"] if name.startswith("renda.") and not PUBLIC.match(name)]
    assert foreign == []


def test_the_public_zone_makes_no_key_of_the_vault(tmp_path: Path) -> None:
    public_process(tmp_path / "home")
    assert not (tmp_path / "home" / "vault.key").exists()
    assert not (tmp_path / "home" / "vault.sqlite3").exists()


def test_the_desk_zone_has_no_public_page(tmp_path: Path) -> None:
    renda(tmp_path / "home", "init", RENDA_ZONE="desk")
    out = renda(tmp_path / "home", "manage", "shell", "-c", WALK, RENDA_ZONE="desk").stdout
    walked = json.loads(out.splitlines()[-1])
    assert [url for url, module in walked["urls"] if module == "renda.publishing.portal.views"] == []


def test_the_public_zone_serves_and_checks_itself(tmp_path: Path) -> None:
    home = tmp_path / "home"
    renda(home, "init", RENDA_ZONE="public")
    done = renda(home, "check", "--json", RENDA_ZONE="public", check=False)
    states = {finding["area"]: finding["state"] for finding in json.loads(done.stdout)["findings"]}
    assert "bad" not in states.values(), done.stdout
    assert "保险库" not in states
    with serving(home, RENDA_ZONE="public") as server:
        assert set(server.children()) == {"web"}
