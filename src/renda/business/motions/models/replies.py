"""Replies with their promises, ratings, assessments."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.business.motions.models.handling import Assignment
from renda.business.motions.models.suggestions import Method, Suggestion
from renda.kernel import clock
from renda.kernel.refs import Ref


class ReplyClass(models.Model):
    """A class of reply (A、B、C、D) with its meaning: letters mean different things in different terms."""

    term = models.ForeignKey("people.Term", on_delete=models.PROTECT, related_name="+", verbose_name="届")
    code = models.CharField("类", max_length=8)
    label = models.CharField("含义", max_length=80)
    solved = models.BooleanField("算作已经解决", default=False)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "答复分类"
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["term", "code"], name="one_class_per_code")]

    def __str__(self) -> str:
        return f"{self.code} 类：{self.label}"


class LetterMark(models.Model):
    """The mark of an organ's reply letters (机关代字), ``安城管函`` in 安城管函〔2026〕8号."""

    organ = models.OneToOneField(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="单位"
    )
    mark = models.CharField("代字", max_length=20)

    class Meta:
        verbose_name = "答复代字"

    def __str__(self) -> str:
        return self.mark


class Reply(models.Model):
    """An organ's official reply: one letter of one round."""

    STATES: ClassVar = [
        ("draft", "起草"),
        ("signing", "待审签"),
        ("issued", "已发出"),
        ("withdrawn", "已撤回"),
    ]

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="replies", verbose_name="承办"
    )
    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.PROTECT, related_name="replies", verbose_name="建议"
    )
    round = models.PositiveSmallIntegerField("第几次答复", default=1)
    state = models.CharField("状态", max_length=10, choices=STATES, default="draft")
    number = models.CharField("文号", max_length=60, blank=True)
    signer = models.CharField("签发人", max_length=40, blank=True)
    contact = models.CharField("联系人", max_length=40, blank=True)
    reply_class = models.ForeignKey(
        ReplyClass, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分类"
    )
    opening = models.TextField("开头", blank=True)
    done = models.TextField("已经做了什么", blank=True)
    planned = models.TextField("打算做什么", blank=True)
    cannot = models.TextField("做不到的和原因", blank=True)
    rows = models.JSONField(
        "承诺（录入中）", default=list, blank=True, help_text="承诺表里写了的行，没有填完的也在"
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="起草人"
    )
    issued_on = models.DateField("发出日期", null=True, blank=True)
    issued_at = models.DateTimeField("发出时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_why = models.CharField("撤回原因", max_length=300, blank=True)
    saved_at = models.DateTimeField("保存时间", default=clock.now)

    class Meta:
        verbose_name = "答复"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "round"],
                condition=~Q(state="withdrawn"),
                name="one_reply_per_round",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | (Q(issued_on__isnull=False) & Q(reply_class__isnull=False)),
                name="an_issued_reply_has_day_and_class",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["suggestion", "round", "state"])]

    def __str__(self) -> str:
        return self.number or f"第{self.round}次答复（{self.get_state_display()}）"

    @property
    def ref(self) -> Ref:
        return Ref("motions.reply", str(self.pk), self.suggestion.title)

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.opening, self.done, self.planned, self.cannot) if part)


class Promise(models.Model):
    """What a reply promises: organ, day and measure. It becomes a matter when the reply is issued."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="promises", verbose_name="答复")
    text = models.CharField("承诺", max_length=300)
    organ = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="责任单位"
    )
    due_on = models.DateField("完成期限")
    condition = models.CharField("前提条件", max_length=300, blank=True)
    measure = models.CharField("怎样算完成", max_length=300)
    evidence_kind = models.CharField("以何为证", max_length=16)
    proposed = models.BooleanField("由系统从答复中提示", default=False)
    matter = models.ForeignKey(
        "ledger.Matter",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="台账事项",
    )

    class Meta:
        verbose_name = "承诺"
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text


class Countersign(models.Model):
    """A joint organ countersigns the lead's reply (会签), or says what it does not agree with."""

    reply = models.ForeignKey(
        Reply, on_delete=models.CASCADE, related_name="countersigns", verbose_name="答复"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="+", verbose_name="会办"
    )
    agrees = models.BooleanField("同意", null=True, blank=True)
    text = models.TextField("意见", blank=True)
    asked_at = models.DateTimeField("送会签", default=clock.now)
    answered_at = models.DateTimeField("会签时间", null=True, blank=True)

    class Meta:
        verbose_name = "会签"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reply", "assignment"], name="one_countersign_per_organ")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.agrees}"


class Grade(models.TextChoices):
    """Satisfaction, empty until the deputy chooses."""

    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Rating(models.Model):
    """A signer's rating of a reply: attitude and result apart. Silence is no row and never a yes."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="ratings", verbose_name="答复")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", verbose_name="代表"
    )
    # Registers of former years know one grade: what they do not say stays empty.
    attitude = models.CharField("办理态度", max_length=12, choices=Grade.choices, blank=True)
    result = models.CharField("办理结果", max_length=12, choices=Grade.choices)
    reason = models.TextField("理由", blank=True)
    method = models.CharField("方式", max_length=8, choices=Method.choices)
    sheet = models.UUIDField("签字件（附件编号）", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="登记人",
        null=True,
        blank=True,
    )
    rated_at = models.DateTimeField("评价时间")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "满意度评价"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reply", "person"], name="one_rating_per_signer_and_reply"),
            models.CheckConstraint(
                condition=~Q(result="dissatisfied") | ~Q(reason=""), name="dissatisfied_needs_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(method="sheet") | Q(sheet__isnull=False), name="a_sheet_rating_has_its_scan"
            ),
            models.CheckConstraint(
                condition=Q(method="register") | (~Q(attitude="") & Q(entered_by__isnull=False)),
                name="only_a_register_leaves_the_attitude_open",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person"]), models.Index(fields=["result"])]

    def __str__(self) -> str:
        return self.get_result_display()


class Assessment(models.Model):
    """After the second dissatisfaction: organs and experts assess (代表建议办理办法 第二十二条)."""

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.PROTECT, related_name="assessments", verbose_name="建议"
    )
    held_on = models.DateField("评估日期", null=True, blank=True)
    participants = models.TextField("参加的单位和专家", blank=True)
    conclusion = models.CharField(
        "结论",
        max_length=12,
        blank=True,
        choices=[
            ("again", "应当再次办理"),
            ("enough", "已尽力，向代表说明"),
            ("later", "条件不具备，列入跟踪"),
        ],
    )
    text = models.TextField("评估意见", blank=True)
    called_at = models.DateTimeField("召集时间", default=clock.now)

    class Meta:
        verbose_name = "评估"

    def __str__(self) -> str:
        return self.text[:40]
