"""``renda check``: what an operator can send to whoever helps. Counts, versions and states; nobody's data."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import django
from django.conf import settings
from django.db import DatabaseError, connections

from renda.kernel import clock
from renda.site import upkeep

State = Literal["ok", "warn", "bad"]
ENOUGH_FREE = 2 * 1024**3  # bytes: room for a backup of a middling installation beside it
MOST_SKEW = 5.0  # seconds between this machine's clock and the database's
_MARKS = {"ok": "正常", "warn": "注意", "bad": "问题"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: where, how it stands, and, unless all is well, what to do."""

    area: str
    state: State
    text: str


def _versions() -> Iterator[Finding]:
    yield Finding(
        "版本",
        "ok",
        f"Renda {version('renda')}，Django {django.get_version()}，Python {platform.python_version()}，"
        f"{platform.system()} {platform.machine()}，区域 {settings.ZONE}",
    )
    if settings.DEBUG:
        yield Finding("版本", "bad", "开发模式开着（RENDA_DEBUG=1），出错页会泄露内部信息：正式使用请关闭。")
    outside = set(settings.ALLOWED_HOSTS) - {"localhost", "127.0.0.1", "[::1]"}
    if outside and not settings.SESSION_COOKIE_SECURE:
        yield Finding(
            "版本",
            "warn",
            "对外提供服务但没有声明 HTTPS：请在反向代理上启用，并设 RENDA_HTTPS=1、RENDA_PROXY=1。",
        )


def _databases() -> Iterator[Finding]:
    for alias in connections:
        connection = connections[alias]
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    name = f"SQLite {connection.Database.sqlite_version}"  # type: ignore[attr-defined]
                    size = Path(connection.settings_dict["NAME"]).stat().st_size
                    cursor.execute("PRAGMA quick_check")
                    verdict = cursor.fetchone()[0]
                    if verdict != "ok":
                        yield Finding(
                            f"数据库 {alias}", "bad", f"文件已损坏（{verdict}）：请停机并从备份恢复。"
                        )
                        continue
                else:
                    cursor.execute("SHOW server_version")
                    name = f"PostgreSQL {cursor.fetchone()[0]}"
                    cursor.execute("SELECT pg_database_size(current_database())")
                    size = cursor.fetchone()[0]
        except DatabaseError as error:
            yield Finding(
                f"数据库 {alias}", "bad", f"连不上（{type(error).__name__}）：请检查数据库服务和地址。"
            )
            continue
        yield Finding(f"数据库 {alias}", "ok", f"{name}，{size / 1_000_000:.1f} MB")
    missing = upkeep.missing_migrations()
    if missing:
        yield Finding("数据库", "bad", f"有 {len(missing)} 项迁移没有执行：请运行 renda init。")


def _record() -> Iterator[Finding]:
    from renda.kernel.record import api as record

    wrong = record.health()
    yield from (Finding("工作记录", "bad", sentence) for sentence in wrong)
    if not wrong:
        yield Finding("工作记录", "ok", f"{record.count()} 条，防护完好，没有逾时未封存的条目")


def _vault() -> Iterator[Finding]:
    from renda.kernel.identity import api as identity

    wrong = identity.vault_problems()
    yield from (Finding("保险库", "bad", sentence) for sentence in wrong)
    if not wrong:
        yield Finding("保险库", "ok", "密钥与数据相符")


def _secrets() -> Iterator[Finding]:
    file = Path(settings.HOME) / "secret.key"
    if file.exists() and file.stat().st_mode & 0o077:
        yield Finding("密钥", "bad", "secret.key 的权限过宽：请执行 chmod 600。")


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free
    state: State = "ok" if free >= ENOUGH_FREE else "warn"
    todo = "" if state == "ok" else "：请清理或扩容，备份也需要空间"
    yield Finding("磁盘", state, f"数据目录所在磁盘剩余 {free / 1024**3:.1f} GB{todo}")
    if not os.access(settings.HOME, os.W_OK):
        yield Finding("磁盘", "bad", "数据目录不可写：请检查目录权限和运行程序的用户。")


def _messages() -> Iterator[Finding]:
    from renda.kernel.notify import api as notify

    wrong = notify.health()
    yield from (Finding("消息", "warn", sentence) for sentence in wrong)
    if not wrong:
        yield Finding("消息", "ok", "没有积压，没有无人收的消息")


def _search() -> Iterator[Finding]:
    from renda.kernel.search import api as search

    wrong = search.health()
    yield from (Finding("检索", "bad", sentence) for sentence in wrong)
    if not wrong:
        yield Finding("检索", "ok", "索引与条目相符")


def _workers() -> Iterator[Finding]:
    from renda.kernel.jobs import api as jobs

    workers = jobs.workers()
    alive = [worker for worker in workers if worker.age < 30]
    if not alive:
        yield Finding("后台", "bad", "没有后台进程在报到：通知、封存、定时任务都停着。请运行 renda serve。")
    for worker in alive:
        yield Finding(
            "后台", "ok", f"{worker.host}:{worker.pid}，{worker.age:.0f} 秒前报到，版本 {worker.version}"
        )
    for line in jobs.timetable_state():
        if line.failures:
            yield Finding(
                "定时任务", "bad", f"{line.label}（{line.name}）连续失败 {line.failures} 次：{line.error}"
            )
    counts = jobs.task_counts()
    state: State = "warn" if counts.failed else "ok"
    yield Finding("任务", state, f"等待 {counts.ready}，执行中 {counts.running}，失败 {counts.failed}")


def _fonts() -> Iterator[Finding]:
    from renda.kernel.documents import api as documents

    try:
        listed = documents.list_fonts()
    except documents.DocumentsError as error:
        yield Finding("字体", "bad", str(error))
        return
    yield Finding("字体", "ok", "；".join(f"{role} {family}（{origin}）" for role, family, origin in listed))


def _attachments() -> Iterator[Finding]:
    from renda.kernel.documents import api as documents

    wrong = documents.check_contents()
    yield from (Finding("附件", "bad", sentence) for sentence in wrong)
    if not wrong:
        yield Finding("附件", "ok", "登记的附件内容都在")


def _clock() -> Iterator[Finding]:
    now = clock.now()
    yield Finding("时钟", "ok", f"{now:%Y-%m-%d %H:%M:%S}（{clock.TZ.key}）")
    with connections["default"].cursor() as cursor:
        if connections["default"].vendor == "postgresql":
            cursor.execute("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")
            skew = abs(cursor.fetchone()[0] - time.time())
            if skew > MOST_SKEW:
                yield Finding(
                    "时钟", "bad", f"本机与数据库服务器相差 {skew:.0f} 秒：请在两台机器上启用时间同步。"
                )


def _calendar() -> Iterator[Finding]:
    from renda.kernel.calendar import api as calendar

    year = clock.today().year
    if calendar.is_working_day(clock.today()).provisional:
        yield Finding("日历", "warn", f"{year} 年放假安排还没有导入，工作日按暂定计算：请在日历页导入。")


def _assets() -> Iterator[Finding]:
    from django.contrib.staticfiles import finders

    if finders.find("vendor/icons.svg") is None:
        yield Finding("前端资源", "bad", "图标等资源没有构建：从源码安装时请运行 make assets。")


def run() -> list[Finding]:
    """Everything there is to say, in the order an operator reads it; one broken part hides no other."""
    parts: list[Callable[[], Iterator[Finding]]] = [_versions, _databases, _disk, _clock, _secrets, _assets]
    if settings.ZONE != "public":
        parts += [_record, _vault, _search, _messages, _workers, _fonts, _attachments, _calendar]
    findings: list[Finding] = []
    for part in parts:
        try:
            findings += part()
        except Exception as error:
            kind = type(error).__name__
            findings.append(
                Finding(part.__name__.strip("_"), "bad", f"这一项查不了（{kind}）：先处理其他问题再查。")
            )
    return findings


def passed(findings: list[Finding]) -> bool:
    """Whether nothing needs mending."""
    return all(finding.state != "bad" for finding in findings)


def as_text(findings: list[Finding]) -> str:
    """Lines for reading: what needs mending first."""
    order = ("bad", "warn", "ok")
    lines = [
        f"[{_MARKS[finding.state]}] {finding.area}：{finding.text}"
        for finding in sorted(findings, key=lambda finding: order.index(finding.state))
    ]
    lines.append("自检通过。" if passed(findings) else "有问题需要处理，见上面标“问题”的各行。")
    return "\n".join(lines)
