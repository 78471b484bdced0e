"""Attachments: who put which file to what; the content itself lies in the store, under its hash."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from renda.kernel import clock


class AttachmentRow(models.Model):
    """A file put to something. Removing sets a date and a reason; the content stays."""

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    owner_kind = models.CharField("所属种类", max_length=64)
    owner_id = models.CharField("所属编号", max_length=64)
    owner_title = models.CharField("所属标题", max_length=500, blank=True)
    name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("内容摘要", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("字节数")
    content_type = models.CharField("类型", max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", default=clock.now)
    removed_at = models.DateTimeField("移除时间", null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="移除人"
    )
    removal_reason = models.CharField("移除原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "附件"
        ordering = ["uploaded_at", "id"]
        indexes = [models.Index(fields=["owner_kind", "owner_id"], name="attachment_owner")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(removed_at=None, removal_reason="")
                | models.Q(removed_at__isnull=False) & ~models.Q(removal_reason=""),
                name="attachment_removed_with_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Orphan(models.Model):
    """Content without an attachment, seen by the sweep; deleted only when a later sweep still finds none."""

    sha256 = models.CharField("内容摘要", max_length=64, primary_key=True)
    seen_at = models.DateTimeField("发现时间", default=clock.now)

    class Meta:
        verbose_name = "无主内容"

    def __str__(self) -> str:
        return self.sha256
