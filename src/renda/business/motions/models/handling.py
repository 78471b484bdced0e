"""Handling by organs: assignments, objections, presses, contacts, extensions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.business.motions.models.suggestions import Suggestion
from renda.kernel import clock
from renda.kernel.refs import Ref


class HandlingRole(models.TextChoices):
    """Lead with helpers, or several organs each for itself (代表建议办理办法 第十三条)."""

    LEAD = "lead", "主办"
    JOINT = "joint", "会办"
    SEPARATE = "separate", "分办"


class Assignment(models.Model):
    """One organ's part in a suggestion, from hand-over to its reply; a new hand-over is a new assignment."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.PROTECT, related_name="assignments", verbose_name="建议"
    )
    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="assignment", verbose_name="流程", null=True
    )
    organ = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="承办单位"
    )
    role = models.CharField("分工", max_length=10, choices=HandlingRole.choices)
    through_government = models.BooleanField("经政府转办", default=False)
    handed_over_on = models.DateField("交办日期")
    received_at = models.DateTimeField("签收时间", null=True, blank=True)
    opinion = models.TextField("会办意见", blank=True)
    opined_at = models.DateTimeField("会办意见时间", null=True, blank=True)
    notices_sent_at = models.DateTimeField("通知发出时间", null=True, blank=True)
    batch = models.UUIDField("批次", null=True, blank=True, db_index=True)
    created_at = models.DateTimeField("建立", default=clock.now)

    class Meta:
        verbose_name = "承办"
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["organ", "handed_over_on"]),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="assignments_of_a_batch"),
            models.Index(
                fields=["batch"],
                condition=Q(batch__isnull=False, notices_sent_at__isnull=True),
                name="batches_with_unsent_notices",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.organ_id}"

    @property
    def ref(self) -> Ref:
        return Ref("motions.assignment", str(self.pk), self.suggestion.title)


class Objection(models.Model):
    """An organ says that it is not its business (申请退回), with its reason and the ruling."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="objections", verbose_name="承办"
    )
    reason = models.CharField("理由", max_length=32)
    text = models.TextField("说明")
    suggested_organ = models.CharField("建议改由", max_length=120, blank=True)
    made_at = models.DateTimeField("提出时间", default=clock.now)
    ruling = models.CharField(
        "裁定", max_length=8, blank=True, choices=[("accepted", "同意退回"), ("refused", "不同意退回")]
    )
    ruling_text = models.TextField("裁定说明", blank=True)
    ruled_at = models.DateTimeField("裁定时间", null=True, blank=True)

    class Meta:
        verbose_name = "退回申请"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(ruling=""), name="one_open_objection_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]


class PressSide(models.TextChoices):
    """Who presses; the weight of a press is in ``rules.PRESS_WEIGHTS``."""

    DEPUTY = "deputy", "代表"
    COMMITTEE = "committee", "人大"
    GOVERNMENT = "government", "政府督查"


class Press(models.Model):
    """A press (催办): by page or by telephone."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="presses", verbose_name="承办"
    )
    side = models.CharField("催办方", max_length=12, choices=PressSide.choices)
    channel = models.CharField(
        "方式", max_length=8, choices=[("page", "系统"), ("phone", "电话"), ("visit", "上门")]
    )
    weight = models.PositiveSmallIntegerField("分量")
    text = models.CharField("说了什么", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="催办人"
    )
    happened_at = models.DateTimeField("催办时间", default=clock.now)

    class Meta:
        verbose_name = "催办"
        indexes: ClassVar = [models.Index(fields=["assignment", "side", "-happened_at"])]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.happened_at:%Y-%m-%d}"


class Contact(models.Model):
    """A contact between organ and deputy (沟通、面商): each side records its own; both times are kept."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="contacts", verbose_name="承办"
    )
    side = models.CharField("记录方", max_length=8, choices=[("organ", "承办单位"), ("deputy", "代表")])
    how = models.CharField(
        "方式",
        max_length=8,
        choices=[
            ("visit", "登门走访"),
            ("meeting", "面商座谈"),
            ("site", "现场办理"),
            ("phone", "电话沟通"),
            ("letter", "书面沟通"),
        ],
    )
    place = models.CharField("地点", max_length=100, blank=True)
    with_whom = models.CharField("参加人", max_length=200, blank=True)
    text = models.TextField("谈了什么")
    happened_at = models.DateTimeField("沟通时间")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )
    confirms = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="confirmations",
        verbose_name="印证",
    )

    class Meta:
        verbose_name = "沟通"
        indexes: ClassVar = [models.Index(fields=["assignment", "-happened_at"])]

    def __str__(self) -> str:
        return f"{self.get_how_display()} {self.happened_at:%Y-%m-%d}"


class Extension(models.Model):
    """An organ asks for more time before the due day (延期); never beyond what the law allows in all."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="extensions", verbose_name="承办"
    )
    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="extension", verbose_name="流程", null=True
    )
    reason = models.TextField("理由")
    asked_until = models.DateField("申请延至")
    told_deputy = models.TextField("怎样告知代表")
    granted_until = models.DateField("批准延至", null=True, blank=True)
    asked_at = models.DateTimeField("申请时间", default=clock.now)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    answer = models.TextField("答复", blank=True)

    class Meta:
        verbose_name = "延期"
        indexes: ClassVar = [models.Index(fields=["assignment"])]

    def __str__(self) -> str:
        return f"延至 {self.asked_until}"

    @property
    def ref(self) -> Ref:
        return Ref("motions.extension", str(self.pk), self.assignment.suggestion.title)
