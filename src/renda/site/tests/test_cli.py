"""The command line: quick, in Chinese, with JSON for programs, and clear when used wrongly."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.product import renda

COMMANDS = [
    ["init"],
    ["serve"],
    ["demo"],
    ["check"],
    ["import"],
    ["export"],
    ["backup"],
    ["restore"],
    ["keys"],
    ["keys", "rotate"],
    ["account", "create"],
    ["fonts", "list"],
    ["law"],
    ["law", "explain"],
    ["record"],
    ["record", "verify"],
]
ENGLISH = re.compile(r"\b(Usage|Options|Commands|Arguments|Show|Install|Error|default|required)\b")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_chinese(tmp_path: Path, command: list[str]) -> None:
    text = renda(tmp_path / "home", *command, "--help").stdout
    assert text.startswith("用法：")
    assert not ENGLISH.search(text), text


def test_the_list_of_commands_needs_no_django(tmp_path: Path) -> None:
    """And is there before one has taken the finger off the key."""
    code = "import sys; from renda.site import cli; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
    started = time.monotonic()
    renda(tmp_path / "home", "--help")
    assert time.monotonic() - started < 2
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["frobnicate"], "没有这个命令"),
        (["serve", "--colour"], "没有选项 --colour"),
        (["serve", "--port", "many"], "应为整数"),
        (["serve", "--only", "half"], "只能是 'web', 'worker'"),
        (["backup"], "缺少参数 位置"),
        (["restore", "a", "b"], "多了参数：b"),
        (["restore", "missing.tar.gz"], "读不出来"),
        (["import", "no.such.kind", __file__], "no.such.kind"),
        (["import", "people.deputies", "missing.xlsx"], "missing.xlsx"),
        (["export", "no.such.kind", "out"], "没有“no.such.kind”这一种"),
        (["search", "rebuild", "no.such.kind"], "没有声明可以检索"),
        (["backup", "/nowhere/at/all/b.tar.gz"], "没有目录"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_told_and_ends_with_a_code(empty_home: Path, arguments: list[str], says: str) -> None:
    home = empty_home if arguments[0] != "restore" else empty_home / "new"
    done = renda(home, *arguments, check=False)
    assert done.returncode in (1, 2)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_that_lost_its_lines_is_rebuilt(demo_home: Path) -> None:
    lose = (
        "from renda.kernel.search import api as s\n"
        "from renda.business.motions.models import Suggestion as S\n"
        "[s.remove(one.ref) for one in S.objects.all()]"
    )
    renda(demo_home, "manage", "shell", "-c", lose)
    told = json.loads(renda(demo_home, "search", "rebuild", "motions.suggestion", "--json").stdout)
    assert told["changed"] > 5
    again = renda(demo_home, "search", "rebuild", "motions.suggestion").stdout
    assert "更新或删去 0 条" in again


def test_an_account_to_begin_with(empty_home: Path) -> None:
    made = json.loads(renda(empty_home, "account", "create", "zhangsan", "张三", "--json").stdout)
    assert len(made["password"]) >= 16
    again = renda(empty_home, "account", "create", "zhangsan", "张三", check=False)
    assert again.returncode == 1
    assert "已有人使用" in again.stderr
    code = (
        "from django.contrib.auth import authenticate as a; from renda.kernel.identity import api as i\n"
        f"u = a(username='zhangsan', password='{made['password']}')\n"
        "print(u.must_change, sorted(i.holders(u)))"
    )
    out = renda(empty_home, "manage", "shell", "-c", code).stdout
    assert "True ['administrator@all']" in out


def test_keys_are_rotated_and_the_file_changes(empty_home: Path) -> None:
    seed = (
        "from renda.kernel.identity import api as i\n"
        "i.set_phone(i.create_account('li', '李', None, actor=None), '13900001234', actor=None)"
    )
    renda(empty_home, "manage", "shell", "-c", seed)
    before = (empty_home / "vault.key").read_text()
    done = json.loads(renda(empty_home, "keys", "rotate", "--json").stdout)
    assert done["keys"] >= 1
    assert (empty_home / "vault.key").read_text() != before
    look = "from renda.kernel.identity import api as i\nprint('found', i.vault_find('phone', '13900001234'))"
    found = renda(empty_home, "manage", "shell", "-c", look).stdout
    assert "found [UUID(" in found


def test_exports_can_be_read(empty_home: Path, tmp_path: Path) -> None:
    kinds = json.loads(renda(empty_home, "export", "list", "--json").stdout)
    assert {"record", "openapi", "matrix", "blank.people.deputies"} <= set(kinds)
    for kind in ("record", "openapi", "matrix", "blank.people.deputies"):
        renda(empty_home, "export", kind, str(tmp_path / kind))
    assert json.loads((tmp_path / "openapi").read_text())["openapi"].startswith("3.")
    assert "|" in (tmp_path / "matrix").read_text()
    assert (tmp_path / "blank.people.deputies").read_bytes()[:2] == b"PK"


def test_check_tells_what_is_wrong_without_telling_of_anybody(empty_home: Path) -> None:
    renda(empty_home, "account", "create", "zhangsan", "张三")
    done = renda(empty_home, "check", "--json", check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert not told["ok"]
    bad = {finding["area"] for finding in told["findings"] if finding["state"] == "bad"}
    assert bad == {"后台"}  # nobody serves in this test
    assert "zhangsan" not in done.stdout
    assert "张三" not in done.stdout
    (empty_home / "vault.sqlite3").write_bytes(b"SQLite format 3\0" + b"broken" * 1000)
    (empty_home / "secret.key").chmod(0o644)
    text = renda(empty_home, "check", check=False).stdout
    assert "数据库 vault" in text
    assert "chmod 600" in text
    assert "[正常] 版本" in text  # one broken part hides no other


def test_the_demo_stays_out_of_a_home_in_use(empty_home: Path) -> None:
    renda(empty_home, "account", "create", "zhangsan", "张三")
    done = renda(empty_home, "demo", "--no-serve", check=False)
    assert done.returncode == 1
    assert "已有账号" in done.stderr
    assert not (empty_home / "demo.begun").exists()


def test_a_demo_that_is_there_is_not_made_again(empty_home: Path) -> None:
    account = {"role": "代表", "name": "王某", "username": "wang", "password": "x"}
    (empty_home / "demo.json").write_text(json.dumps({"size": "small", "accounts": [account]}))
    assert json.loads(renda(empty_home, "demo", "--no-serve", "--json").stdout)["accounts"] == [account]
    assert "账号 wang　密码 x" in renda(empty_home, "demo", "--no-serve").stdout
