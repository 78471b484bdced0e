"""Key suggestions (重点建议): chosen by the council of chairpersons, led, visited, appraised."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.business.motions.models.suggestions import Suggestion
from renda.kernel import clock
from renda.kernel.refs import Ref


class KeySuggestion(models.Model):
    """A suggestion that the council of chairpersons follows up itself (代表法 第五十二条)."""

    suggestion = models.OneToOneField(
        Suggestion, on_delete=models.PROTECT, related_name="key", verbose_name="建议"
    )
    case = models.OneToOneField(
        "workflow.Case",
        on_delete=models.PROTECT,
        related_name="key_suggestion",
        verbose_name="流程",
        null=True,
    )
    year = models.PositiveSmallIntegerField("年度")
    reason = models.TextField("提名理由")
    leader = models.ForeignKey(
        "people.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="领衔督办领导",
    )
    committee = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="督办委员会",
    )
    plan = models.TextField("督办方案", blank=True)
    chosen_on = models.DateField("确定日期", null=True, blank=True)
    created_at = models.DateTimeField("提名时间", default=clock.now)

    class Meta:
        verbose_name = "重点建议"

    def __str__(self) -> str:
        return self.suggestion.title

    @property
    def ref(self) -> Ref:
        return Ref("motions.key", str(self.pk), self.suggestion.title)


class KeyVisit(models.Model):
    """A step of the follow-up: a visit, a meeting, a call."""

    key = models.ForeignKey(
        KeySuggestion, on_delete=models.PROTECT, related_name="visits", verbose_name="重点建议"
    )
    how = models.CharField(
        "方式",
        max_length=10,
        choices=[("visit", "现场督办"), ("meeting", "督办座谈"), ("report", "听取汇报")],
    )
    held_on = models.DateField("日期")
    text = models.TextField("情况")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "督办活动"
        ordering: ClassVar = ["held_on", "pk"]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.held_on}"


class Appraisal(models.Model):
    """One participant's sheet of the democratic appraisal (民主测评): points of a hundred, no name on it."""

    key = models.ForeignKey(
        KeySuggestion, on_delete=models.PROTECT, related_name="appraisals", verbose_name="重点建议"
    )
    sheet = models.PositiveSmallIntegerField("票号")
    points = models.PositiveSmallIntegerField("得分")
    comment = models.CharField("意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "测评票"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "sheet"], name="one_appraisal_per_sheet"),
            models.CheckConstraint(condition=Q(points__lte=100), name="points_of_a_hundred"),
        ]

    def __str__(self) -> str:
        return str(self.points)
