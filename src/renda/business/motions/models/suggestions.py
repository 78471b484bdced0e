"""Suggestions and those who sign them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.kernel import clock
from renda.kernel.refs import Ref


class Kind(models.TextChoices):
    """A suggestion asks an organ for an answer; a motion asks the congress for a decision."""

    SUGGESTION = "suggestion", "代表建议"
    MOTION = "motion", "代表议案"


class How(models.TextChoices):
    """How a suggestion came about; nothing is chosen beforehand."""

    STUDY = "study", "专题调研"
    VISIT = "visit", "视察、走访"
    RECEPTION = "reception", "接待群众"
    OPINION = "opinion", "群众来信来电"
    MEETING = "meeting", "座谈会"
    WORK = "work", "本职工作中了解"
    OTHER = "other", "其他"


class Consent(models.TextChoices):
    """Whether the text may be published (代表建议办理办法 第二十九条: the deputy has a say)."""

    ALL = "all", "全文公开"
    TITLE = "title", "只公开标题和办理结果"
    NONE = "none", "不公开"


class Method(models.TextChoices):
    """How an act of a deputy came in."""

    OWN = "own", "本人登录"
    SHEET = "sheet", "签字件代录"
    REGISTER = "register", "历史登记"


class Via(models.TextChoices):
    """How the text came in."""

    PAGE = "page", "网页填写"
    WORD = "word", "Word 文件"
    SHEET = "sheet", "手写件照片"
    IMPORT = "import", "历史资料导入"
    OFFER = "offer", "由群众意见转来"


class Category(models.Model):
    """A class of content of a congress (城建、农业…): a code list, not code."""

    congress = models.ForeignKey(
        "people.Congress", on_delete=models.PROTECT, related_name="+", verbose_name="人大"
    )
    code = models.CharField("代码", max_length=16)
    label = models.CharField("类别", max_length=32)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "建议类别"
        ordering: ClassVar = ["order", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["congress", "code"], name="one_category_per_code"),
            models.UniqueConstraint(fields=["congress", "label"], name="one_category_per_label"),
        ]

    def __str__(self) -> str:
        return self.label


class Suggestion(models.Model):
    """A deputy's suggestion (代表建议、批评和意见) or motion (议案); its state is that of its case."""

    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="suggestion", verbose_name="流程", null=True
    )
    congress = models.ForeignKey(
        "people.Congress", on_delete=models.PROTECT, related_name="+", verbose_name="人大"
    )
    term = models.ForeignKey("people.Term", on_delete=models.PROTECT, related_name="+", verbose_name="届")
    session = models.ForeignKey(
        "people.CongressSession",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="会议",
        help_text="会议期间提出的写会议，闭会期间提出的为空",
    )
    kind = models.CharField("种类", max_length=12, choices=Kind.choices, default=Kind.SUGGESTION)
    serial = models.PositiveIntegerField("编号", null=True, blank=True)
    title = models.CharField("标题", max_length=100)
    matter = models.TextField("案由", blank=True)
    analysis = models.TextField("情况分析", blank=True)
    proposal = models.TextField("具体建议", blank=True)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="类别"
    )
    how = models.CharField("怎样形成的", max_length=12, choices=How.choices, blank=True)
    consent = models.CharField("公开意愿", max_length=8, choices=Consent.choices, blank=True)
    lead = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", verbose_name="领衔代表"
    )
    delegation = models.ForeignKey(
        "people.Delegation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代表团",
    )
    proposed_organ = models.CharField("代表希望的承办单位", max_length=120, blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="起草人"
    )
    via = models.CharField("来源", max_length=8, choices=Via.choices, default=Via.PAGE)
    source = models.JSONField("由何转来", default=dict, blank=True)
    hard = models.BooleanField("涉及面广、处理难度大", default=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    split_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", verbose_name="拆自"
    )
    refusal = models.CharField("不予受理的理由", max_length=200, blank=True)
    created_at = models.DateTimeField("起草时间", default=clock.now)
    saved_at = models.DateTimeField("保存时间", default=clock.now)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    handed_over_on = models.DateField("交办日期", null=True, blank=True)
    round = models.PositiveSmallIntegerField("第几次办理", default=1)

    class Meta:
        verbose_name = "代表建议"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["term", "kind", "serial"],
                condition=Q(serial__isnull=False),
                name="one_suggestion_per_number",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="not_merged_into_itself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["congress", "-serial"]),
            models.Index(fields=["congress", "-submitted_at"]),
            models.Index(fields=["lead", "-submitted_at"]),
            models.Index(fields=["delegation", "-submitted_at"]),
            models.Index(fields=["category", "-submitted_at"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/motions/{self.pk}/"

    @property
    def ref(self) -> Ref:
        return Ref("motions.suggestion", str(self.pk), self.title)

    @property
    def number_text(self) -> str:
        """As on paper: 第101号; a motion says so."""
        if self.serial is None:
            return "未编号"
        return f"{'议案' if self.kind == Kind.MOTION else ''}第{self.serial}号"

    @property
    def text(self) -> str:
        """All that it says, for search and comparison."""
        return "\n".join(part for part in (self.title, self.matter, self.analysis, self.proposal) if part)


class CoSignature(models.Model):
    """A co-signer (附议): invited, signed by own log-in, or entered from a sheet and free to object."""

    STATES: ClassVar = [
        ("invited", "已邀请"),
        ("signed", "已附议"),
        ("declined", "未附议"),
        ("objected", "代录后提出异议"),
    ]

    suggestion = models.ForeignKey(
        Suggestion, on_delete=models.CASCADE, related_name="cosignatures", verbose_name="建议"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", verbose_name="代表"
    )
    state = models.CharField("状态", max_length=10, choices=STATES, default="invited")
    method = models.CharField("方式", max_length=8, choices=Method.choices, blank=True)
    sheet = models.UUIDField("签字件（附件编号）", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="代录人",
    )
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=clock.now)
    objection_until = models.DateField("可以提出异议至", null=True, blank=True)

    class Meta:
        verbose_name = "附议"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["suggestion", "person"], name="one_signature_per_deputy"),
            models.CheckConstraint(
                condition=~Q(method="sheet") | Q(sheet__isnull=False), name="a_sheet_signature_has_its_scan"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "state"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_state_display()}"
