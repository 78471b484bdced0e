"""Series and their numbers. Each number from 1 to the highest has its row, so a gap cannot be invisible."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from renda.kernel.numbering.rules import Series
from renda.kernel.refs import Ref


class SeriesRow(models.Model):
    """A series; its row is the lock under which its numbers are given."""

    organ_key = models.CharField("机关", max_length=64)
    mark = models.CharField("代字", max_length=40)
    year = models.PositiveSmallIntegerField("年份", default=0)
    scope = models.CharField("范围", max_length=64, blank=True, default="")

    class Meta:
        db_table = "numbering_series"
        verbose_name = "文号系列"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organ_key", "mark", "year", "scope"], name="numbering_series_once"
            ),
            models.CheckConstraint(
                condition=Q(year__gte=1949, scope="") | (Q(year=0) & ~Q(scope="")),
                name="numbering_series_style",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.year or self.scope}"

    @property
    def series(self) -> Series:
        return Series(self.organ_key, self.mark, self.year, self.scope)


class State(models.TextChoices):
    """``open``: skipped when a later number came in from paper, nobody has said yet what it was given to.
    ``free``: reserved once and given back, or declared unused; the next reservation takes it.
    """

    OPEN = "open", "待核"
    FREE = "free", "可用"
    RESERVED = "reserved", "预留"
    ISSUED = "issued", "已发"
    VOID = "void", "作废"


class NumberRow(models.Model):
    """One number of a series."""

    series = models.ForeignKey(SeriesRow, models.PROTECT, related_name="numbers", db_index=False)
    n = models.PositiveIntegerField("序号")
    text = models.CharField("文号", max_length=120)
    plain = models.CharField("检索用", max_length=120, db_index=True)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    on_paper = models.BooleanField("纸上已编", default=False)
    subject_kind = models.CharField("用于种类", max_length=80, blank=True, default="")
    subject_id = models.CharField("用于编号", max_length=64, blank=True, default="")
    subject_title = models.CharField("用于", max_length=500, blank=True, default="")
    reserved_at = models.DateTimeField("预留时间", null=True)
    issued_at = models.DateTimeField("编发时间", null=True)
    voided_at = models.DateTimeField("作废时间", null=True)
    reason = models.CharField("作废事由", max_length=200, blank=True, default="")

    class Meta:
        db_table = "numbering_number"
        verbose_name = "文号"
        ordering: ClassVar = ["n"]
        indexes: ClassVar = [
            models.Index(
                fields=["subject_kind", "subject_id"], name="numbering_subject", condition=~Q(subject_id="")
            ),
            models.Index(fields=["series", "n"], name="numbering_free", condition=Q(state=State.FREE)),
            models.Index(fields=["n"], name="numbering_n"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "n"], name="numbering_no_double"),
            models.UniqueConstraint(fields=["series", "plain"], name="numbering_no_double_text"),
            models.CheckConstraint(condition=Q(n__gte=1), name="numbering_from_one"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="numbering_state"),
            models.CheckConstraint(
                condition=Q(state__in=[State.OPEN, State.FREE], subject_id="")
                | (Q(state__in=[State.RESERVED, State.ISSUED, State.VOID]) & ~Q(subject_id="")),
                name="numbering_subject_iff_given",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.ISSUED, State.VOID], issued_at__isnull=False)
                | (~Q(state__in=[State.ISSUED, State.VOID]) & Q(issued_at__isnull=True)),
                name="numbering_issued_iff_time",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.VOID, voided_at__isnull=False) & ~Q(reason=""))
                | (~Q(state=State.VOID) & Q(voided_at__isnull=True, reason="")),
                name="numbering_void_iff_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def subject(self) -> Ref | None:
        return Ref(self.subject_kind, self.subject_id, self.subject_title) if self.subject_id else None
