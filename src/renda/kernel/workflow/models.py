"""Cases, their deadlines and turns, and the outbox of events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django.db import models
from django.db.models import Q

from renda.kernel import clock
from renda.kernel.refs import Ref
from renda.kernel.workflow import clocks
from renda.kernel.workflow import process as declarations

LightKey = Literal["none", "running", "near", "overdue", "paused", "in_time", "late"]


class Case(models.Model):
    """One run of a process, about one thing of some room."""

    process = models.CharField("流程", max_length=64)
    version = models.PositiveSmallIntegerField("流程版本")
    state = models.CharField("状态", max_length=32)
    subject_kind = models.CharField("对象类别", max_length=64)
    subject_id = models.CharField("对象", max_length=64)
    subject_title = models.CharField("题名", max_length=300)
    scope = models.CharField("范围", max_length=64, db_index=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="上级事项",
    )
    opened_at = models.DateTimeField("开始", default=clock.now)
    closed_at = models.DateTimeField("结束", null=True, blank=True)
    moved_at = models.DateTimeField("最近变动", default=clock.now, db_index=True)
    # Counts every act; a form sends back the number it was drawn with: two people never act on one picture.
    step = models.PositiveIntegerField("步", default=0)

    class Meta:
        verbose_name = "事项"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["process", "subject_kind", "subject_id"], name="one_case_per_process_and_subject"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["process", "state"]),
            models.Index(fields=["subject_kind", "subject_id"]),
        ]

    def __str__(self) -> str:
        return self.subject_title

    @property
    def declared(self) -> declarations.Process:
        """The process in the version that this case began under."""
        return declarations.get(self.process, self.version)

    @property
    def state_label(self) -> str:
        return self.declared.state(self.state).label

    @property
    def is_final(self) -> bool:
        return self.declared.state(self.state).final

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id, self.subject_title)

    @property
    def url(self) -> str:
        return self.declared.url(self)


@dataclass(frozen=True, slots=True)
class Light:
    """How a deadline stands on a day: never by colour alone.

    Args:
        key: none, running, near, overdue, paused, in_time, late.
        text: what the page writes.
        days: days left (running, near) or over (overdue, late); 0 otherwise.
    """

    key: LightKey
    text: str
    days: int = 0


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def with_light(self, today: dt.date) -> DeadlineQuerySet:
        """Add ``light_key``: the one expression behind every list, count and board."""
        return self.annotate(light_key=light_expression(today))


def light_expression(today: dt.date, prefix: str = "") -> models.Case:
    """SQL for a deadline's light, reached through ``prefix`` (``"deadline__"``) from the queried model."""
    p = prefix
    return models.Case(
        models.When(Q(**{f"{p}lights": False}), then=models.Value("none")),
        models.When(Q(**{f"{p}status": "paused"}), then=models.Value("paused")),
        models.When(
            Q(**{f"{p}status": "stopped", f"{p}stopped_on__gt": models.F(f"{p}due_on")}),
            then=models.Value("late"),
        ),
        models.When(Q(**{f"{p}status": "stopped"}), then=models.Value("in_time")),
        models.When(Q(**{f"{p}status": "running", f"{p}due_on__lt": today}), then=models.Value("overdue")),
        models.When(Q(**{f"{p}status": "running", f"{p}warn_on__lte": today}), then=models.Value("near")),
        models.When(Q(**{f"{p}status": "running"}), then=models.Value("running")),
        default=models.Value("none"),
        output_field=models.CharField(max_length=8),
    )


class Deadline(models.Model):
    """The only clock of a case: what was computed stays, with the rule and calendar it was computed by."""

    STATUS: ClassVar = [
        ("not_started", "未起算"),
        ("running", "计时中"),
        ("paused", "暂停"),
        ("stopped", "已停止"),
        ("cancelled", "已取消"),
    ]

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines", verbose_name="事项")
    key = models.CharField("时限", max_length=32)
    label = models.CharField("名称", max_length=64)
    status = models.CharField("状态", max_length=12, choices=STATUS, default="not_started")
    started_on = models.DateField("起算日", null=True, blank=True)
    due_on = models.DateField("到期日", null=True, blank=True, db_index=True)
    warn_on = models.DateField("临近日", null=True, blank=True)
    paused_on = models.DateField("暂停日", null=True, blank=True)
    stopped_on = models.DateField("停止日", null=True, blank=True)
    unit = models.CharField("单位", max_length=16, blank=True)
    rule = models.CharField("规则", max_length=32, blank=True)
    rule_version = models.CharField("规则版本", max_length=32, blank=True)
    calendar_version = models.CharField("日历版本", max_length=64, blank=True)
    provisional = models.BooleanField("暂定", default=False)
    # A rule that only reminds shows its day and never computes a light.
    lights = models.BooleanField("亮灯", default=True)
    derived = models.JSONField("依据", default=dict, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "时限"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "key"], name="one_deadline_per_key"),
            models.CheckConstraint(
                condition=Q(status="not_started") | Q(status="cancelled") | Q(due_on__isnull=False),
                name="running_deadline_has_due_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "due_on"]),
            models.Index(fields=["provisional"], condition=Q(provisional=True), name="provisional_deadlines"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.due_on or ''}"

    def light(self, today: dt.date | None = None) -> Light:
        """The light on a day (today by default); the same expression as ``light_expression``."""
        return clocks.light(self, today or clock.today())


class Turn(models.Model):
    """Whose turn it is: rows of the desks. One query over these gives any desk."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="turns", verbose_name="事项")
    holder = models.CharField("轮到", max_length=96, help_text="role@scope")
    since = models.DateTimeField("自", default=clock.now)
    ended_at = models.DateTimeField("至", null=True, blank=True)
    deadline = models.ForeignKey(
        Deadline, on_delete=models.PROTECT, null=True, blank=True, related_name="turns", verbose_name="时限"
    )

    class Meta:
        verbose_name = "轮次"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "holder"], condition=Q(ended_at__isnull=True), name="one_open_turn_per_holder"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder"], condition=Q(ended_at__isnull=True), name="open_turns_by_holder"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} · {self.case_id}"


class Event(models.Model):
    """The outbox: something that happened, written in the same transaction, delivered at least once."""

    name = models.CharField(max_length=96)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "事件"
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(delivered_at__isnull=True), name="undelivered_events"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}"

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id)


class Delivery(models.Model):
    """One event handled by one subscriber; written in the subscriber's own transaction."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries")
    subscriber = models.CharField(max_length=160)
    done_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = "投递"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_delivery_per_subscriber")
        ]

    def __str__(self) -> str:
        return f"{self.subscriber} · {self.event_id}"


def subject_filter(ref: Ref) -> dict[str, Any]:
    return {"subject_kind": ref.kind, "subject_id": ref.id}
