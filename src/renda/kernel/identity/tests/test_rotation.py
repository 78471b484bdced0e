"""The installation's keys: rotation, killed half-way and resumed; lost and damaged key files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from renda.kernel.identity import api
from renda.kernel.identity.models import VaultItem, VaultKey
from renda.kernel.identity.vault import keys, rotation, store
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

pytestmark = pytest.mark.django_db(databases=["default", "vault"], transaction=True)
PEOPLE = 7


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def filled() -> list[Any]:
    return [api.vault_put("phone", f"1390000{n:04}", Ref("t.person", str(n // 2))) for n in range(PEOPLE * 2)]


def readable(ids: list[Any]) -> bool:
    found = [api.vault_find("phone", f"1390000{n:04}") == [ids[n]] for n in range(len(ids))]
    opened = [store.open_value(ids[n]) == f"1390000{n:04}" for n in range(len(ids))]
    return all(found) and all(opened)


def test_the_key_file_is_made_once_for_its_owner_only(home: Path) -> None:
    ring = keys.ring()
    assert keys.path() == home / "vault.key"
    assert keys.path().stat().st_mode & 0o777 == 0o600
    assert keys.ring() == ring
    assert rotation.problems() == []
    keys.path().chmod(0o644)
    assert "chmod 600" in rotation.problems()[0]


def test_a_rotation_wraps_every_key_anew_and_changes_nothing_else(filled: list[Any]) -> None:
    before, texts = keys.ring(), {i.id: i.ciphertext for i in VaultItem.objects.filter(id__in=filled)}
    done = api.rotate_keys()
    assert (done.keys, done.items) == (PEOPLE, 0)
    assert done.master == keys.ring().master != before.master
    assert not VaultKey.objects.exclude(master=done.master).exists()
    assert texts == {i.id: i.ciphertext for i in VaultItem.objects.filter(id__in=filled)}
    assert readable(filled)
    assert "重新包裹数据密钥 7 把" in record.timeline(Ref("identity.vault", done.master), 1, None)[0].sentence


def test_the_old_master_goes_when_the_next_comes(filled: list[Any]) -> None:
    first = keys.ring().master
    second = api.rotate_keys().master
    assert set(keys.ring().masters) == {first, second}
    third = api.rotate_keys().master
    assert set(keys.ring().masters) == {second, third}
    assert readable(filled)


def test_encrypting_anew_changes_keys_texts_and_index(filled: list[Any]) -> None:
    before = {i.id: (i.ciphertext, i.index) for i in VaultItem.objects.filter(id__in=filled)}
    done = api.rotate_keys(reencrypt=True)
    assert (done.keys, done.items) == (PEOPLE, PEOPLE * 2)
    after = {i.id: (i.ciphertext, i.index) for i in VaultItem.objects.filter(id__in=filled)}
    assert all(before[i][0] != after[i][0] and before[i][1] != after[i][1] for i in filled)
    assert readable(filled)


@pytest.mark.parametrize("reencrypt", [False, True])
@pytest.mark.parametrize("after", [0, 1, 4])
def test_killed_half_way_and_resumed(filled: list[Any], reencrypt: bool, after: int) -> None:
    """A child process is killed, with no chance to clean up, after some keys; the vault goes on working."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        _rotate_and_die(reencrypt, after)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    assert readable(filled)
    assert "没有做完" in rotation.problems()[0]
    new = api.vault_put("phone", "13911110000", Ref("t.person", "0"))  # a subject not yet or already done
    late = api.vault_put("phone", "13911110001", Ref("t.person", str(PEOPLE - 1)))
    master = keys.ring().master
    done = api.rotate_keys()
    assert done.master == master  # finished, not begun again
    assert readable(filled)
    assert [store.open_value(new), store.open_value(late)] == ["13911110000", "13911110001"]
    assert rotation.problems() == []
    if reencrypt:
        assert {i.index.partition(".")[0] for i in VaultItem.objects.filter(id__in=[*filled, new, late])} == {
            keys.ring().index
        }


def _rotate_and_die(reencrypt: bool, after: int) -> None:
    try:
        left = [after]
        step = "_reencrypt" if reencrypt else "_rewrap"
        real = getattr(rotation, step)

        def counted(*args: Any) -> int:
            if left[0] == 0:
                os._exit(9)
            left[0] -= 1
            return int(real(*args))

        setattr(rotation, step, counted)
        rotation.rotate_keys(reencrypt=reencrypt)
    finally:
        os._exit(1)


def test_a_process_with_the_former_keys_in_memory_sees_the_new_file(filled: list[Any]) -> None:
    keys.ring()
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            rotation.rotate_keys(reencrypt=True)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert readable(filled)


def test_a_lost_key_file_is_not_silently_replaced(filled: list[Any], home: Path) -> None:
    keys.path().unlink()
    with pytest.raises(api.VaultKeyProblem, match="不要重新生成"):
        api.vault_mask(filled[0])
    assert not keys.path().exists()
    assert "找不到主密钥" in rotation.problems()[0]


def test_a_key_file_of_another_installation_is_named(filled: list[Any], home: Path) -> None:
    right = keys.path().read_text()
    keys.path().write_text(keys.KeyRing.fresh().dump())
    with pytest.raises(api.VaultKeyProblem, match="与数据同期备份"):
        api.vault_mask(filled[0])
    assert any("缺少主密钥" in p for p in rotation.problems())
    keys.path().write_text(right)
    assert readable(filled)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "no",
        '{"masters": {"a": "AA=="}, "master": "a", "indexes": {}, "index": "b", "factor": "AA=="}',
    ],
)
def test_a_damaged_key_file_is_named(filled: list[Any], text: str) -> None:
    keys.path().write_text(text)
    with pytest.raises(api.VaultKeyProblem, match=r"恢复 vault\.key"):
        api.vault_mask(filled[0])


def test_keys_from_the_environment(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv(keys.ENVIRONMENT, keys.KeyRing.fresh().dump())
    item = api.vault_put("phone", "13900000000", Ref("t.person", "1"))
    assert api.vault_mask(item) == "139****0000"
    assert not keys.path().exists()
    with pytest.raises(api.VaultKeyProblem, match="环境变量"):
        api.rotate_keys()
