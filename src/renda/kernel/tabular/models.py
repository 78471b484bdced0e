"""Files waiting for a decision, what their senders have explained, and what became of them."""

from __future__ import annotations

import os
import uuid

from django.conf import settings
from django.db import models

from renda.kernel import clock


def _new_key() -> bytes:
    return os.urandom(32)


class Upload(models.Model):
    """A file that was sent and looked through.

    Its content lies encrypted in HOME/imports; the key is here alone, so that deleting the row forgets the
    file wherever copies of it may be.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待读取"
        READING = "reading", "正在读取"
        READY = "ready", "可以导入"
        APPLYING = "applying", "正在导入"
        DONE = "done", "已导入"
        FAILED = "failed", "未能读取"

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="上传人", null=True
    )
    kind = models.CharField("种类", max_length=64)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("内容指纹", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    key = models.BinaryField("密钥", default=_new_key)
    options = models.JSONField("选项", default=dict)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.WAITING)
    summary = models.JSONField("读取结果", default=dict)
    message = models.TextField("说明", blank=True)
    created_at = models.DateTimeField("上传时间", default=clock.now)
    expires_at = models.DateTimeField("保留至")
    batch = models.ForeignKey(
        "tabular.Batch", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="批次"
    )

    class Meta:
        verbose_name = "上传的表格"
        indexes = [models.Index(fields=["account", "-created_at"]), models.Index(fields=["expires_at"])]

    def __str__(self) -> str:
        return self.name


class Mapping(models.Model):
    """What a sender once explained: a heading means a column, or a text a name. Kept for the next file."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="上传人"
    )
    kind = models.CharField("种类", max_length=64)
    column = models.CharField(
        "列", max_length=64, blank=True, help_text="空：标题的对应；否则是这一列内容的对应"
    )
    source = models.CharField("表里的写法", max_length=200)
    target = models.CharField("系统里的写法", max_length=200, blank=True)
    updated_at = models.DateTimeField("更新时间", default=clock.now)

    class Meta:
        verbose_name = "写法对应"
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "column", "source"], name="mapping_once")
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class KindState(models.Model):
    """One row per kind, locked while a batch of it is applied or undone: two imports never interleave."""

    kind = models.CharField("种类", max_length=64, primary_key=True)

    class Meta:
        verbose_name = "种类"

    def __str__(self) -> str:
        return self.kind


class Batch(models.Model):
    """One import that was applied."""

    kind = models.CharField("种类", max_length=64)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="导入人", null=True
    )
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("内容指纹", max_length=64)
    created = models.PositiveIntegerField("新增", default=0)
    changed = models.PositiveIntegerField("更正", default=0)
    unchanged = models.PositiveIntegerField("与上次相同", default=0)
    left_out = models.PositiveIntegerField("有误未导入", default=0)
    applied_at = models.DateTimeField("导入时间", default=clock.now)
    closed_at = models.DateTimeField("不能再撤销自", null=True, blank=True)
    closed_reason = models.CharField("不能撤销的原因", max_length=200, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="撤销人", null=True
    )

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"])]

    def __str__(self) -> str:
        return f"{self.name} {self.applied_at:%Y-%m-%d %H:%M}"


class BatchItem(models.Model):
    """What one row of a batch made or changed, with what is needed to take it back."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items", verbose_name="批次")
    sheet = models.CharField("工作表", max_length=64)
    row = models.PositiveIntegerField("行")
    key_hash = models.CharField("行的标识", max_length=64)
    ref = models.JSONField("对象")
    created = models.BooleanField("新增")
    before = models.JSONField("更正前", null=True)
    previous = models.JSONField("此前的行", null=True)

    class Meta:
        verbose_name = "批次的行"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class RowMark(models.Model):
    """The last content with which a row's key came in: the same content again changes nothing.

    Key and content are kept as keyed digests only: rows may hold personal data.
    """

    kind = models.CharField("种类", max_length=64)
    key_hash = models.CharField("行的标识", max_length=64)
    content_hash = models.CharField("行的内容", max_length=64)
    ref = models.JSONField("对象")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="+", verbose_name="批次")

    class Meta:
        verbose_name = "已导入的行"
        constraints = [models.UniqueConstraint(fields=["kind", "key_hash"], name="row_mark_once")]

    def __str__(self) -> str:
        return self.key_hash
