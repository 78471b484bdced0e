"""A congress's own settings on top of the rule table. Rows are only added; the newest one of a day counts."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models

from renda.kernel import clock


def _token() -> str:
    return secrets.token_hex(8)


class LocalSetting(models.Model):
    """From a day on, a congress uses its own number (or its own way with rest days) for a rule."""

    congress = models.CharField("人民代表大会", max_length=64)
    rule_id = models.CharField("规则编号", max_length=16)
    value = models.CharField("本级的数", max_length=32, blank=True, help_text="整数或者分数，如 2、1/2")
    roll = models.CharField(
        "末日遇休息日", max_length=8, blank=True, choices=[("next", "顺延"), ("no", "不顺延")]
    )
    from_day = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)
    reason = models.TextField("理由")
    actor_id = models.CharField("经办账号", max_length=64)
    recorded_at = models.DateTimeField("记录时间", default=clock.now)
    # See calendar: ids can come again after a rollback, tokens cannot.
    token = models.CharField("缓存标记", max_length=16, default=_token)

    class Meta:
        verbose_name = "本级规定"
        verbose_name_plural = "本级规定"
        ordering: ClassVar = ["congress", "rule_id", "from_day", "pk"]
        indexes: ClassVar = [models.Index(fields=["congress", "rule_id", "from_day"])]

    def __str__(self) -> str:
        return f"{self.congress} {self.rule_id} 自{self.from_day}"
