"""The command line ``renda``. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

app = typer.Typer(
    help="Renda：人民代表大会工作系统。", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()


@app.command()
def init() -> None:
    """建立数据目录和数据库；升级后再运行一次，数据不动，只补结构。"""
    _django()
    from renda.site import upkeep

    upkeep.migrate()
    upkeep.collect_static()
    from django.conf import settings

    typer.echo(f"数据目录已就绪：{settings.HOME}")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="监听地址；默认只有本机能访问")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口；0 表示任取一个空闲的")] = 8000,
    only: Annotated[str, typer.Option(help="只运行 web 或 worker 之一（多台机器时用）")] = "",
) -> None:
    """启动服务：网页和后台两个子进程，意外退出会自动拉起。Ctrl+C 停止。"""
    from renda.site.supervisor import Supervisor

    names = [only] if only else ["web", "worker"]
    if os.environ.get("RENDA_ZONE") == "public":
        names = ["web"]
    supervisor = Supervisor(names, host, port, lambda line: typer.echo(line, err=True))
    sys.exit(supervisor.run(lambda address: typer.echo(f"Renda 已启动：{address}  （Ctrl+C 停止）")))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def manage(context: typer.Context) -> None:
    """Django 的管理命令，例如 renda manage shell。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["renda manage", *context.args])


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
