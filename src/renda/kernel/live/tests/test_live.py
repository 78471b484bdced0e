"""Topics, the sources of change, and the stream inside one process."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connections, transaction
from django.test import AsyncClient

from renda.kernel.live import api as live
from renda.kernel.live import hub as hubs
from renda.kernel.live import sources
from renda.kernel.live.models import Change
from renda.kernel.live.schedule import prune


@pytest.fixture
def counter():
    """A topic that counts how often it was computed, open to everybody but for the key ``secret``."""
    seen = {"computed": 0, "fail": False}

    def value(key):
        if seen["fail"]:
            raise RuntimeError("算不出来")
        seen["computed"] += 1
        return {"n": seen["computed"]}

    live.topic("tests.counter", may=lambda account, key: key != "secret", value=value)
    yield seen
    live.forget("tests.counter")


@pytest.fixture
def member(transactional_db, django_user_model):
    return django_user_model.objects.create(username="streamer", display_name="看屏幕的人")


def test_unknown_topics_and_free_text_keys_are_refused(counter, db):
    with pytest.raises(live.UnknownTopic):
        live.touch("tests.nobody")
    with pytest.raises(ValueError):
        live.touch("tests.counter", "a b")


def read(source):
    return asyncio.run(source.changed())


@pytest.fixture
def table(transactional_db):
    thread = ThreadPoolExecutor(1)
    yield sources.TableSource(thread)
    thread.submit(connections.close_all).result()
    thread.shutdown()


def test_a_touch_is_seen_once_and_only_after_its_commit(table, counter):
    assert read(table) is None
    assert read(table) == set()
    with transaction.atomic():
        live.touch("tests.counter", 1)
    assert read(table) == {"tests.counter:1"}
    assert read(table) == set()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        live.touch("tests.counter", 2)
        raise ZeroDivisionError
    assert read(table) == set()


def test_a_number_given_early_and_committed_late_is_still_found(table, counter):
    Change.objects.create(pk=500, topic="tests.counter:1")
    assert read(table) is None
    Change.objects.create(pk=499, topic="tests.counter:late")
    assert read(table) == {"tests.counter:late"}


def test_old_changes_are_removed_and_recent_ones_stay(db):
    Change.objects.bulk_create(Change(pk=n, topic="x:") for n in (1, 2, sources.KEPT, sources.KEPT + 2))
    prune()
    assert list(Change.objects.order_by("pk").values_list("pk", flat=True)) == [
        sources.KEPT,
        sources.KEPT + 2,
    ]


async def events(response, wanted):
    """The stream's events until ``wanted`` of them came; closes it."""
    found, text = [], ""
    stream = aiter(response.streaming_content)
    while len(found) < wanted:
        text += (await asyncio.wait_for(anext(stream), 10)).decode()
        *whole, text = text.split("\n\n")
        for block in whole:
            lines = dict(line.split(": ", 1) for line in block.splitlines())
            if "event" in lines:
                found.append((lines["event"], json.loads(lines["data"])))
    await stream.aclose()
    return found


async def open_stream(member, *topics):
    client = AsyncClient()
    await client.aforce_login(member)
    return await client.get("/live/stream/", {"t": list(topics)})


@pytest.fixture(autouse=True)
def fresh_hub(monkeypatch):
    monkeypatch.setattr(hubs, "_hubs", {})
    monkeypatch.setattr(hubs, "BEAT", 0.05)


def test_a_stream_sends_the_value_at_once_and_again_after_a_touch(member, counter):
    async def watch():
        response = await open_stream(member, "tests.counter:1", "tests.counter:secret", "tests.nobody:1", "x")
        assert response["Content-Type"] == "text/event-stream"
        assert response["Cache-Control"] == "no-store"

        async def later():
            await asyncio.sleep(0.4)
            await asyncio.to_thread(live.touch, "tests.counter", 1)
            await asyncio.to_thread(connections.close_all)

        task = asyncio.create_task(later())
        found = await events(response, 25)
        await task
        return found

    found = asyncio.run(watch())
    assert found[0] == ("refused", {"topics": ["tests.counter:secret", "tests.nobody:1", "x"]})
    assert found[1][0] == "value"
    values = [data["value"]["n"] for kind, data in found if kind == "value"]
    assert values == sorted(set(values)) and values[-1] > values[0]
    assert all(set(data) == {"at"} for kind, data in found if kind == "beat")


def test_one_value_is_computed_for_however_many_streams(member, counter):
    async def read(response):
        async for _ in response.streaming_content:
            pass

    async def watch():
        streams = [await open_stream(member, "tests.counter:1") for _ in range(20)]
        readers = [asyncio.create_task(read(stream)) for stream in streams]
        await asyncio.sleep(0.3)
        before = counter["computed"]
        await asyncio.to_thread(live.touch, "tests.counter", 1)
        await asyncio.to_thread(connections.close_all)
        await asyncio.sleep(0.4)
        after = counter["computed"]
        hub = hubs.hub()
        assert hub.streams == 20
        for reader in readers:
            reader.cancel()  # as the server does when a browser goes away
        await asyncio.gather(*readers, return_exceptions=True)
        assert hub.streams == 0
        return after - before

    assert asyncio.run(watch()) == 1


def test_a_failing_value_is_told_and_the_stream_goes_on(member, counter):
    counter["fail"] = True
    found = asyncio.run(_watch(member, "tests.counter:1", 4))
    assert ("value", {"topic": "tests.counter:1", "value": None}) in found
    assert found[-1][0] == "beat"


async def _watch(member, topic, wanted):
    return await events(await open_stream(member, topic), wanted)


def test_while_the_database_is_away_beats_keep_the_moment_it_last_answered(member, counter, monkeypatch):
    async def watch():
        response = await open_stream(member, "tests.counter:1")
        iterator = aiter(response.streaming_content)
        for _ in range(6):
            await anext(iterator)

        def away(self):
            raise OperationalError("server closed the connection")

        monkeypatch.setattr(sources.TableSource, "_read", away)
        await asyncio.sleep(0.2)
        beats = set()
        for _ in range(6):
            beats.add((await asyncio.wait_for(anext(iterator), 5)).decode())
        await iterator.aclose()
        return beats

    assert len(asyncio.run(watch())) <= 2


def test_who_is_not_logged_in_or_may_follow_nothing_gets_no_stream(member, counter):
    async def ask():
        anonymous = await AsyncClient().get("/live/stream/", {"t": "tests.counter:1"})
        nothing = await open_stream(member, "tests.counter:secret")
        return anonymous.status_code, nothing.status_code

    assert asyncio.run(ask()) == (401, 403)


def test_a_stream_ends_by_itself_and_its_rights_are_asked_again(member, counter, monkeypatch):
    monkeypatch.setattr("renda.kernel.live.views.LONGEST", 3)

    async def watch():
        response = await open_stream(member, "tests.counter:1")
        return [part async for part in response.streaming_content]

    assert sum(b"event: beat" in part for part in asyncio.run(watch())) == 3
