"""The verifier: a program of its own that proves a record unchanged, or names what was done to it.

It knows nothing of Renda and needs nothing but Python 3.11; it can be copied to another machine as this one
file. It reads an export (JSON lines), a SQLite file or a plain ``pg_dump`` of the record's tables, and the
heads that somebody kept outside. The format is described in ``docs/record.md``; every digest is computed here
by code of its own, so that a mistake in the sealer shows.

    python verifier.py export.jsonl head.json        exit 0: intact, 1: tampered, 2: cannot be read
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

WORDS = {"changed": "被改", "removed": "被删", "inserted": "插入", "reordered": "换位", "cut_off": "截断"}
FIRST = "0" * 64
# Beyond these sizes the guilty entry of a batch is not searched one by one; the batch is named instead.
_SEARCH, _PAIRS = 2000, 500
_TABLES = ("record_entry", "record_seal", "record_seal_link", "record_pending")


class Unreadable(Exception):
    """The file is not what it should be; the message says where."""


@dataclass(frozen=True)
class Link:
    seal: int
    position: int
    leaf: str


@dataclass
class Log:
    """What was read: digests of bodies instead of bodies, so that a million entries fit in memory."""

    entries: dict[int, bytes] = field(default_factory=dict)
    twice: list[int] = field(default_factory=list)
    links: dict[int, Link] = field(default_factory=dict)
    seals: list[dict[str, Any]] = field(default_factory=list)
    pending: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Finding:
    """One act of tampering: what was done (a key of WORDS), to which entry, in which batch."""

    what: str
    entry: int | None
    seal: int | None
    text: str


# --- digests ------------------------------------------------------------------------------------------------


def digest(domain: str, *parts: bytes) -> bytes:
    return sha256(f"renda.record.{domain}.1\0".encode() + b"".join(parts)).digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf(number: int, body: bytes) -> str:
    return digest("leaf", str(number).encode() + b"\0", body).hex()


def merkle(leaves: Iterable[str]) -> str:
    try:
        level = [bytes.fromhex(text) for text in leaves]
    except ValueError:
        return ""
    while len(level) > 1:
        level = [
            digest("node", *level[i : i + 2]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    return level[0].hex() if level else ""


def seal_digest(seal: dict[str, Any]) -> str:
    return digest("seal", canonical({key: value for key, value in seal.items() if key != "digest"})).hex()


# --- reading ------------------------------------------------------------------------------------------------


def moment(text: str) -> str:
    """A time of SQLite (UTC without a zone) or PostgreSQL (with one) as the record writes it."""
    found = datetime.fromisoformat(text)
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def add_entry(log: Log, number: int, body: dict[str, Any] | None) -> None:
    if number in log.entries:
        log.twice.append(number)
    log.entries[number] = b"" if body is None else digest("body", canonical(body))


def add_row(log: Log, table: str, row: dict[str, Any]) -> None:
    """A row of a table, its values as the database writes them."""
    if table == "record_pending":
        log.pending.add(int(row["entry_id"]))
    elif table == "record_seal_link":
        log.links[int(row["entry_id"])] = Link(int(row["seal_id"]), int(row["position"]), str(row["leaf"]))
    elif table == "record_seal":
        whole = ("number", "count", "first_id", "last_id")
        seal: dict[str, Any] = {key: int(row[key]) for key in whole}
        seal |= {key: row[key] for key in ("root", "previous", "digest")} | {
            "sealed_at": moment(row["sealed_at"])
        }
        log.seals.append(seal)
    else:
        try:
            add_entry(log, int(row["id"]), _body(row))
        except ValueError:  # no JSON, no date: a row that no Renda wrote
            add_entry(log, int(row["id"]), None)


def _body(row: dict[str, Any]) -> dict[str, Any]:
    behalf, actor = row["on_behalf_of"], row["actor_id"]
    return {
        "kind": row["kind"],
        "subject": {"kind": row["subject_kind"], "id": row["subject_id"], "title": row["subject_title"]},
        "actor": {"id": None if actor is None else int(actor), "name": row["actor_name"]},
        "on_behalf_of": None if behalf is None else json.loads(behalf),
        "happened_at": moment(row["happened_at"]),
        "recorded_at": moment(row["recorded_at"]),
        "origin": json.loads(row["origin"]),
        "payload": json.loads(row["payload"]),
    }


def read_export(path: Path) -> Log:
    """An export; a file that ends early is refused, not taken for a short record."""
    log, end = Log(), None
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                data = json.loads(line)
            except ValueError as error:
                raise Unreadable(f"{path} 第 {number} 行不是 JSON：{error}") from None
            if "entry" in data:
                body = data["entry"]
                add_entry(log, body.pop("id"), body)
            elif "link" in data:
                link = data["link"]
                log.links[link["entry"]] = Link(link["seal"], link["position"], link["leaf"])
            elif "seal" in data:
                log.seals.append(data["seal"])
            elif "pending" in data:
                log.pending.add(data["pending"])
            end = data.get("end", end)
    if end is None:
        raise Unreadable(f"{path} 没有结束行：文件不完整，请重新导出。")
    return log


def read_sqlite(path: Path) -> Log:
    log = Log()
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        database.execute("BEGIN")
        for table in _TABLES:
            for row in database.execute(f"SELECT * FROM {table}"):  # noqa: S608  one of four names above
                add_row(log, table, dict(row))
    return log


_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _copy_value(text: str) -> str | None:
    """A value of COPY's text format."""
    if text == "\\N":
        return None
    if "\\" not in text:
        return text
    parts = iter(text)
    return "".join(_ESCAPES.get(c := next(parts), c) if char == "\\" else char for char in parts)


def read_dump(path: Path) -> Log:
    """A plain ``pg_dump`` (text, with COPY)."""
    log, seen = Log(), set()
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            if not line.startswith("COPY "):
                continue
            table = line.split()[1].rpartition(".")[2].strip('"')
            names = [name.strip(' "') for name in line[line.index("(") + 1 : line.index(")")].split(",")]
            for raw in _until_end(file):
                if table in _TABLES:
                    values = map(_copy_value, raw.split("\t"))
                    add_row(log, table, dict(zip(names, values, strict=True)))
            seen.add(table)
    if missing := set(_TABLES) - seen:
        raise Unreadable(f"{path} 中没有表 {'、'.join(sorted(missing))}：请用 pg_dump 的纯文本格式导出。")
    return log


def _until_end(file: Iterator[str]) -> Iterator[str]:
    for line in file:
        if line == "\\.\n":
            return
        yield line.rstrip("\n")
    raise Unreadable("COPY 数据没有结束标记：文件不完整，请重新导出。")


def read(path: Path) -> Log:
    """Whichever of the three forms the file has."""
    with path.open("rb") as file:
        start = file.read(16)
    if start == b"SQLite format 3\0":
        return read_sqlite(path)
    return read_export(path) if start.startswith(b'{"format"') else read_dump(path)


# --- checking -----------------------------------------------------------------------------------------------


def check_seals(log: Log) -> Iterator[Finding]:
    """The chain of seals: contiguous from 1, each with its own digest, each on the one before."""
    expected, before = 1, FIRST
    for seal in sorted(log.seals, key=lambda s: int(s["number"])):
        number = seal["number"]
        for lost in range(expected, number):
            yield Finding("removed", None, lost, f"第 {lost} 批封存被删除")
        if seal_digest(seal) != seal["digest"]:
            yield Finding("changed", None, number, f"第 {number} 批封存本身被改")
        elif number == expected and seal["previous"] != before:
            yield Finding("changed", None, number, f"第 {number} 批接不上第 {number - 1} 批：其中一批被重做")
        expected, before = number + 1, seal["digest"]


def check_batch(log: Log, seal: dict[str, Any], linked: list[tuple[int, Link]]) -> Iterator[Finding]:
    """One batch: its places, its order and its root."""
    number, count = seal["number"], seal["count"]
    linked = sorted(linked, key=lambda item: (item[1].position, item[0]))
    ids = [entry for entry, _ in linked]
    where = f"第 {number} 批"
    places = {link.position for _, link in linked}
    if len(linked) > count:
        if intruder := _intruder(seal, linked):
            yield Finding("inserted", intruder, number, f"记录 {intruder} 是封存之后塞进{where}的")
        else:
            yield Finding("inserted", None, number, f"{where}应有 {count} 条，实有 {len(linked)} 条")
    elif lost := [place for place in range(count) if place not in places]:
        for place in lost:
            yield _lost(log, seal, linked, place)
    elif merkle(link.leaf for _, link in linked) != seal["root"]:
        ordered = sorted(linked)
        own = [leaf(entry, log.entries.get(entry, b"")) for entry in ids]
        if ids != sorted(ids) and merkle(link.leaf for _, link in ordered) == seal["root"]:
            for entry, (right, _) in zip(ids, ordered, strict=True):
                if entry != right:
                    yield Finding("reordered", entry, number, f"记录 {entry} 在{where}中被换了位置")
        elif merkle(own) == seal["root"]:
            for (entry, link), true in zip(linked, own, strict=True):
                if link.leaf != true:
                    yield Finding("changed", entry, number, f"记录 {entry} 的校验值被改（内容未变）")
        else:
            span = f"编号 {seal['first_id']} 至 {seal['last_id']}"
            yield Finding("changed", None, number, f"{where}（{span}）有记录连同校验值一起被改或被替换")


def _intruder(seal: dict[str, Any], linked: list[tuple[int, Link]]) -> int | None:
    """The one entry without which the batch fits its root."""
    if len(linked) != seal["count"] + 1 or len(linked) > _SEARCH:
        return None
    for skip in range(len(linked)):
        rest = [link.leaf for at, (_, link) in enumerate(linked) if at != skip]
        if merkle(rest) == seal["root"]:
            return linked[skip][0]
    return None


def _lost(log: Log, seal: dict[str, Any], linked: list[tuple[int, Link]], place: int) -> Finding:
    """Who stood at an empty place: certain where only one number fits between the neighbours."""
    low = max((entry for entry, link in linked if link.position < place), default=seal["first_id"] - 1)
    high = min((entry for entry, link in linked if link.position > place), default=seal["last_id"] + 1)
    fitting = [n for n in range(low + 1, high) if n not in log.links][:2] if high - low <= _SEARCH else []
    where = f"第 {seal['number']} 批第 {place + 1} 条"
    if len(fitting) == 1:
        return Finding(
            "removed", fitting[0], seal["number"], f"记录 {fitting[0]} 连同封存关系被删除（{where}）"
        )
    return Finding("removed", None, seal["number"], f"{where}被删除，编号在 {low} 与 {high} 之间")


def check_entries(log: Log) -> Iterator[Finding]:
    """Each sealed entry against its leaf; contents that exchanged their numbers are recognised."""
    wrong = []
    for entry, link in log.links.items():
        if entry not in log.entries:
            yield Finding("removed", entry, link.seal, f"记录 {entry} 被删除（第 {link.seal} 批）")
        elif leaf(entry, log.entries[entry]) != link.leaf:
            wrong.append(entry)
    for entry in wrong:
        body, seal = log.entries[entry], log.links[entry].seal
        if len(wrong) <= _PAIRS and any(leaf(other, body) == log.links[other].leaf for other in wrong):
            yield Finding("reordered", entry, seal, f"记录 {entry} 的内容原属另一条记录：编号被对调")
        else:
            yield Finding("changed", entry, seal, f"记录 {entry} 的内容在封存之后被改（第 {seal} 批）")


def check_head(log: Log, head: dict[str, Any]) -> Iterator[Finding]:
    """A head kept outside: the chain must still contain it."""
    seals = {seal["number"]: seal for seal in log.seals}
    last = max(seals, default=0)
    if head["number"] > last:
        kept = sum(seal["count"] for seal in log.seals)
        from_id = max((seal["last_id"] for seal in log.seals), default=0)
        yield Finding(
            "cut_off", None, last + 1,
            f"第 {last} 批之后被截断：链头为第 {head['number']} 批，少 {head['number'] - last} 批、"
            f"{head['entries'] - kept} 条（编号 {from_id} 之后，至 {head['last_id']}）",
        )  # fmt: skip
    elif head["number"] in seals and seals[head["number"]]["digest"] != head["digest"]:
        text = f"第 {head['number']} 批与留存的链头不符：到此为止的封存被整体重做"
        yield Finding("changed", None, head["number"], text)


def verify(log: Log, heads: Iterable[dict[str, Any]] = ()) -> list[Finding]:
    """Everything that was done to the record after it was sealed; nothing where it is intact."""
    found = [Finding("inserted", n, None, f"记录 {n} 出现了两次") for n in log.twice]
    found += check_seals(log)
    batches: dict[int, list[tuple[int, Link]]] = defaultdict(list)
    for entry, link in log.links.items():
        batches[link.seal].append((entry, link))
    for seal in sorted(log.seals, key=lambda s: int(s["number"])):
        found += check_batch(log, seal, batches.pop(seal["number"], []))
    last = max((seal["number"] for seal in log.seals), default=0)
    for number, linked in sorted(batches.items()):
        if number > last:
            text = f"第 {number} 批封存被删除，其下 {len(linked)} 条失去封存"
            found.append(Finding("cut_off", None, number, text))
    named = {f.entry for f in found}  # one act, one line: what a batch said of an entry is not said again
    found += [f for f in check_entries(log) if f.entry not in named]
    for entry in sorted(log.entries.keys() - log.links.keys() - log.pending - named):
        found.append(Finding("inserted", entry, None, f"记录 {entry} 没有经过系统写入，也没有封存"))
    for head in heads:
        found += check_head(log, head)
    return found


def report(log: Log, found: list[Finding], heads: int, *, as_json: bool) -> str:
    last = max(log.seals, key=lambda s: int(s["number"]), default=None)
    unsealed = len(log.entries.keys() - log.links.keys())
    if as_json:
        return json.dumps(
            {
                "ok": not found, "entries": len(log.entries), "unsealed": unsealed, "seals": len(log.seals),
                "number": last and last["number"], "digest": last and last["digest"], "heads": heads,
                "findings": [asdict(f) for f in found],
            },
            ensure_ascii=False,
        )  # fmt: skip
    lines = [f"共 {len(log.entries)} 条记录，{len(log.seals)} 批封存，{unsealed} 条等待封存。"]
    if last:
        lines.append(f"链尾：第 {last['number']} 批 {last['digest']}")
    if not heads:
        lines.append("没有提供留存的链头（head.json）：末尾是否被截断、整条链是否被重做，无从判断。")
    lines += [f"【{WORDS[f.what]}】{f.text}" for f in found] or ["没有发现改动。"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="校验工作记录：被改、被删、插入、换位、截断的一一指出。")
    parser.add_argument("record", type=Path, help="导出的 JSONL、SQLite 数据库文件，或 pg_dump 的纯文本")
    parser.add_argument("heads", type=Path, nargs="*", help="在别处留存的链头 head.json，可以有多个")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出结果")
    options = parser.parse_args(arguments)
    try:
        log = read(options.record)
        heads = [json.loads(path.read_text(encoding="utf-8")) for path in options.heads]
        found = verify(log, heads)
    except (Unreadable, OSError, sqlite3.Error, ValueError, KeyError, TypeError) as error:
        print(f"无法读取：{error}", file=sys.stderr)  # noqa: T201
        return 2
    print(report(log, found, len(heads), as_json=options.json))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
