"""Commands that move data: import, export, backup, restore, keys, accounts, fonts, the search index."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from renda.site.cli.running import Json
from renda.site.cli.words import app, fail, setup_django, tell

keys = typer.Typer(help="保险库密钥。", no_args_is_help=True, rich_markup_mode=None)
accounts = typer.Typer(help="账号：建立第一个管理员。", no_args_is_help=True, rich_markup_mode=None)
fonts = typer.Typer(
    help="公文字体：查看、放入本单位购买的字体。", no_args_is_help=True, rich_markup_mode=None
)
index = typer.Typer(help="检索：重建索引。", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys, name="keys")
app.add_typer(accounts, name="account")
app.add_typer(fonts, name="fonts")
app.add_typer(index, name="search")


@app.command("import")
def import_table(
    kind: Annotated[str, typer.Argument(metavar="种类", help="表的种类；写 list 列出全部种类和列名")],
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="xlsx、xls 或 csv")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="写入；不加则只预检")] = False,
    good: Annotated[bool, typer.Option("--good", help="只导入没有错误的行")] = False,
    year: Annotated[int | None, typer.Option(help="表里的日期没有写年份时，按哪一年")] = None,
    as_json: Json = False,
) -> None:
    """导入电子表格。默认只预检并列出错误所在的单元格，加 --apply 才写入；同一文件导入两次不会重复。

    退出码：0 成功，1 有错误的行，2 文件不能导入。
    """
    setup_django()
    from renda.kernel.tabular import api as tabular

    if kind == "list" or file is None:
        tables = tabular.cli_tables()
        tell(as_json, tables, lambda: "\n".join(_table_line(table) for table in tables))
        return
    try:
        told = tabular.cli_import(kind, file, apply=apply, mode="good" if good else "all", year=year)
    except tabular.TabularError as error:
        fail(str(error), 2)
    tell(as_json, told, lambda: _import_text(told))
    sys.exit(2 if told["fatal"] else 1 if told["rows_bad"] else 0)


def _table_line(table: dict[str, Any]) -> str:
    columns = "、".join(f"{one['label']}{'（必填）' if one['required'] else ''}" for one in table["columns"])
    return f"{table['kind']}　{table['label']}\n    {columns}"


def _import_text(told: dict[str, Any]) -> str:
    lines = [f"{told['label']}：{told['file']}"]
    if told["fatal"]:
        return "\n".join([*lines, told["fatal"]])
    lines.append(
        f"可导入 {told['rows_ok']} 行"
        f"（新增 {told['new']}、更正 {told['changed']}、不变 {told['unchanged']}），"
        f"有错误 {told['rows_bad']} 行。"
    )
    lines += [f"注意：{notice}" for notice in told["notices"]]
    if told["unknown_headings"]:
        lines.append(f"没有认出的列：{'、'.join(told['unknown_headings'])}")
    for group in told["mistakes"]:
        place = "、".join(group["cells"])
        lines.append(f"{group['column'] or '整行'}：{group['message']}（{group['count']} 处：{place}）")
    lines.append(
        f"已写入，批次 {told['batch']}；可在导入页撤销。" if told["applied"] else "以上是预检，没有写入。"
    )
    return "\n".join(lines)


@app.command("export")
def export_data(
    kind: Annotated[str, typer.Argument(metavar="种类", help="导出什么；写 list 列出全部种类")],
    file: Annotated[Path | None, typer.Argument(metavar="文件", help="写到哪里")] = None,
    as_json: Json = False,
) -> None:
    """导出：全部工作记录、接口说明、角色权限表、各种导入表的空白样表。"""
    setup_django()
    from renda.site import exports

    if kind == "list" or file is None:
        kinds = exports.kinds()
        tell(as_json, kinds, lambda: "\n".join(f"{key}　{label}" for key, label in kinds.items()))
        return
    try:
        exports.write(kind, file)
    except KeyError:
        fail(f"没有“{kind}”这一种。运行 renda export list 查看全部。", 2)
    except OSError as error:
        fail(f"写不了文件 {file}：{error.strerror}", 2)
    tell(as_json, {"kind": kind, "file": str(file)}, f"已导出到 {file}")


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="位置", help="目录，或备份文件名（.tar.gz）")],
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="连同密钥一起备份：拿到这份备份的人能读出全部个人信息")
    ] = False,
    as_json: Json = False,
) -> None:
    """备份数据库和文件，不停机。默认不含密钥：密钥（secret.key、vault.key）请另行保管，没有它打不开个人信息。"""
    setup_django()
    from renda.site.archive import BackupError
    from renda.site.backup import make

    try:
        made = make(target, with_keys=with_keys)
    except BackupError as error:
        fail(str(error))
    keys_told = (
        "含密钥，请像保管密钥一样保管它。" if made.with_keys else "不含密钥，请确认 vault.key 已另行保管。"
    )
    text = f"已备份到 {made.path}（{made.files} 个文件，{made.size / 1_000_000:.1f} MB）。{keys_told}"
    tell(as_json, asdict(made), text)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(metavar="备份文件", help="renda backup 写成的 .tar.gz")],
    as_json: Json = False,
) -> None:
    """把备份恢复到一个空的数据目录（RENDA_HOME），逐个核对文件，并校验工作记录没有被改动。"""
    from renda.site import backup as backups
    from renda.site.archive import BackupError

    home = Path(os.environ.get("RENDA_HOME", "var")).resolve()
    try:
        manifest = backups.unpack(archive, home)
        setup_django()
        from renda.site import upkeep

        backups.load_dumps(home)
        pending = upkeep.missing_migrations()
        upkeep.migrate()
        if manifest["zone"] != "public":
            backups.verify(manifest["record_head"])
    except BackupError as error:
        fail(str(error))
    text = f"已恢复 {manifest['made_at'][:16].replace('T', ' ')} 的备份到 {home}，工作记录校验通过。"
    if not manifest["with_keys"]:
        text += "备份不含密钥：请把当时的 vault.key、secret.key 放回数据目录，再运行 renda check。"
    told = {**manifest, "files": len(manifest["files"]), "home": str(home), "migrations": len(pending)}
    tell(as_json, told, text)


@keys.command()
def rotate(
    reencrypt: Annotated[
        bool, typer.Option("--reencrypt", help="连数据一起重新加密（怀疑泄露时用，时间较长）")
    ] = False,
    as_json: Json = False,
) -> None:
    """更换保险库主密钥。中断后再运行一次会接着做完。换完请重新保管 vault.key。"""
    setup_django()
    from renda.kernel.identity import api as identity

    try:
        done = identity.rotate_keys(reencrypt=reencrypt)
    except identity.VaultKeyProblem as problem:
        fail(str(problem))
    text = f"已换用主密钥 {done.master}：重新封装密钥 {done.keys} 个，重新加密 {done.items} 项。"
    tell(as_json, asdict(done), text + "请把新的 vault.key 另行保管。")


@accounts.command("create")
def create_account(
    username: Annotated[str, typer.Argument(metavar="账号")],
    name: Annotated[str, typer.Argument(metavar="姓名")],
    as_json: Json = False,
) -> None:
    """建立一个系统管理员账号，印出只用一次的密码，首次登录时必须更换。其他账号由管理员在页面上建立。"""
    setup_django()
    from renda.kernel.identity import api as identity

    password = secrets.token_urlsafe(12)
    try:
        account = identity.create_account(username, name, password, actor=None, must_change=True)
        identity.grant(account, identity.ADMINISTRATOR, "all", actor=None, reason="命令行建立")
    except identity.IdentityError as error:
        fail(str(error))
    text = f"已建立管理员 {name}：账号 {username}，一次性密码 {password}（首次登录请更换）。"
    tell(as_json, {"username": username, "password": password}, text)


@fonts.command("list")
def list_fonts(as_json: Json = False) -> None:
    """列出公文各处用的字体和它们从哪里来。"""
    setup_django()
    from renda.kernel.documents import api as documents

    found = documents.list_fonts()
    tell(
        as_json,
        [{"role": role, "family": family, "origin": origin} for role, family, origin in found],
        lambda: "\n".join(f"{role}　{family}（{origin}）" for role, family, origin in found),
    )


@fonts.command("add")
def add_font(
    file: Annotated[Path, typer.Argument(metavar="字体文件", help="ttf、otf 或 ttc")],
    role: Annotated[str, typer.Argument(metavar="用途", help="如 仿宋、小标宋；不写则按字体名判断")] = "",
    as_json: Json = False,
) -> None:
    """放入本单位有使用权的字体，公文随即改用它。"""
    setup_django()
    from renda.kernel.documents import api as documents

    try:
        used_for, family = documents.add_font(file, role)
    except documents.DocumentsError as error:
        fail(str(error))
    tell(as_json, {"role": used_for, "family": family}, f"{used_for} 已改用 {family}。")


@index.command("rebuild")
def rebuild_index(
    kind: Annotated[
        str, typer.Argument(metavar="种类", help="只重建一种，如 motions.suggestion；不写则全部")
    ] = "",
    as_json: Json = False,
) -> None:
    """从业务数据重建检索索引：没变的不写，没有了的删去。服务开着也可以运行。"""
    setup_django()
    from renda.kernel.search import api as search

    try:
        changed = search.rebuild(kind or None)
    except search.Undeclared as error:
        fail(str(error), 2)
    tell(as_json, {"changed": changed}, f"索引已重建，更新或删去 {changed} 条。")
