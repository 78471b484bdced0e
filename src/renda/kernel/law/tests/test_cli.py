from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import renda
from renda.kernel.law import api, check, cli, table

SOURCE = Path(renda.__file__).parent.parent
runner = CliRunner()


def invoke(*arguments: str) -> SimpleNamespace:
    result = runner.invoke(cli.app, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_reachable", lambda: "absent")


@pytest.mark.usefixtures("no_database")
def test_compute_prints_json() -> None:
    result = invoke("compute", "due", "rule=MOT-021", "from=2026-02-28", "roll=no", "--json")
    answer = json.loads(result.out)
    assert (answer["due"], answer["roll"], answer["provisional"]) == ("2026-05-28", "no", "no")
    assert answer["rule"] == ["MOT-021"]
    assert answer["inputs"] == {"rule": "MOT-021", "from": "2026-02-28", "roll": "no"}


@pytest.mark.usefixtures("no_database")
def test_compute_prints_lines_for_people() -> None:
    out = invoke("compute", "verdict", "kind=congress", "members=458", "present=306", "for=230").out
    assert "通过（carried）　是" in out
    assert "依据　地方组织法（2022年）第14条；地方组织法（2022年）第25条" in out
    count = "voters=2000 took_part=1203 issued=1203 returned=1198 valid=1190 seats=2 c.A=800 c.B=650 c.C=650"
    out = invoke("compute", "direct_election", *count.split()).out
    assert "再次投票或者另行选举（run_off）　1名，候选人 B、C" in out


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        (["due", "rule=MOT-021"], "from"),
        (["due", "rule=MOT-021", "from=x"], "from"),
        (["due", "rule=MOT-021", "from=2026-02-28", "to=1"], "to"),
        (["due", "rule"], "rule"),
        (["due", "rule=MOT-021", "rule=MOT-022"], "rule"),
        (["due", "rule=MOT-021", "from=2026-02-28", "--on", "x"], "on"),
        (["nothing"], "nothing"),
    ],
)
def test_a_wrong_input_is_named_and_ends_with_2(arguments: list[str], key: str) -> None:
    result = invoke("compute", *arguments, "--json")
    assert result.code == 2
    assert key in result.err
    assert result.out == ""


@pytest.mark.usefixtures("no_database")
def test_on_chooses_the_version() -> None:
    arguments = ["compute", "seats", "level=county", "population=862400", "--json", "--on"]
    assert json.loads(invoke(*arguments, "2019-06-01").out)["seats"] == 292
    assert json.loads(invoke(*arguments, "2026-06-01").out)["seats"] == 312


def test_list_filters_by_domain_and_text() -> None:
    rows = json.loads(invoke("list", "--domain", "motions", "--text", "答复", "--json").out)
    assert {"MOT-021", "MOT-022"} <= {row["id"] for row in rows}
    assert all(row["domain"] == "motions" for row in rows)
    assert len(json.loads(invoke("list", "--json").out)) == 783
    assert "MOT-021　代表法（2025年）第51条　代表建议答复　<= 3个月" in invoke("list").out
    result = invoke("list", "--domain", "x")
    assert (result.code, "domain" in result.err) == (2, True)


def test_explain_shows_the_version_of_a_day() -> None:
    out = invoke("explain", "MOT-021", "--on", "2022-06-01").out
    assert "（2015年）第42条" in out
    assert "必须，本级只能改小" in out
    assert "参照现行规定" in invoke("explain", "MTG-006", "--on", "2020-01-01").out
    row = json.loads(invoke("explain", "MOT-021", "--on", "2026-06-01", "--json").out)
    assert (row["n"], row["version"], len(row["versions"])) == ("3", "2025", 2)
    assert invoke("explain", "MOT-999").code == 2


def test_every_rule_can_be_explained() -> None:
    for rule_id in table.book():
        assert invoke("explain", rule_id, "--on", "2026-06-01").code == 0


def test_check_is_clean_for_the_whole_program() -> None:
    """Every id that code and templates name exists, and every used rule has a worked example."""
    result = invoke("check")
    assert result.out.endswith("问题 0 个\n"), result.out
    assert result.code == 0
    report = json.loads(invoke("check", "--json").out)
    assert report["rules"] == 783
    assert "MOT-021" in report["used"]


def test_check_finds_a_wrong_id_and_a_missing_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rules.py").write_text('RULES = ["MOT-999", "MOT-021", "UTF-008"]', encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_rules.py").write_text('"MOT-998"', encoding="utf-8")
    book = {**table.book(), "MOT-021": table.Entry(table.entry("MOT-021").versions)}
    monkeypatch.setattr(table, "book", lambda: book)
    problems = check.check(tmp_path).problems
    assert len(problems) == 2
    assert "MOT-021 没有算例" in problems[0]
    assert "MOT-999 不在规则表里" in problems[1]


def test_check_finds_a_wrong_example_and_a_wrong_column() -> None:
    with api.replaced("MOT-021", n=table.Fraction(4)):
        problems = check.check(Path("/nonexistent")).problems
    assert any(problem.startswith("MOT-021 的算例") and "应得" in problem for problem in problems)
    with pytest.MonkeyPatch.context() as patch:
        old = table.entry("MOT-021")
        wrong = table.Entry((table.replace(old.versions[0], enforce="must"), *old.versions[1:]), old.examples)
        book = {**table.book(), "MOT-021": wrong}
        patch.setattr(table, "book", lambda: book)
        problems = check.check(Path("/nonexistent")).problems
    assert problems == ["MOT-021（2025）的 enforce 写成“must”，不在规定的写法里"]


def test_check_finds_overlapping_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    old = table.entry("MOT-021")
    open_end = table.replace(old.versions[1], in_force_until=None)
    book = {**table.book(), "MOT-021": table.Entry((old.versions[0], open_end), old.examples)}
    monkeypatch.setattr(table, "book", lambda: book)
    assert check.check(Path("/nonexistent")).problems == [
        "MOT-021 的 2015 年版本没有在 2025 年版本施行前失效"
    ]


@pytest.mark.django_db
def test_compute_uses_the_settings_of_a_congress() -> None:
    actor = SimpleNamespace(pk=7, display_name="周敏")
    day = dt.date(2026, 1, 1)
    api.set_local("congress:1", "MOT-021", 2, "本级办法", actor=actor, from_day=day)
    arguments = ["compute", "due", "rule=MOT-021", "from=2026-03-10", "--json"]
    assert json.loads(invoke(*arguments, "--congress", "congress:1").out)["due"] == "2026-05-11"
    assert json.loads(invoke(*arguments).out)["due"] == "2026-06-10"


def _environment(tmp_path: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("RENDA_", "DJANGO_"))}
    return {**kept, "PYTHONPATH": str(SOURCE), "RENDA_HOME": str(tmp_path / "home"), **more}


COMMAND = [sys.executable, "-m", "renda.kernel.law.cli", "compute"]
COMMAND += ["due", "rule=MOT-021", "from=2026-07-01", "--json"]
DJANGO = {"DJANGO_SETTINGS_MODULE": "renda.site.settings"}


@pytest.mark.parametrize("variables", [{}, DJANGO], ids=["bare", "settings"])
def test_compute_is_fast_without_a_database_and_makes_none(tmp_path: Path, variables: dict[str, str]) -> None:
    environment = _environment(tmp_path, **variables)
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        result = subprocess.run(COMMAND, capture_output=True, text=True, check=True, env=environment)
        times.append(time.perf_counter() - begin)
    assert json.loads(result.stdout)["due"] == "2026-10-08"
    assert result.stderr == ""
    assert min(times) < 3  # a third of a second on an idle core; three leaves room for a busy one
    assert not list(tmp_path.rglob("*.sqlite3"))


PREPARE = """
import datetime as dt
from types import SimpleNamespace
from django.apps import apps
apps.populate(["renda.kernel.calendar", "renda.kernel.law"])
from django.core.management import call_command
from renda.kernel.calendar import api as calendar
from renda.kernel.law import api
for label in ("calendar", "law"):
    call_command("migrate", label, verbosity=0)
actor = SimpleNamespace(pk=7, display_name="周敏")
calendar.import_year(2027, [(dt.date(2027, 3, 1), False, "放假")], actor=actor)
api.set_local("congress:1", "MOT-021", 2, "本级办法", actor=actor, from_day=dt.date(2026, 1, 1))
"""


def test_a_migrated_database_is_used_by_a_process_that_only_loads_these_two(tmp_path: Path) -> None:
    environment = _environment(tmp_path, **DJANGO)
    subprocess.run([sys.executable, "-c", PREPARE], check=True, env=environment, capture_output=True)
    command = [*COMMAND[:-2], "from=2026-12-01", "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    answer = json.loads(result.stdout)
    assert (answer["due"], answer["provisional"]) == ("2027-03-02", "no")  # 1 March 2027 is a day off
    own = [*command, "--congress", "congress:1"]
    result = subprocess.run(own, capture_output=True, text=True, check=True, env=environment)
    assert json.loads(result.stdout)["due"] == "2027-02-01"
    assert result.stderr == ""


def test_an_unmigrated_database_is_told_and_not_used(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "renda.sqlite3").touch()
    environment = _environment(tmp_path, **DJANGO)
    result = subprocess.run(COMMAND, capture_output=True, text=True, check=True, env=environment)
    assert json.loads(result.stdout)["due"] == "2026-10-08"
    assert "没有使用本级规定和导入的放假安排" in result.stderr
