"""Writes src/renda/kernel/law/rules/*.yaml from shared/law/rules.csv and the overlay beside this script.

Run ``python scripts/law/convert.py ../shared/law/rules.csv`` after a change of either; the output is the same
for the same input, and a test compares it with what is in the repository.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
RULES = HERE.parent.parent / "src" / "renda" / "kernel" / "law" / "rules"
CSV_COLUMNS = """
    domain law_zh amendment_year article kind trigger_zh value calendar consequence confidence note
    comparator n unit direction anchor_zh base_zh level in_force_from enforce
""".split()  # noqa: SIM905  a list of twenty names reads better so
SPAN_UNITS = {"day", "month", "year", "working_day"}
DUTY_KINDS = {"deadline", "publication", "required_step"}
Row = dict[str, Any]


def read(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def default_roll(row: Row) -> str:
    """``next`` for the periods in which an organ must act; elections and keeping periods are ``no``."""
    period = row["direction"] == "forward" and row["unit"] in SPAN_UNITS and row["comparator"] == "<="
    duty = row["kind"] in DUTY_KINDS and row["domain"] not in {"elections", "data_protection"}
    return "next" if period and duty else "no"


def default_tighten(row: Row) -> str:
    """Duties in time may be made stricter; bases, majorities, ratios and thresholds of rights may not."""
    span = row["unit"] in SPAN_UNITS
    if span and row["direction"] == "forward" and row["kind"] in DUTY_KINDS:
        return {"<=": "lower", ">=": "higher"}.get(row["comparator"], "none")
    if (
        span
        and row["comparator"] == ">="
        and row["direction"] in {"backward", ""}
        and row["kind"] == "deadline"
    ):
        return "higher"
    if row["kind"] in {"count", "deadline"} and row["unit"] == "time" and row["comparator"] == ">=":
        return "higher"
    if row["unit"] == "yuan" and row["comparator"] == "<=":
        return "lower"
    return "none"


def version(row: Row, extra: Row) -> Row:
    """One version of a rule: the table's columns that hold something, then what the overlay adds."""
    out: Row = {column: row[column] for column in CSV_COLUMNS if row[column] and column != "law_zh"}
    out["roll"] = default_roll(row)
    out["tighten"] = default_tighten(row)
    out.update({key: value for key, value in extra.items() if key != "examples"})
    return out


def former_versions() -> dict[str, list[Row]]:
    """What earlier versions changed, by rule: each group of former.yaml is one superseded text."""
    out: dict[str, list[Row]] = {}
    for group in read("former.yaml"):
        for rule, change in group["rules"].items():
            out.setdefault(rule, []).append({**group["all"], **change})
    return out


def worked_examples() -> dict[str, list[Row]]:
    """Examples by rule, from one file per group of ids."""
    out: dict[str, list[Row]] = {}
    for path in sorted((HERE / "examples").glob("*.yaml")):
        out |= read(f"examples/{path.name}")
    return out


def former(current: Row, change: Row) -> Row:
    """An earlier version: the present one with what was different; an empty value means there was none."""
    # ``why`` weighs the present texts against each other: an earlier version has its own, or none.
    old = {**current, "why": "", **change}
    return {key: value for key, value in old.items() if value not in ("", None)}


def documents(rows: list[Row]) -> dict[str, Row]:
    """All YAML documents by file name."""
    overlay, examples, formers = read("overlay.yaml"), worked_examples(), former_versions()
    laws = {entry["law"]: entry for entry in read("laws.yaml")}
    known = {row["id"] for row in rows}
    for name, keys in (("overlay", overlay), ("former", formers), ("examples", examples)):
        if unknown := set(keys) - known:
            raise SystemExit(f"{name} 里有表中没有的编号：{'、'.join(sorted(unknown))}")
    out: dict[str, Row] = {}
    for row in rows:
        entry = laws[row["law_zh"]]
        head = {"law": row["law_zh"], "short": entry["short"], "rules": {}}
        document = out.setdefault(entry["file"], head)
        current = version(row, overlay.get(row["id"], {}))
        versions = [current, *(former(current, change) for change in formers.get(row["id"], []))]
        rule: Row = {"versions": versions}
        if row["id"] in examples:
            rule["examples"] = examples[row["id"]]
        document["rules"][row["id"]] = rule
    return out


def text(document: Row) -> str:
    """The YAML of one law."""
    head = "# 由 scripts/law/convert.py 从规则表和补充表生成，请改补充表后重新生成。\n"
    return head + yaml.safe_dump(
        document, allow_unicode=True, sort_keys=False, width=108, default_flow_style=False
    )


def files(table: Path) -> dict[str, str]:
    """File name to text, as the repository should hold them."""
    with table.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {f"{name}.yaml": text(document) for name, document in documents(rows).items()}


def main() -> None:
    table = Path(sys.argv[1])
    wanted = files(table)
    RULES.mkdir(exist_ok=True)
    for path in RULES.glob("*.yaml"):
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        (RULES / name).write_text(content, encoding="utf-8")
    print(f"{len(wanted)} files")


if __name__ == "__main__":
    main()
