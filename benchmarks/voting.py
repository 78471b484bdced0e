"""Presses of a named vote and secret ballots: ``python -m benchmarks.voting``

1,000 members (RENDA_BENCH_VOTERS), each with an account and a person. The service itself, with lock, right
and store: one after the other, and from eight threads at once as the web process works; then the same with
secret ballots (taken before, put in under the clock, each durable against a loss of power on SQLite). Peer:
the same rows by one ``bulk_create``, without lock, right or list.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

VOTERS = int(os.environ.get("RENDA_BENCH_VOTERS", "1000"))
THREADS = 8


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="renda-bench-"))
    from benchmarks import _city

    _city.setup(home)
    from django.db import connection, connections

    from renda.assembly.votes import api as votes
    from renda.assembly.votes.tests.conftest import build
    from renda.kernel.identity import api as identity
    from renda.site import upkeep

    upkeep.migrate()
    making = build(VOTERS)  # held: the day ends with it
    hall = next(making)
    print(f"{connection.vendor}，{VOTERS} 人")

    def put_in(vote: Any, tokens: list[str], taken: list[float]) -> None:
        for token in tokens:
            began = time.perf_counter()
            votes.deposit(vote.pk, token, "for")
            taken.append((time.perf_counter() - began) * 1000)
        connections.close_all()

    def press(vote: Any, accounts: list[identity.Account], taken: list[float]) -> None:
        for account in accounts:
            began = time.perf_counter()
            votes.cast(vote, "for", actor=account)
            taken.append((time.perf_counter() - began) * 1000)
        connections.close_all()

    for label, threads in (("一个接一个", 1), (f"{THREADS} 路同时", THREADS)):
        vote = hall.put(present=VOTERS)
        run(f"记名，{label}", press, vote, hall.accounts, threads)
        finish(vote, hall)
        vote = hall.put("secret", present=VOTERS)
        began = time.perf_counter()
        tokens = [votes.take(vote, actor=account) for account in hall.accounts]
        print(f"无记名，领票：{len(tokens) / (time.perf_counter() - began):.0f} 张/秒")
        votes.begin(votes.vote(vote.pk), actor=hall.office[0])
        run(f"无记名，{label}", put_in, vote, tokens, threads)
        finish(votes.vote(vote.pk), hall)
    vote = hall.put(present=VOTERS)
    rows = [votes.Ballot(elector=one, option="for") for one in vote.electors.all()]
    began = time.perf_counter()
    votes.Ballot.objects.bulk_create(rows)
    print(f"对照：不加锁、不查权限，一次写入 {VOTERS} 行 {(time.perf_counter() - began) * 1000:.0f} ms")


def run(label: str, work: Any, vote: Any, things: list[Any], threads: int) -> None:
    """Share the presses out, time each, print the figures."""
    taken: list[float] = []
    parts = [things[n::threads] for n in range(threads)]
    workers = [threading.Thread(target=work, args=[vote, part, taken]) for part in parts]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"{label}：{len(taken) / seconds:.0f} 票/秒，中位 {statistics.median(taken):.1f} ms，"
        f"p95 {cuts[94]:.1f} ms，p99 {cuts[98]:.1f} ms"
    )


def finish(vote: Any, hall: Any) -> None:
    """Close it: everybody is in the count."""
    from renda.assembly.votes import api as votes

    began = time.perf_counter()
    votes.close(vote, actor=hall.office[0])
    assert votes.vote(vote.pk).votes_for == VOTERS
    print(f"  结束、计票、算结果 {(time.perf_counter() - began) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
