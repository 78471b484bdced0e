"""``renda record`` and the verifier as programs: what they print and how they exit."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from renda.kernel.record import api as record
from renda.kernel.record import guards, verifier
from renda.kernel.record.cli import app
from renda.kernel.record.tests.support import note, sql

pytestmark = pytest.mark.django_db(transaction=True)
run = CliRunner().invoke


def test_export_head_and_verify_fit_together(tmp_path: Path) -> None:
    export, head = tmp_path / "记录.jsonl", tmp_path / "记录.jsonl.head.json"
    assert run(app, ["head"]).exit_code == 1
    note("一")
    record.seal()
    assert run(app, ["export", str(export)]).exit_code == 0
    assert json.loads(head.read_text()) == record.head_json()
    assert json.loads(run(app, ["head"]).stdout) == record.head_json()
    assert run(app, ["head", "--out", str(tmp_path / "h.json")]).exit_code == 0
    assert (tmp_path / "h.json").read_text() == head.read_text()
    note("二")
    record.seal()
    fine = run(app, ["verify", "--head", str(head), "--json"])
    assert fine.exit_code == 0
    assert json.loads(fine.stdout) | {"digest": ""} == {
        "ok": True,
        "entries": 2,
        "unsealed": 0,
        "seals": 2,
        "number": 2,
        "digest": "",
        "heads": 1,
        "findings": [],
    }


def test_verify_names_tampering_and_exits_with_one(tmp_path: Path) -> None:
    number = note("一")
    record.seal()
    guards.remove()
    sql("UPDATE record_entry SET actor_name = '张三'")
    guards.install()
    told = run(app, ["verify"])
    assert told.exit_code == 1
    assert f"【被改】记录 {number} 的内容在封存之后被改" in told.stdout
    assert "没有提供留存的链头" in told.stdout


def test_an_export_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    told = run(app, ["export", str(tmp_path / "nowhere" / "x.jsonl")])
    assert told.exit_code == 2
    assert "写不了文件" in told.output


def test_the_verifier_runs_without_django(tmp_path: Path) -> None:
    note("一")
    record.seal()
    record.export(tmp_path / "x.jsonl")
    program = (
        "import sys, runpy\n"
        "sys.argv = ['verifier', 'x.jsonl']\n"
        "try: runpy.run_module('renda.kernel.record.verifier', run_name='__main__')\n"
        "except SystemExit as end: code = end.code\n"
        "assert code == 0 and not any(name.startswith(('django', 'structlog')) for name in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"format": "renda.record.export.1"}\n', "没有结束行"),
        ('{"format": "renda.record.export.1"}\n{"entry"', "第 2 行不是 JSON"),
        ("-- PostgreSQL database dump\n", "没有表"),
        ("COPY public.jobs_lease (name) FROM stdin;\nx\n", "没有结束标记"),
        ("SQLite format 3\0 but not really", "无法读取"),
        ('{"format": "renda.record.export.1"}\n{"seal": {}}\n{"end": {}}\n', "无法读取"),
    ],
)
def test_what_cannot_be_read_is_never_called_intact(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    (tmp_path / "x").write_text(content)
    assert verifier.main([str(tmp_path / "x")]) == 2
    assert message in capsys.readouterr().err
    assert verifier.main([str(tmp_path / "absent")]) == 2
