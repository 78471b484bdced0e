"""Commands that make an installation run: init, serve, demo, check, manage."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from renda.site.backup import DATA
from renda.site.cli.words import app, fail, setup_django, tell

Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取")]
Host = Annotated[str, typer.Option(help="监听地址；默认只有本机能访问")]
MADE = "demo.json"  # in the data folder of a demo: how large it is, and its accounts
Port = Annotated[int, typer.Option(help="端口；0 表示任取一个空闲的")]


@app.command()
def init(as_json: Json = False) -> None:
    """建立数据目录和数据库。升级程序后也运行一次：数据不动，只补结构和防护。"""
    setup_django()
    from django.conf import settings

    from renda.site import upkeep

    pending = upkeep.missing_migrations()
    upkeep.migrate()
    upkeep.collect_static()
    tell(
        as_json,
        {"home": str(settings.HOME), "zone": settings.ZONE, "migrations": len(pending)},
        f"数据目录 {settings.HOME} 已就绪（区域 {settings.ZONE}，执行迁移 {len(pending)} 项）。",
    )


@app.command()
def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    only: Annotated[
        Literal["web", "worker"] | None, typer.Option(help="只运行其中之一（几台机器分担时用）")
    ] = None,
) -> None:
    """启动服务：网页和后台两个子进程，意外退出会自动拉起。Ctrl+C 停止。"""
    from renda.site.supervisor import Supervisor

    if (_home() / MADE).exists():
        os.environ.setdefault("RENDA_PAPER_PLANE", "1")  # the demo sends nothing; its messages land on a page
    names: list[str] = [only] if only else ["web", "worker"]
    if os.environ.get("RENDA_ZONE") == "public":
        names = ["web"]
    if host not in {"127.0.0.1", "localhost", "::1"} and "RENDA_HOSTS" not in os.environ:
        typer.echo(
            "别的机器要能访问，请用 RENDA_HOSTS 写明它们用的域名或地址，如 RENDA_HOSTS=10.1.2.3", err=True
        )
    try:
        supervisor = Supervisor(names, host, port, lambda line: typer.echo(line, err=True))
    except OSError as error:
        fail(f"不能监听 {host}:{port}：{error.strerror}。请换一个端口（--port），或停掉占用它的程序。")
    sys.exit(supervisor.run(_started))


def _started(address: str) -> None:
    typer.echo(
        f"Renda 已启动：{address} （Ctrl+C 停止）" if address else "Renda 后台进程已启动（Ctrl+C 停止）"
    )


@app.command()
def demo(
    size: Annotated[
        Literal["small", "city"], typer.Option(help="small：一年，约六十件；city：一届，约需一小时")
    ] = "small",
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="填好后是否启动服务")] = True,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    as_json: Json = False,
) -> None:
    """把虚构的安澜市填进数据目录，启动服务，印出地址和每种身份的账号。已填过的不重填。"""
    os.environ.setdefault("RENDA_PAPER_PLANE", "1")
    home = _home()
    begun, made = home / "demo.begun", home / MADE
    if begun.exists() and not made.exists():  # a filling that was broken off: begin anew
        for name in (*DATA, begun.name):
            path = home / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    setup_django()
    from renda.site import upkeep

    upkeep.migrate()
    upkeep.collect_static()
    if not made.exists():
        _refuse_foreign(home)
        begun.touch()
        made.write_text(json.dumps(_build(size, home), ensure_ascii=False, indent=1), "utf-8")
    accounts = json.loads(made.read_text("utf-8"))["accounts"]
    tell(as_json, {"home": str(home), "accounts": accounts}, lambda: _accounts(accounts))
    if serve_it:
        sys.stdout.flush()
        # A process of its own in our place: the supervisor stays small, without Django.
        command = [sys.executable, "-m", "renda.site.cli", "serve", "--host", host, "--port", str(port)]
        os.execv(sys.executable, command)  # noqa: S606


def _home() -> Path:
    """The data folder, known before the settings are."""
    return Path(os.environ.get("RENDA_HOME", "var")).resolve()


def _refuse_foreign(home: Path) -> None:
    from renda.kernel.identity import api as identity

    if identity.Account.objects.exists():
        fail(f"数据目录 {home} 里已有账号，不往里放示范城市。请用 RENDA_HOME 指定一个空目录。")


def _build(size: str, home: Path) -> dict[str, Any]:
    from renda.demo import api as city

    return {"size": size, "accounts": [asdict(account) for account in city.build(size, home).accounts]}


def _accounts(accounts: list[dict[str, str]]) -> str:
    lines = [
        f"  {one['role']}　{one['name']}　账号 {one['username']}　密码 {one['password']}" for one in accounts
    ]
    return "\n".join(["安澜市已就绪（虚构的城市，仅供试用）。每种身份一个账号：", *lines])


@app.command()
def check(as_json: Json = False) -> None:
    """自检：版本、区域、数据库、防护、封存、磁盘、后台、字体、时钟。结果不含个人信息，可以发给他人。

    退出码：0 正常，1 有需要处理的问题。
    """
    setup_django()
    from renda.site import selfcheck

    findings = selfcheck.run()
    tell(
        as_json,
        {"ok": selfcheck.passed(findings), "findings": [asdict(finding) for finding in findings]},
        lambda: selfcheck.as_text(findings),
    )
    sys.exit(0 if selfcheck.passed(findings) else 1)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Django 的管理命令，例如 renda manage shell、renda manage help。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["renda manage", *context.args])
