"""Opinions of the public with replies and ratings; groups of repeated ones; classes and what was learnt.

Who said it stands in the vault (``sender_*``); the text is kept with numbers taken out of it.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renda.kernel import clock
from renda.kernel.refs import Ref


class Channel(models.TextChoices):
    """How an opinion came (信访工作条例 第十七条 names the forms)."""

    PAGE = "page", "网页"
    PHONE = "phone", "电话"
    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    STATION = "station", "联络站"
    TRANSFERRED = "transferred", "有关机关转来"
    BOARD = "board", "留言板"


class Told(models.TextChoices):
    """How the sender was told."""

    PHONE = "phone", "电话"
    LETTER = "letter", "书面"
    VISIT = "visit", "当面"
    PAGE = "page", "网上"
    BOARD = "board", "留言板"


class Outcome(models.TextChoices):
    """The five ways an opinion may end."""

    ANSWERED = "answered", "当面或直接答复"
    HANDLED = "handled", "本机关办理"
    PASSED = "passed", "转有关机关办理"
    RAISED = "raised", "形成代表建议"
    OUTSIDE = "outside", "不属于受理范围"


class Category(models.Model):
    """A class of opinions: 城乡建设 / 安全生产 / 事故处理."""

    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级分类",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    order = models.PositiveIntegerField("排序", default=1000)
    active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "分类"
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(parent__isnull=False),
                name="intake_category_name",
                violation_error_message="同一上级下已有同名的分类。",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(parent__isnull=True),
                name="intake_category_top_name",
                violation_error_message="已有同名的一级分类。",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="intake_category_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """Opinions about one thing. Each stays a case of its own and is answered; the group only ties them."""

    congress = models.ForeignKey(
        "people.Congress", verbose_name="人大", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField("共同反映的问题", max_length=200)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="归并人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("归并时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "同类意见"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> Ref:
        return Ref("intake.group", str(self.pk), self.title)


class Opinion(models.Model):
    """One opinion, request or complaint of a member of the public."""

    congress = models.ForeignKey(
        "people.Congress", verbose_name="人大", on_delete=models.PROTECT, related_name="+"
    )
    case = models.OneToOneField(
        "workflow.Case",
        verbose_name="流程",
        null=True,
        on_delete=models.PROTECT,
        related_name="opinion",
    )
    code = models.CharField("查询码", max_length=12, unique=True)
    # What brought it in, so that the same message, or the same row of a file, never comes in twice.
    source_key = models.CharField("来源编号", max_length=100, null=True, blank=True, unique=True)
    channel = models.CharField("渠道", max_length=12, choices=Channel.choices)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    place = models.CharField("所在地方", max_length=120, blank=True)
    transferred_from = models.CharField("转来机关", max_length=120, blank=True)
    sender_name = models.UUIDField("姓名（保险库）", null=True, blank=True)
    sender_phone = models.UUIDField("电话（保险库）", null=True, blank=True)
    sender_address = models.UUIDField("住址（保险库）", null=True, blank=True)
    lifted = models.JSONField("文中取出的号码（保险库编号）", default=list, blank=True)
    happened_at = models.DateTimeField("反映时间")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    category = models.ForeignKey(
        Category,
        verbose_name="分类",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opinions",
    )
    organ = models.ForeignKey(
        "people.Organisation",
        verbose_name="办理机关",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices, blank=True)
    group = models.ForeignKey(
        Group,
        verbose_name="同类意见",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="opinions",
    )
    raised = models.JSONField("形成的建议", null=True, blank=True)
    extended = models.BooleanField("已延期", default=False)
    supporters = models.PositiveIntegerField("附和人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "群众意见"
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="intake_opinion_says_something"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="raised") | Q(raised__isnull=False), name="intake_opinion_raised_into"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["congress", "-happened_at"], name="intake_opinion_newest"),
            models.Index(fields=["category", "outcome"], name="intake_opinion_class"),
            models.Index(fields=["organ", "outcome"], name="intake_opinion_organ"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> Ref:
        return Ref("intake.opinion", str(self.pk), self.title)


class ReplyKind(models.TextChoices):
    """What was said to whom."""

    NOTICE = "notice", "告知"
    ANSWER = "answer", "答复"


class Reply(models.Model):
    """What the sender was told: when it happened, and when it was written down."""

    opinion = models.ForeignKey(
        Opinion, verbose_name="意见", on_delete=models.PROTECT, related_name="replies"
    )
    kind = models.CharField("种类", max_length=10, choices=ReplyKind.choices)
    text = models.TextField("内容")
    organ = models.ForeignKey(
        "people.Organisation",
        verbose_name="答复机关",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    told_by = models.CharField("告知方式", max_length=12, choices=Told.choices)
    happened_at = models.DateTimeField("答复时间")
    recorded_at = models.DateTimeField("录入时间", default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="经办人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "答复"
        ordering: ClassVar = ["happened_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="intake_reply_says_something")
        ]

    def __str__(self) -> str:
        return f"{self.opinion_id}·{self.get_kind_display()}"


class Satisfaction(models.TextChoices):
    """How the sender rates; nothing is ever pre-filled, silence is no rating."""

    SATISFIED = "satisfied", "满意"
    FAIRLY = "fairly", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Rating(models.Model):
    """The sender's rating of one reply, attitude and result apart."""

    reply = models.OneToOneField(Reply, verbose_name="答复", on_delete=models.PROTECT, related_name="rating")
    attitude = models.CharField("办理态度", max_length=12, choices=Satisfaction.choices)
    result = models.CharField("办理结果", max_length=12, choices=Satisfaction.choices)
    comment = models.TextField("说明", blank=True)
    happened_at = models.DateTimeField("评价时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="代录人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(result="dissatisfied") | ~Q(comment=""),
                name="intake_rating_dissatisfied_says_why",
                violation_error_message="对结果不满意的，请写明理由。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reply_id}·{self.get_result_display()}"


class Feature(models.Model):
    """How often a pair of characters stands in opinions with a label: what proposals are made of."""

    label = models.CharField("标签", max_length=40)
    gram = models.CharField("字对", max_length=8)
    n = models.PositiveIntegerField("次数")

    class Meta:
        verbose_name = verbose_name_plural = "分类依据"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gram", "label"], name="intake_feature_once")
        ]

    def __str__(self) -> str:
        return f"{self.label}·{self.gram}"


class Lesson(models.Model):
    """How much was learnt of a label: opinions and pairs of characters; the denominators of proposals."""

    label = models.CharField("标签", max_length=40, unique=True)
    opinions = models.PositiveIntegerField("意见数")
    grams = models.PositiveIntegerField("字对数")
    learnt_at = models.DateTimeField("学习时间", default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = "分类学习"

    def __str__(self) -> str:
        return self.label
