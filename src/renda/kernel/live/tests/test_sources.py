"""The same promise from PostgreSQL's notifications and from Redis: told after the commit, never before."""

import asyncio
import shutil
import socket
import subprocess
import time

import pytest
from django.db import transaction

from renda.kernel.live import sources


@pytest.fixture
def redis_url(tmp_path):
    if shutil.which("redis-server") is None:
        pytest.skip("没有 Redis")
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


async def told(source):
    """What the source says within a second."""
    found = set()
    for _ in range(20):
        found |= await source.changed() or set()
        await asyncio.sleep(0.05)
    return found


async def promise(source):
    """Walk one source through a commit and a rollback."""
    assert await source.changed() is None, "它刚开始听：之前的都不知道"
    await asyncio.to_thread(_committed, "room.what:1")
    assert await told(source) == {"room.what:1"}
    await asyncio.to_thread(_rolled_back, "room.what:2")
    assert await told(source) == set()
    await source.close()
    assert await source.changed() is None, "重新连上以后，中间的都不知道"
    await source.close()


def _committed(topic):
    from django.db import connection

    with transaction.atomic():
        sources.announce(topic)
    connection.close()


def _rolled_back(topic):
    from django.db import connection

    try:
        with transaction.atomic():
            sources.announce(topic)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    connection.close()


@pytest.mark.postgres
def test_postgres_tells_after_the_commit(transactional_db, settings):
    settings.LIVE_SOURCE = "postgres"
    asyncio.run(promise(sources.PostgresSource()))


@pytest.mark.slow
def test_redis_tells_after_the_commit(transactional_db, settings, redis_url):
    settings.LIVE_SOURCE, settings.LIVE_REDIS_URL = "redis", redis_url
    asyncio.run(promise(sources.RedisSource(redis_url)))


def test_the_settings_choose_the_source(settings):
    assert isinstance(sources.open_source(None), sources.TableSource)
    settings.LIVE_SOURCE = "postgres"
    assert isinstance(sources.open_source(None), sources.PostgresSource)
    settings.LIVE_SOURCE = "redis"
    assert isinstance(sources.open_source(None), sources.RedisSource)
