"""What the record costs: writing, sealing 10,000, a timeline, the verifier. ``python -m benchmarks.record``

Runs on a new SQLite file in a folder of its own, or on the PostgreSQL of RENDA_DATABASE_URL (an empty one).
The peer is the same row written by plain Django into a table without guards and queue.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

NUMBER = 10_000


def median(work: Callable[[int], None], times: int) -> float:
    """Median seconds of a call."""
    taken = []
    for turn in range(times):
        began = time.perf_counter()
        work(turn)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="renda-bench-"))
    os.environ.setdefault("RENDA_HOME", str(home))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction

    from renda.kernel.record import api as record
    from renda.kernel.record import guards, verifier
    from renda.kernel.record.models import EntryRow
    from renda.kernel.refs import Ref

    call_command("migrate", "jobs", verbosity=0)
    call_command("migrate", "record", verbosity=0)
    actor = SimpleNamespace(pk=1, display_name="李明")

    @record.entry("bench.noted")
    @dataclass(frozen=True)
    class Noted(record.Entry):
        text: str

        def sentence(self) -> str:
            return self.text

    def write(turn: int) -> None:
        record.write(
            Noted(f"第{turn}次催办，请在期限内答复"),
            subject=Ref("bench.thing", str(turn % 100), "关于加装电梯的建议"),
            actor=actor,
        )

    def alone(turn: int) -> None:
        with transaction.atomic():
            write(turn)

    def say(name: str, seconds: float, unit: str = "ms", number: int = 1) -> None:
        print(f"{name:<28}{seconds * 1000 / number if unit == 'ms' else seconds:>10.3f} {unit}")

    say("写一条，自成事务", median(alone, 500))
    with transaction.atomic():
        began = time.perf_counter()
        for turn in range(NUMBER):
            write(turn)
        say("写一条，在大事务中", (time.perf_counter() - began), number=NUMBER)
    began = time.perf_counter()
    sealed = record.seal()
    say(f"封存 {sealed} 条", time.perf_counter() - began, "s")
    say("一件事的经过（100 条）", median(lambda _: list(record.timeline(Ref("bench.thing", "7"), 100)), 50))
    began = time.perf_counter()
    record.export(home / "x.jsonl")
    say("导出", time.perf_counter() - began, "s")
    began = time.perf_counter()
    assert verifier.verify(verifier.read(home / "x.jsonl")) == []
    say("校验导出件", time.perf_counter() - began, "s")

    guards.remove()
    sample = EntryRow.objects.order_by("-pk")[0]

    def plain(_turn: int) -> None:
        with transaction.atomic():
            sample.pk = None
            sample.save(force_insert=True)

    say("对照：不设防、不入队的一行", median(plain, 500))
    guards.install()
    print(f"数据库：{connection.vendor}")


if __name__ == "__main__":
    main()
