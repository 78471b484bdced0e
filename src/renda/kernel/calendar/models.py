"""Arrangements of a year that were imported, and local corrections. Rows are only ever added."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from renda.kernel import clock


def _token() -> str:
    return secrets.token_hex(8)


class YearArrangement(models.Model):
    """One import of a year's arrangement, or one correction on top of it; the newest version counts."""

    class Kind(models.TextChoices):
        ARRANGEMENT = "arrangement", "放假安排"
        CORRECTION = "correction", "本地更正"

    year = models.PositiveSmallIntegerField("年份")
    version = models.PositiveIntegerField("版本")
    kind = models.CharField("种类", max_length=16, choices=Kind)
    rows = models.JSONField("各日", help_text="[[日期, 是否上班, 名称], …]")
    source = models.TextField("来源")
    actor_id = models.CharField("经办账号", max_length=64)
    recorded_at = models.DateTimeField("记录时间", default=clock.now)
    # Two transactions may have taken the same id if one was rolled back; the token tells their caches apart.
    token = models.CharField("缓存标记", max_length=16, default=_token)

    class Meta:
        verbose_name = "年度放假安排"
        verbose_name_plural = "年度放假安排"
        ordering: ClassVar = ["year", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "version"], name="calendar_one_version_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{self.version}版（{self.get_kind_display()}）"
