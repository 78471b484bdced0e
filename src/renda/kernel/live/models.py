"""What changed lately: the only table of live, read once a second by each process that has streams open."""

from __future__ import annotations

from django.db import models


class Change(models.Model):
    """A topic was touched; written in the transaction that changed it, kept for a while, then removed."""

    topic = models.CharField("主题", max_length=160)

    class Meta:
        verbose_name = "变动"

    def __str__(self) -> str:
        return self.topic
