"""Every page × every role: no shown link leads nowhere, nothing breaks, no number of a person is in clear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import product
from tests.crawl import Visited, logged_in, walk

# One group: the log that the last test reads is that of the server which the others asked.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crawl")]

# Run inside a copy of the demo's home: every clear value of the vault. Its table refuses to be read whole, so
# the ids come from the database itself; the values through the door that servers use to send messages.
CLEAR = """
import json
from uuid import UUID
from django.db import connections
from renda.kernel.identity import api as identity
with connections["vault"].cursor() as cursor:
    cursor.execute("SELECT id FROM identity_vaultitem")
    ids = [UUID(str(row[0])) for row in cursor.fetchall()]
print(json.dumps([identity.vault_use(item, "测试：核对没有外泄") for item in ids]))
"""
SHORTEST = 7  # shorter values (a name, a year) also stand in texts for other reasons


def broken(pages: list[Visited]) -> list[str]:
    """Links that lead to an error, as ``source → url: status``."""
    return [f"{page.source} → {page.url}：{page.status}" for page in pages if page.status >= 400]


def leaks(pages: list[Visited], values: list[str]) -> list[str]:
    """Pages and files that hold a clear value of the vault."""
    found = [page for page in pages if any(value in page.text for value in values)]
    return [f"{page.url}（来自 {page.source}）" for page in found]


@pytest.fixture(scope="session")
def clear_values(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The demo's phones, citizen IDs, addresses and accounts, as they would look if they leaked."""
    home = product.demo_home(tmp_path_factory.mktemp("clear") / "home")
    out = product.renda(home, "manage", "shell", "-c", CLEAR).stdout
    values = [value for value in json.loads(out.splitlines()[-1]) if len(value) >= SHORTEST]
    assert len(values) > 20
    return values


def test_a_new_installation_has_no_broken_page(empty_home: Path) -> None:
    made = json.loads(product.renda(empty_home, "account", "create", "zhangsan", "张三", "--json").stdout)
    settled = "from renda.kernel.identity.models import Account; Account.objects.update(must_change=False)"
    product.renda(empty_home, "manage", "shell", "-c", settled)
    with product.serving(empty_home) as server:
        client = logged_in(server.url, "zhangsan", made["password"])
        pages = list(walk(client))
    assert broken(pages) == []
    assert {page.url for page in pages} >= {"/", "/account/", "/account/admin/"}


def test_every_role_meets_no_broken_page_and_no_number_in_clear(
    server: product.Server, clear_values: list[str]
) -> None:
    wrong: list[str] = []
    for account in server.accounts():
        pages = list(walk(logged_in(server.url, account["username"], account["password"])))
        assert len(pages) > 5, account
        wrong += [f"{account['role']}：{line}" for line in broken(pages)]
        wrong += [f"{account['role']} 看到明文：{line}" for line in leaks(pages, clear_values)]
    assert not wrong, "\n".join(wrong)


def test_the_public_meets_no_broken_page_and_no_number_in_clear(
    server: product.Server, clear_values: list[str]
) -> None:
    import httpx

    with httpx.Client(base_url=server.url, timeout=60) as client:
        pages = list(walk(client, "/public/"))
    assert broken(pages) == []
    assert leaks(pages, clear_values) == []


def test_the_log_of_all_this_names_nobody(server: product.Server, clear_values: list[str]) -> None:
    text = (server.home / "server.log").read_text("utf-8")
    assert not [value for value in clear_values if value in text]


def test_a_leak_would_be_found() -> None:
    page = Visited("/", "/x/", 200, "text/html", "<p>13900001234</p>")
    assert leaks([page], ["13900001234"]) == ["/x/（来自 /）"]
