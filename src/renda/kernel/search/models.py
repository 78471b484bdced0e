"""What is searched: heads and texts apart, so that counting and ranking never read a text.

The postings lie beside them in the engine's own form (``engines``): an FTS5 table on SQLite, a tsvector
column with a GIN index on PostgreSQL.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """The head of a searchable thing."""

    kind = models.CharField("种类", max_length=64)
    ref_kind = models.CharField("对象种类", max_length=64)
    ref_id = models.CharField("对象编号", max_length=64)
    title = models.CharField("标题", max_length=500)
    number = models.CharField("文面编号", max_length=100, blank=True)
    head = models.TextField("编号和标题检索用的写法")
    scopes = models.JSONField("范围")
    extra = models.JSONField("附带", default=dict)
    digest = models.CharField("内容指纹", max_length=32)

    class Meta:
        verbose_name = "检索条目"
        constraints = [models.UniqueConstraint(fields=["ref_kind", "ref_id"], name="entry_once")]
        indexes = [models.Index(fields=["kind", "id"])]

    def __str__(self) -> str:
        return self.title


class Text(models.Model):
    """The text of an entry; ``plain`` is its searched form where that differs."""

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, primary_key=True, related_name="text", verbose_name="条目"
    )
    body = models.TextField("正文")
    plain = models.TextField("检索用的写法", null=True)

    class Meta:
        verbose_name = "检索正文"

    def __str__(self) -> str:
        return self.body[:40]


class IndexState(models.Model):
    """One row: by which version of the tokens the postings were made, and how common tokens are."""

    tokens = models.PositiveIntegerField("切分版本")
    sampled = models.PositiveIntegerField("抽样篇数", default=0)
    entries = models.PositiveIntegerField("抽样时的条目数", default=0)
    common = models.JSONField("常见字对的篇数", default=dict)
    sampled_at = models.DateTimeField("抽样时间", null=True)

    class Meta:
        verbose_name = "检索状态"

    def __str__(self) -> str:
        return f"v{self.tokens}"
