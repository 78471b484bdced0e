"""``renda law``: list, explain, compute, check. Works without a database, then without own settings."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from renda.kernel.law import api, words
from renda.kernel.law.table import Rule

app = typer.Typer(
    name="law",
    help="法律规则：查找、解释、计算、核对。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

DOMAINS = {
    "motions": "议案和建议",
    "meetings": "会议",
    "voting": "表决",
    "elections": "选举",
    "supervision": "监督",
    "budget": "预算决算",
    "assets": "国有资产",
    "filing_review": "备案审查",
    "legislation": "地方立法",
    "appointments": "任免",
    "petitions": "信访",
    "deputies": "代表",
    "data_protection": "数据与保密",
}
ENFORCE = {"hard": "必须", "default": "一般（本级可改）", "remind": "提示"}
WRONG = 2

Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]
On = Annotated[str, typer.Option("--on", help="按哪一天施行的规定，如 2026-02-28", metavar="日期")]
Congress = Annotated[str, typer.Option("--congress", help="使用该人大的本级规定", metavar="人大")]


def _fail(message: str) -> typer.Exit:
    typer.echo(f"错误　{message}", err=True)
    return typer.Exit(WRONG)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _fail(f"on：“{text}”不是日期，请写成 2026-02-28 的样子") from None


def _reachable() -> str:
    """Whether the settings and arrangements can be read: ``yes``, ``absent`` or what is wrong.

    Only the two applications needed are loaded, and only if nobody has set up Django before: a computation
    answers in a fraction of a second.
    """
    from django.apps import apps
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    if not apps.ready:
        if not os.environ.get("DJANGO_SETTINGS_MODULE"):
            return "absent"
        try:
            database = settings.DATABASES["default"]
            if "sqlite" in database["ENGINE"] and not Path(database["NAME"]).exists():
                return "absent"
            apps.populate(["renda.kernel.calendar", "renda.kernel.law"])
        except (ImproperlyConfigured, ImportError, KeyError, OSError) as error:
            return str(error)
    if not apps.is_installed("renda.kernel.law"):
        return "absent"
    try:
        with api.steady():  # asks for the newest setting and the newest arrangement
            pass
    except DatabaseError as error:
        return str(error)
    return "yes"


@contextmanager
def _database(congress: str = "") -> Iterator[None]:
    """Own settings and imported arrangements where there is a database, else only what comes along."""
    found = _reachable()
    if found == "yes":
        yield
        return
    if congress or found != "absent":
        why = "没有数据库" if found == "absent" else f"数据库不可用（{found.splitlines()[0]}）"
        typer.echo(f"提示　{why}，没有使用本级规定和导入的放假安排", err=True)
    with api.without_database():
        yield


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "domain": rule.domain,
        "law": rule.law,
        "version": rule.version,
        "article": rule.article,
        "kind": rule.kind,
        "trigger": rule.trigger,
        "value": rule.value,
        "summary": rule.summary,
        "why": rule.why,
        "comparator": rule.comparator,
        "n": None if rule.n is None else str(rule.n),
        "n_max": None if rule.n_max is None else str(rule.n_max),
        "unit": rule.unit,
        "direction": rule.direction,
        "anchor": rule.anchor,
        "base": rule.base,
        "level": rule.level,
        "calendar": rule.calendar,
        "consequence": rule.consequence,
        "confidence": rule.confidence,
        "note": rule.note,
        "enforce": rule.enforce,
        "roll": rule.roll,
        "tighten": rule.tighten,
        "in_force_from": rule.in_force_from.isoformat() if rule.in_force_from else None,
        "in_force_until": rule.in_force_until.isoformat() if rule.in_force_until else None,
        "reference": rule.reference,
    }


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


@app.command("list")
def list_rules(
    domain: Annotated[str, typer.Option(help=f"领域：{'、'.join(DOMAINS)}", metavar="领域")] = "",
    text: Annotated[str, typer.Option(help="编号、法规、条文或者事项里的文字", metavar="文字")] = "",
    as_json: Json = False,
) -> None:
    """列出规则：编号、依据、事项、数字。"""
    if domain and domain not in DOMAINS:
        raise _fail(f"domain：“{domain}”不认识，只能是 {'、'.join(DOMAINS)}")
    found = [
        rule
        for rule in api.all_rules()
        if (not domain or rule.domain == domain)
        and text in f"{rule.id} {rule.law} {rule.article} {rule.trigger} {rule.value} {rule.note}"
    ]
    if as_json:
        _print_json([_row(rule) for rule in found])
        return
    for rule in found:
        number = "" if rule.n is None else f"　{rule.comparator} {words.span(rule.n, rule.unit)}"
        typer.echo(f"{rule.id}　{rule.citation}　{rule.label}{number}")
    typer.echo(f"共 {len(found)} 条", err=True)


@app.command()
def explain(
    rule_id: Annotated[str, typer.Argument(metavar="编号", help="规则编号，如 MOT-021")],
    on: On = "",
    as_json: Json = False,
) -> None:
    """解释一条规则：条文、数字、各个版本和本级可改的范围。"""
    from renda.kernel import clock

    day = _day(on) or clock.today()
    try:
        rule = api.rule(rule_id, day)
        versions = api.versions(rule_id)
    except api.LawError as error:
        raise _fail(str(error)) from None
    if as_json:
        _print_json({**_row(rule), "on": day.isoformat(), "versions": [_row(one) for one in versions]})
        return
    number = (
        "" if rule.n is None else f"{words.bound(rule.comparator, rule.n)}{words.UNITS.get(rule.unit, '')}"
    )
    levels = "、".join(name for key, name in words.LEVELS.items() if key in rule.levels)
    tighten = {"lower": "只能改小", "higher": "只能改大", "none": "不得改动"}[rule.tighten]
    lines = {
        "编号": rule.id,
        "依据": f"《{rule.law}》{f'（{rule.version}年）' if rule.version else ''}{rule.article}",
        "事项": rule.label,
        "规定": rule.summary or rule.value,
        "数字": number,
        "起算": rule.anchor,
        "基数": rule.base,
        "约束": levels,
        "效力": ENFORCE[rule.enforce] + ("" if rule.enforce != "hard" else f"，本级{tighten}"),
        "末日遇休息日": "顺延" if rule.roll == "next" else "不顺延",
        "施行": f"{rule.in_force_from or '不详'} 至 {rule.in_force_until or '今'}",
        "注意": "；".join(rule.caveats),
        "口径": rule.why,
        "说明": rule.note,
        "参照": "该日没有施行中的版本，参照现行规定" if rule.reference else "",
    }
    for label, value in lines.items():
        if value:
            typer.echo(f"{label}　{value}")
    for one in versions:
        if len(versions) > 1:
            days = f"{one.in_force_from or ''} 至 {one.in_force_until or '今'}"
            typer.echo(f"版本　{one.citation}　{days}　{one.value}")


def _pairs(arguments: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for argument in arguments:
        key, sign, value = argument.partition("=")
        if not sign or not key:
            raise _fail(f"{argument}：请写成 键=值")
        if key in pairs:
            raise _fail(f"{key}：写了两次")
        pairs[key] = value
    return pairs


def _epilog() -> str:
    """Every computation with its keys, for the help page."""
    lines = []
    for one in api.COMPUTATIONS.values():
        keys = [key.name if key.default is None and not key.optional else f"[{key.name}]" for key in one.keys]
        lines.append(f"{one.name}（{one.label}）：{' '.join(keys)}{' c.姓名=票数…' if one.votes else ''}")
    return "\n\n".join(lines)


@app.command(epilog=_epilog())
def compute(
    name: Annotated[str, typer.Argument(metavar="名称", help="计算名称，见下")],
    inputs: Annotated[
        list[str] | None, typer.Argument(metavar="键=值…", help="输入，如 from=2026-02-28")
    ] = None,
    on: On = "",
    congress: Congress = "",
    as_json: Json = False,
) -> None:
    """按规则计算：期限、日程、名额、候选人数、表决、选举结果。输入缺少或者有误时退出码为 2。"""
    pairs, day = _pairs(inputs or []), _day(on)
    try:
        with _database(congress):
            answer = api.compute(name, pairs, on=day, congress=congress or None)
    except api.LawError as error:
        raise _fail(str(error)) from None
    plain = api.to_json(answer)
    if as_json:
        _print_json(plain)
        return
    for field, label in api.COMPUTATIONS[name].fields.items():
        if field in plain:
            typer.echo(f"{label}（{field}）　{_shown(plain[field])}")
    typer.echo(f"依据　{'；'.join(answer['article'])}")
    for line in answer["formula"].splitlines():
        typer.echo(f"算式　{line}")
    for note in answer["notes"]:
        typer.echo(f"说明　{note}")
    if answer["reference"]:
        typer.echo(f"参照现行规定　{'、'.join(answer['reference'])}")
    if answer["remind"]:
        typer.echo(f"只作提示　{'、'.join(answer['remind'])}")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(value) or "无"
    if isinstance(value, dict):
        return f"{value['seats']}名，候选人 {'、'.join(value['candidates'])}"
    return {"yes": "是", "no": "否", None: "无", "": "无", "next": "顺延"}.get(value, str(value))


@app.command()
def check(as_json: Json = False) -> None:
    """核对规则表：格式、各版本、算例，以及代码里用到的每个编号。有问题时退出码为 1。"""
    from renda.kernel.law.check import check as run

    report = run()
    if as_json:
        counts = {"rules": report.rules, "versions": report.versions, "examples": report.examples}
        _print_json({**counts, "used": report.used, "problems": report.problems})
    else:
        for problem in report.problems:
            typer.echo(f"问题　{problem}")
        typer.echo(
            f"规则 {report.rules} 条，版本 {report.versions} 个，算例 {report.examples} 个，"
            f"代码用到 {len(report.used)} 条，问题 {len(report.problems)} 个"
        )
    if report.problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    app()
