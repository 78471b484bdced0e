"""Attachments: stored once by content, entered in table and record, never half-written, never lost."""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from renda.kernel import clock
from renda.kernel.documents import services, store
from renda.kernel.documents.api import (
    ContentMissing,
    Refused,
    attach,
    attachments,
    attachments_of,
    check_contents,
    get_attachment,
    open_attachment,
    remove,
)
from renda.kernel.documents.models import AttachmentRow, Orphan
from renda.kernel.documents.tests.samples import docx_file, png_file
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store_folder")]
TEXT = "代表建议的附件".encode()


def stored(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def test_what_goes_in_comes_out(clerk: Any, owner: Ref, store_folder: Path) -> None:
    made = attach(SimpleUploadedFile("照片.png", png_file()), owner=owner, actor=clerk)
    assert (made.name, made.content_type, made.label) == ("照片.png", "image/png", "图片")
    assert made.sha256 == hashlib.sha256(png_file()).hexdigest() and made.size == len(png_file())
    assert attachments(owner) == [made]
    with open_attachment(made.id) as stream:
        assert stream.read() == png_file()
    assert stored(store_folder) == [made.sha256]
    assert made.uploaded_by == "王书记员" and made.url == f"/files/{made.id}/"


def test_paths_bytes_and_open_files_are_taken(clerk: Any, owner: Ref, tmp_path: Path) -> None:
    path = tmp_path / "建议.docx"
    path.write_bytes(docx_file())
    assert attach(path, owner=owner, actor=clerk).name == "建议.docx"
    with path.open("rb") as stream:
        assert attach(stream, owner=owner, actor=clerk).name == "建议.docx"
    assert attach(TEXT, owner=owner, actor=clerk, name="说明.txt").label == "文本"


def test_same_content_is_stored_once(clerk: Any, owner: Ref, store_folder: Path) -> None:
    first = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    second = attach(TEXT, owner=owner, actor=clerk, name="乙.txt")
    assert first.id != second.id and first.sha256 == second.sha256
    assert stored(store_folder) == [first.sha256]


def test_many_owners_in_one_query(clerk: Any, django_assert_num_queries: Any) -> None:
    for i in range(5):
        attach(TEXT, owner=Ref("documents.test", str(i)), actor=clerk, name="甲.txt")
    with django_assert_num_queries(1):
        found = attachments_of("documents.test", [str(i) for i in range(5)])
    assert {key: len(value) for key, value in found.items()} == {str(i): 1 for i in range(5)}


def test_the_record_knows_content_but_not_the_name(clerk: Any, owner: Ref) -> None:
    made = attach(TEXT, owner=owner, actor=clerk, name="张三身份证11010119900307123X.txt")
    line = record.timeline(owner, 5)[0]
    assert line.sentence == "添加了附件（文本，21 B）"
    assert line.payload["sha256"] == made.sha256 and "张三" not in str(line.payload)


def test_an_import_needs_no_actor(owner: Ref) -> None:
    made = attach(TEXT, owner=owner, actor=None, name="甲.txt", origin=record.Origin.job("导入"))
    assert made.uploaded_by == ""


def test_removing_keeps_row_and_content(clerk: Any, owner: Ref, store_folder: Path) -> None:
    made = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    with pytest.raises(Refused, match="原因"):
        remove(made.id, actor=clerk, reason=" ")
    remove(made.id, actor=clerk, reason="传错了")
    assert attachments(owner) == [] and get_attachment(made.id) is None
    with open_attachment(made.id) as stream:
        assert stream.read() == TEXT
    assert record.timeline(owner, 1)[0].sentence == "移除了附件（文本），原因：传错了"
    with pytest.raises(Refused, match="已经移除"):
        remove(made.id, actor=clerk, reason="再来")
    assert services.sweep() == 0 and services.sweep(clock.now() + timedelta(days=3)) == 0
    assert stored(store_folder) == [made.sha256]


# — faults —


@pytest.mark.parametrize("place", ["write", "fsync", "rename"])
def test_a_full_disk_leaves_nothing_half_written(
    place: str, clerk: Any, owner: Ref, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any, **kwargs: Any) -> Any:
        raise OSError(errno.ENOSPC, "No space left on device")

    if place == "write":
        real = os.fdopen
        monkeypatch.setattr(store.os, "fdopen", lambda *args: _Full(real(*args)))
    elif place == "fsync":
        monkeypatch.setattr(store.os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(Refused, match="磁盘空间不足") as caught:
        attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    assert caught.value.status == 507
    monkeypatch.undo()
    assert stored(store_folder) == []
    assert not AttachmentRow.objects.exists()
    assert record.timeline(owner, 5) == []


class _Full:
    """A file that takes the first bytes and then finds the disk full."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __enter__(self) -> _Full:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stream.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, data: bytes) -> int:
        self.stream.write(data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="需要 root 才能挂载一个小磁盘")
def test_a_really_full_disk(clerk: Any, owner: Ref, settings: Any, tmp_path: Path) -> None:
    """The same on a file system of 1 MB."""
    import subprocess

    from django.core.files.storage import storages

    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("不能挂载 tmpfs")
    try:
        settings.MEDIA_ROOT = small / "files"
        storages._storages.clear()
        kept = attach(b"a" * 1000, owner=owner, actor=clerk, name="小.txt")
        with pytest.raises(Refused, match="磁盘空间不足"):
            attach(b"b" * 3_000_000, owner=owner, actor=clerk, name="大.txt")
        assert stored(small) == [kept.sha256]
        assert [a.name for a in attachments(owner)] == ["小.txt"]
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_failed_row_leaves_only_an_orphan(
    clerk: Any, owner: Ref, store_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("killed here")

    monkeypatch.setattr(services.record, "write", fail)
    with pytest.raises(RuntimeError):
        attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    assert not AttachmentRow.objects.exists() and len(stored(store_folder)) == 1
    assert services.sweep() == 0  # seen, marked
    assert Orphan.objects.count() == 1
    assert services.sweep(clock.now() + timedelta(hours=25)) == 1
    assert stored(store_folder) == [] and not Orphan.objects.exists()


def test_the_sweep_spares_what_came_back(clerk: Any, owner: Ref, store_folder: Path) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
        raise RuntimeError("rolled back")
    services.sweep()
    assert Orphan.objects.count() == 1
    attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    assert not Orphan.objects.exists()
    assert services.sweep(clock.now() + timedelta(days=2)) == 0
    assert len(stored(store_folder)) == 1


def test_a_row_made_behind_the_mark_is_seen_before_deleting(
    clerk: Any, owner: Ref, store_folder: Path
) -> None:
    made = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    Orphan.objects.create(sha256=made.sha256, seen_at=clock.now() - timedelta(days=3))
    assert services.sweep() == 0
    assert stored(store_folder) == [made.sha256] and not Orphan.objects.exists()


def test_content_that_a_sweep_deleted_is_stored_anew(clerk: Any, owner: Ref, store_folder: Path) -> None:
    first = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    store.delete(first.sha256)
    assert check_contents() == [f"附件内容 {first.sha256[:16]} 缺失：请从备份恢复。"]
    attach(TEXT, owner=owner, actor=clerk, name="乙.txt")
    assert check_contents() == [] and stored(store_folder) == [first.sha256]


def test_temporary_files_of_a_killed_process_go(store_folder: Path) -> None:
    left = store_folder / "incoming" / "in-abc"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    services.sweep()
    assert left.exists()  # perhaps somebody is writing it
    services.sweep(clock.now() + timedelta(hours=25))
    assert not left.exists()


def test_a_damaged_content_is_found(clerk: Any, owner: Ref, store_folder: Path) -> None:
    made = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    path = store_folder / store.key(made.sha256)
    path.chmod(0o600)
    path.write_bytes(TEXT[:-1] + b"!")
    assert check_contents() == []
    assert "已损坏" in check_contents(thorough=True)[0]


def test_a_missing_content_is_said(clerk: Any, owner: Ref) -> None:
    made = attach(TEXT, owner=owner, actor=clerk, name="甲.txt")
    store.delete(made.sha256)
    with pytest.raises(ContentMissing, match="备份"):
        open_attachment(made.id)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_the_same_content(clerk: Any, owner: Ref, store_folder: Path) -> None:
    failures: list[Exception] = []

    def work(i: int) -> None:
        try:
            attach(TEXT, owner=owner, actor=clerk, name=f"{i}.txt")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(attachments(owner)) == 4 and len(stored(store_folder)) == 1
