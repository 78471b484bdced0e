"""Matters: whatever somebody has to do by some day, whichever room it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.kernel import clock
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.workflow.api import Case


class EvidenceKind(models.TextChoices):
    """What proves that a matter is done; a promise names its kind when it is made."""

    PHOTO = "photo", "现场照片"
    ACCEPTANCE = "acceptance", "验收材料"
    DOCUMENT = "document", "印发的文件"
    PAYMENT = "payment", "资金拨付凭证"
    PUBLICATION = "publication", "公开发布的网址或版面"
    DATA = "data", "统计数据"
    VISIT = "visit", "现场查看记录"


class Matter(models.Model):
    """A matter (事项) on the supervision ledger; its state is that of its case."""

    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="matter", verbose_name="流程", null=True
    )
    congress = models.ForeignKey(
        "people.Congress", on_delete=models.PROTECT, related_name="+", verbose_name="人大"
    )
    kind = models.CharField("来源类别", max_length=32)
    source_kind = models.CharField(max_length=64)
    source_id = models.CharField(max_length=64)
    source_title = models.CharField("来源", max_length=300)
    title = models.CharField("事项", max_length=300)
    measure = models.TextField("怎样算完成", blank=True)
    condition = models.CharField("前提条件", max_length=300, blank=True)
    evidence_kind = models.CharField("以何为证", max_length=16, choices=EvidenceKind.choices)
    organ = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="责任单位"
    )
    person = models.CharField("责任人", max_length=64, blank=True)
    supervisor = models.CharField("督办", max_length=96, help_text="role@scope")
    asked_first = models.ForeignKey(
        "people.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="先征求意见的代表",
    )
    due_on = models.DateField("承诺期限")
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    created_at = models.DateTimeField("建立", default=clock.now)

    class Meta:
        verbose_name = "事项"
        indexes: ClassVar = [
            models.Index(fields=["source_kind", "source_id"]),
            models.Index(fields=["organ", "due_on"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def flow(self) -> Case:
        """Its case: there is none only while the matter is being opened."""
        assert self.case is not None
        return self.case

    @property
    def ref(self) -> Ref:
        return Ref("ledger.matter", str(self.pk), self.title)

    @property
    def source(self) -> Ref:
        return Ref(self.source_kind, self.source_id, self.source_title)


class Note(models.Model):
    """Progress, evidence, an answer: what was added to a matter, in whose words."""

    KINDS: ClassVar = [
        ("progress", "进展"),
        ("evidence", "落实证明"),
        ("answer", "代表意见"),
        ("lookback", "回访"),
    ]

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="notes", verbose_name="事项")
    kind = models.CharField("类别", max_length=12, choices=KINDS)
    text = models.TextField("内容")
    happened_on = models.DateField("发生日")
    agrees = models.BooleanField("认可", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="填写人"
    )
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    created_at = models.DateTimeField("填写时间", default=clock.now)

    class Meta:
        verbose_name = "事项记录"
        indexes: ClassVar = [models.Index(fields=["matter", "kind"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="answer") | Q(agrees__isnull=False), name="an_answer_says_yes_or_no"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:40]}"

    @property
    def ref(self) -> Ref:
        """Owner of the attached evidence."""
        return Ref("ledger.note", str(self.pk), str(self))
