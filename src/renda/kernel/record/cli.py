"""``renda record``: verify, export, head. The site mounts ``app`` and sets Django up before it runs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from renda.kernel.record import verifier

app = typer.Typer(help="工作记录：校验、导出、链头。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def verify(
    head: Annotated[list[Path] | None, typer.Option(help="在别处留存的链头文件；可以重复给出多个")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取")] = False,
) -> None:
    """校验全部记录，指出被改、被删、插入、换位、截断的条目。退出码：0 完好，1 有改动，2 读不出来。"""
    from renda.kernel.record.exports import export as write

    with tempfile.TemporaryDirectory(prefix="renda-record-") as folder:
        file = Path(folder) / "record.jsonl"
        write(file)
        code = verifier.main([str(file), *map(str, head or ()), *(["--json"] if as_json else [])])
    raise typer.Exit(code)


@app.command()
def export(file: Annotated[Path, typer.Argument(help="导出到哪个文件（JSONL，每行一条）")]) -> None:
    """导出全部记录和封存，旁边写一份链头（.head.json）。链头交给别人保管，日后才能证明没有改动。"""
    from renda.kernel.record.exports import export as write

    try:
        last = write(file)
        if last is not None:
            file.with_name(file.name + ".head.json").write_text(_json(last), encoding="utf-8")
    except OSError as error:
        typer.echo(f"写不了文件：{error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(
        f"已导出到 {file}" + ("；还没有封存的批次。" if last is None else f"，链头为第 {last['number']} 批。")
    )


@app.command()
def head(
    out: Annotated[Path | None, typer.Option(help="写到哪个文件；不给则显示在屏幕上")] = None,
) -> None:
    """取当前链头。请定期取出，交监督方或印在纸上保管。退出码：0 有链头，1 还没有封存。"""
    from renda.kernel.record.exports import head_json

    last = head_json()
    if last is None:
        typer.echo("还没有封存的批次：后台进程（renda serve）运行后才会封存。", err=True)
        raise typer.Exit(1)
    if out is None:
        typer.echo(_json(last), nl=False)
    else:
        out.write_text(_json(last), encoding="utf-8")
        typer.echo(f"链头（第 {last['number']} 批）已写到 {out}")


def _json(value: dict[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
