"""The public zone's own tables: published copies, and the sealed queue to the desk. No person is in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from renda.kernel import clock


class Publication(models.Model):
    """A published copy of something of the desk, as the public may read it; the desk alone writes it."""

    key = models.CharField("键", max_length=96, primary_key=True)
    kind = models.CharField("种类", max_length=32)
    number = models.CharField("编号", max_length=32, blank=True)
    serial = models.PositiveIntegerField("序号", null=True, blank=True)
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=300)
    congress = models.CharField("人大", max_length=80)
    lead = models.CharField("领衔代表", max_length=60, blank=True)
    cosigners = models.PositiveSmallIntegerField("附议人数", default=0)
    category = models.CharField("类别", max_length=32, blank=True)
    organs = models.CharField("承办单位", max_length=300, blank=True)
    state = models.CharField("状态", max_length=32)
    submitted_on = models.DateField("提出日期")
    replied_on = models.DateField("答复日期", null=True, blank=True)
    parts = models.JSONField("正文", default=list)
    replies = models.JSONField("答复", default=list)
    promises = models.JSONField("承诺", default=list)
    history = models.JSONField("经过", default=list)
    promised = models.PositiveSmallIntegerField("承诺项数", default=0)
    kept = models.PositiveSmallIntegerField("兑现项数", default=0)
    text = models.TextField("检索文本", blank=True)
    published_at = models.DateTimeField("公开时间", default=clock.now)
    updated_at = models.DateTimeField("更新时间", default=clock.now)

    class Meta:
        verbose_name = "公开件"
        ordering: ClassVar = ["-year", "-serial"]
        indexes: ClassVar = [
            models.Index(fields=["-year", "-serial"]),
            models.Index(fields=["state", "-year", "-serial"]),
            models.Index(fields=["-updated_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Sealed(models.Model):
    """Something a person of the public sent: sealed for the desk, signed by this zone, taken once."""

    kind = models.CharField("种类", max_length=32)
    receipt = models.CharField("回执号", max_length=24, unique=True)
    body = models.BinaryField("密封内容")
    signature = models.BinaryField("签名")
    created_at = models.DateTimeField("收到时间", default=clock.now)
    taken_at = models.DateTimeField("取走时间", null=True, blank=True)
    problem = models.CharField("未能登记的原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "来件"
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(taken_at__isnull=True), name="sealed_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.receipt}"


class Progress(models.Model):
    """How an opinion stands, found only by the hash of its code: the copy that its sender may read."""

    code_hash = models.CharField("编码摘要", max_length=64, primary_key=True)
    status = models.JSONField("进度")
    updated_at = models.DateTimeField("更新时间", default=clock.now)

    class Meta:
        verbose_name = "办理进度"

    def __str__(self) -> str:
        return self.code_hash[:8]
