"""What all commands share: Chinese help and errors, JSON or sentences, rooms' own commands."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from types import MethodType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

_HEADINGS = {
    "Usage:": "用法：",
    "Options:": "选项：",
    "Commands:": "命令：",
    "Arguments:": "参数：",
    "Show this message and exit.": "显示这段说明。",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]…",
    "Install completion for the current shell.": "为当前的命令行安装补全。",
    "Show completion for the current shell, to copy it or": "显示补全脚本，可复制或",
    "customize the installation.": "自行修改。",
    "[required]": "[必填]",
    "[default: ": "[默认：",
}


class _Lazy(TyperGroup):
    """A room's command group that is imported when it is called, not when the list of commands is shown."""

    def __init__(self, name: str, target: str, help: str, django: bool) -> None:
        super().__init__(name=name, help=help, rich_markup_mode=None)
        self._target = target
        self._django = django

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        if self._django:
            setup_django()
        module, _, attribute = self._target.partition(":")
        real = get_command(getattr(import_module(module), attribute))
        _speak_chinese(real)
        return real.make_context(info_name, args, parent=parent, **extra)


_mounted: list[_Lazy] = []


class _Root(TyperGroup):
    """The commands of this package and the mounted ones, all of them explained in Chinese."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for lazy in _mounted:
            self.add_command(lazy)
        _speak_chinese(self)


app = typer.Typer(
    cls=_Root,
    help="Renda：人民代表大会及其常务委员会的工作系统。每个命令后加 --help 查看用法。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def mount(name: str, target: str, help: str, *, django: bool = True) -> None:
    """Add a room's commands: ``target`` is ``module:attribute`` of its Typer application."""
    _mounted.append(_Lazy(name, target, help, django))


def _speak_chinese(command: Any) -> None:
    english = command.get_help

    def get_help(self: Any, context: Any) -> str:
        text = str(english(context))
        for word, chinese in _HEADINGS.items():
            text = text.replace(word, chinese)
        return text

    command.get_help = MethodType(get_help, command)
    for inner in getattr(command, "commands", {}).values():
        if not isinstance(inner, _Lazy):
            _speak_chinese(inner)


def setup_django() -> None:
    """Load settings and rooms; half a second, so only commands that need them do it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()


def tell(as_json: bool, data: Any, sentence: str | Callable[[], str]) -> None:
    """Print a result: as JSON for a program, else as a sentence for a person."""
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        typer.echo(sentence if isinstance(sentence, str) else sentence())


def fail(message: str, code: int = 1) -> NoReturn:
    """End with a sentence on stderr."""
    typer.echo(message, err=True)
    sys.exit(code)


def _value_error(message: str) -> str:
    if "valid integer" in message:
        return "应为整数。"
    if "is not one of" in message:
        return f"只能是 {message.partition('is not one of ')[2]}"
    return message


def _usage(error: Any) -> str:
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    name = (parameter.metavar or parameter.name) if parameter is not None else ""
    if kind == "NoSuchOption":
        return f"没有选项 {error.option_name}。"
    if kind == "MissingParameter":
        return f"缺少参数 {name}。"
    if kind == "BadParameter":
        return f"参数 {name} 不对：{_value_error(str(error.message))}"
    if error.message.startswith("No such command"):
        return "没有这个命令。"
    if error.message.startswith("Got unexpected extra argument"):
        return f"多了参数：{error.message.rpartition('(')[2].rstrip(')')}。"
    return str(error.message)


def main() -> None:
    """Entry point of the console script."""
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        fail("已取消。", 130)
    except Exception as error:
        if not hasattr(error, "exit_code"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            fail(str(error), 2)
        where = getattr(error, "ctx", None)
        path = where.command_path if where else "renda"
        fail(f"{_usage(error)}运行 {path} --help 查看用法。", error.exit_code)
    sys.exit(status if isinstance(status, int) else 0)
