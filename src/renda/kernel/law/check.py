"""Is the rule table sound, does every id in the code exist, does every used rule have a worked example?"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import renda
from renda.kernel.law import derive as deriving
from renda.kernel.law import table
from renda.kernel.law.derived import Value
from renda.kernel.law.queries import without_database
from renda.kernel.law.table import Entry, Rule

SOURCE = Path(renda.__file__).parent
SUFFIXES = {".py", ".html", ".txt"}
ALLOWED: Mapping[str, frozenset[str]] = {
    "enforce": frozenset({"hard", "default", "remind"}),
    "roll": frozenset({"next", "no"}),
    "tighten": frozenset({"lower", "higher", "none"}),
    "comparator": frozenset({"", ">", ">=", "<", "<=", "="}),
    "direction": frozenset({"", "forward", "backward", "at"}),
    "confidence": frozenset({"text-verified", "from-memory"}),
}
DATES = frozenset({"from", "event"})


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found.

    Args:
        rules, versions, examples: how many there are.
        used: ids that the code names, with the files that name them.
        problems: what is wrong, in Chinese.
    """

    rules: int
    versions: int
    examples: int
    used: Mapping[str, list[str]]
    problems: list[str]


def used_ids(source: Path = SOURCE) -> dict[str, list[str]]:
    """Ids of rules named in code and templates outside tests, with the files that name them."""
    prefixes = {rule_id[:3] for rule_id in table.book()}
    found: dict[str, list[str]] = {}
    for path in sorted(source.rglob("*")):
        if path.suffix not in SUFFIXES or "tests" in path.parts or not path.is_file():
            continue
        for rule_id in sorted(set(table.ID.findall(path.read_text(encoding="utf-8")))):
            if rule_id[:3] in prefixes:
                found.setdefault(rule_id, []).append(path.relative_to(source).as_posix())
    return found


def computes(rule: Rule) -> bool:
    """Whether a rule gives a number or a day, and so needs a worked example."""
    return rule.n is not None or rule.closes is not None or rule.strict or bool(rule.formula)


def _input(key: str, value: Any) -> Any:
    return dt.date.fromisoformat(value) if key in DATES else value


def expected(raw: Any) -> Value:
    """An example's value as written in YAML."""
    if isinstance(raw, bool | int):
        return raw
    if isinstance(raw, list):
        low, high = raw
        return int(low), int(high)
    return dt.date.fromisoformat(raw) if "-" in raw else Fraction(raw)


def run_example(rule_id: str, example: Mapping[str, Any]) -> Value:
    """What an example gives with the table as it is."""
    inputs = {key: _input(key, value) for key, value in example["inputs"].items()}
    return deriving.derive(rule_id, inputs, dt.date.fromisoformat(example["day"])).value


def _examples(rule_id: str, entry: Entry) -> Iterator[str]:
    for example in entry.examples:
        try:
            got = run_example(rule_id, example)
        except (table.LawError, ValueError, KeyError) as error:
            yield f"{rule_id} 的算例 {dict(example['inputs'])} 不能计算：{error}"
            continue
        want = expected(example["value"])
        if got != want:
            yield f"{rule_id} 的算例 {dict(example['inputs'])} 应得 {want}，算得 {got}"


def _schema(entry: Entry) -> Iterator[str]:
    for rule in entry.versions:
        for column, allowed in ALLOWED.items():
            if getattr(rule, column) not in allowed:
                written = getattr(rule, column)
                yield f"{rule.id}（{rule.version}）的 {column} 写成“{written}”，不在规定的写法里"
        if rule.extension is not None and rule.extension.rule not in table.book():
            yield f"{rule.id} 的延长规则 {rule.extension.rule} 不存在"
        if rule.in_force_from and rule.in_force_until and rule.in_force_until < rule.in_force_from:
            yield f"{rule.id}（{rule.version}）失效日早于施行日"
    for newer, older in zip(entry.versions, entry.versions[1:], strict=False):
        begins, ends = newer.in_force_from, older.in_force_until
        if begins is None or ends is None or ends >= begins:
            yield f"{newer.id} 的 {older.version} 年版本没有在 {newer.version} 年版本施行前失效"


def _files() -> Iterator[str]:
    """Columns nobody knows, and ids that stand in two files."""
    known = {one.name for one in fields(Rule)} | {*table.RENAMED}
    ids: Counter[str] = Counter()
    for path in sorted(table.FOLDER.glob("*.yaml")):
        law = table.document(path)
        ids.update(list(law["rules"]))
        for rule_id, raw in law["rules"].items():
            for version in raw["versions"]:
                for column in version.keys() - known:
                    yield f"{path.name} 的 {rule_id} 有不认识的列 {column}"
    for rule_id, count in ids.items():
        if count > 1:
            yield f"编号 {rule_id} 出现在 {count} 个文件里"


def check(source: Path = SOURCE) -> Report:
    """Check the table and the code.

    Args:
        source: folder whose code is scanned for ids.
    """
    problems = list(_files())
    if problems:
        return Report(0, 0, 0, {}, problems)
    book, used = table.book(), used_ids(source)
    with without_database():
        for rule_id, entry in book.items():
            problems.extend(_schema(entry))
            problems.extend(_examples(rule_id, entry))
    for rule_id, paths in sorted(used.items()):
        if rule_id not in book:
            problems.append(f"{paths[0]} 用到的编号 {rule_id} 不在规则表里")
        elif computes(book[rule_id].versions[0]) and not book[rule_id].examples:
            problems.append(f"{paths[0]} 用到的规则 {rule_id} 没有算例，请在 scripts/law/examples/ 里补上")
    versions = sum(len(entry.versions) for entry in book.values())
    examples = sum(len(entry.examples) for entry in book.values())
    return Report(len(book), versions, examples, used, problems)
