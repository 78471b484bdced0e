"""Recall of known groups of opinions: ``python -m benchmarks.topics``

Imports the 4,326 messages of ``../shared/data/messages/topics.xlsx`` and asks, from each of some members of
groups found by hand (row numbers alone, ``topic_groups.json``), which others are about the same thing.
Prints for each group how many of its members are found, and how many of those found belong to it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = Path(os.environ.get("RENDA_SHARED", HERE.parent.parent / "shared"))
ASKED = 5  # members of each group that are asked, spread evenly


def main() -> int:
    source = SHARED / "data" / "messages" / "topics.xlsx"
    if not source.is_file():
        print("没有试用数据（../shared）", file=sys.stderr)
        return 1
    os.environ["RENDA_HOME"] = tempfile.mkdtemp(prefix="renda-bench-")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from django.core.management import call_command

    for alias in ("default", "vault"):
        call_command("migrate", database=alias, verbosity=0)
    from renda.assembly.intake import api as intake
    from renda.assembly.people import api as people
    from renda.kernel.identity import api as identity
    from renda.kernel.search import api as search
    from renda.kernel.tabular import api as tabular

    division = people.create_division("999900", "安澜市", parent=people.create_division("990000", "东原省"))
    organ = people.create_organisation("安澜市人民代表大会", "congress", actor=None, division=division)
    congress = people.create_congress("安澜市人民代表大会", "city", division, organ, actor=None)
    desk = identity.create_account("desk", "受理人员", actor=None)
    identity.grant(desk, "intake_desk", f"congress:{congress.pk}", actor=None, since=dt.date(2020, 1, 1))

    began = time.perf_counter()
    found = tabular.preview("intake.messages", source.read_bytes(), actor=desk, name=source.name)
    batch = tabular.apply(found.id, actor=desk, mode="good")
    print(
        f"导入 {batch.created} 件，{time.perf_counter() - began:.0f} 秒（另有 {batch.left_out} 行有误未导入）"
    )
    search.sample(force=True)

    rows = {line.origin.row: int(line.subject.id) for line in _received()}
    groups: dict[str, list[int]] = json.loads((HERE / "topic_groups.json").read_text("utf-8"))
    took, recalls, precisions = [], [], []
    print(f"{'组':<6}{'件数':>5}{'召回':>8}{'准确':>8}")
    for name, numbers in groups.items():
        members = [rows[n] for n in numbers if n in rows]
        step = max(1, len(members) // ASKED)
        recall, precision = [], []
        for pk in members[::step][:ASKED]:
            began = time.perf_counter()
            proposed = {each.opinion_id for each in intake.propose_group(intake.opinion(pk), desk)}
            took.append(time.perf_counter() - began)
            others = set(members) - {pk}
            recall.append(len(proposed & others) / len(others))
            precision.append(len(proposed & others) / len(proposed) if proposed else 1.0)
        recalls.append(statistics.mean(recall))
        precisions.append(statistics.mean(precision))
        print(f"{name:<6}{len(members):>5}{recalls[-1]:>10.2f}{precisions[-1]:>10.2f}")
    print(f"平均召回 {statistics.mean(recalls):.2f}，平均准确 {statistics.mean(precisions):.2f}")
    print(f"一次归并提示 {statistics.median(took) * 1000:.0f} 毫秒（中位数）")
    return 0


def _received():
    from renda.kernel.record import api as record

    return record.entries(kind="intake.received")


if __name__ == "__main__":
    sys.exit(main())
