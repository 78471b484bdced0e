"""Votes of a body: who was entitled when it opened, what each pressed or how often hands were counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renda.kernel import clock
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.workflow.api import Case


class Body(models.TextChoices):
    """Which body votes; the keys are those of the computation ``verdict``."""

    CONGRESS = "congress", "人民代表大会会议"
    STANDING_COMMITTEE = "standing_committee", "常务委员会会议"
    PRESIDIUM = "presidium", "主席团会议"


class Method(models.TextChoices):
    """How it is voted; what each protects stands in docs/rooms/votes.md."""

    NAMED = "named", "按键表决（记名）"
    SECRET = "secret", "无记名按键表决（秘密）"
    HAND = "hand", "举手表决（人工计票）"


class Standing(models.TextChoices):
    """What somebody of the body was when the vote opened."""

    PRESENT = "present", "到会"
    ABSENT = "absent", "未到会"
    EXCLUDED = "excluded", "不参加这次表决"


class Option(models.TextChoices):
    """What may be pressed (代表法 第二十三条); not to press is a result of its own."""

    FOR = "for", "赞成"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class Vote(models.Model):
    """One vote (表决) on one thing, or on several together (合并表决)."""

    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="vote", verbose_name="流程", null=True
    )
    congress = models.ForeignKey(
        "people.Congress", on_delete=models.PROTECT, related_name="+", verbose_name="人大"
    )
    body = models.CharField("会议", max_length=20, choices=Body.choices)
    organ = models.ForeignKey(
        "people.Organisation",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="表决的机关",
        help_text="空：人民代表大会全体代表",
    )
    title = models.CharField("表决事项", max_length=200)
    items = models.JSONField("一并表决的事项", default=list)
    method = models.CharField("表决方式", max_length=8, choices=Method.choices)
    members = models.PositiveIntegerField("全体组成人员（代表）", null=True)
    present = models.PositiveIntegerField("到会并参加表决", null=True)
    opened_at = models.DateTimeField("付表决", null=True)
    closed_at = models.DateTimeField("表决结束", null=True)
    votes_for = models.PositiveIntegerField("赞成", null=True)
    votes_against = models.PositiveIntegerField("反对", null=True)
    abstentions = models.PositiveIntegerField("弃权", null=True)
    not_pressed = models.PositiveIntegerField("未按表决器", null=True)
    issued = models.PositiveIntegerField("发出选票", null=True)
    returned = models.PositiveIntegerField("收回选票", null=True)
    ballot_key = models.BinaryField("开票的密钥（锁着）", null=True)
    verdict = models.JSONField("结果和依据", default=dict)
    created_at = models.DateTimeField("建立", default=clock.now)

    class Meta:
        verbose_name = "表决"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(present=F("votes_for") + F("votes_against") + F("abstentions") + F("not_pressed")),
                name="votes_books_balance",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(present__lte=F("members")),
                name="votes_present_of_members",
            ),
            models.CheckConstraint(
                condition=Q(issued__isnull=True) | Q(returned__lte=F("issued"), issued__lte=F("present")),
                name="votes_returned_of_issued",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def flow(self) -> Case:
        """Its case: there is none only while it is being prepared."""
        assert self.case is not None
        return self.case

    @property
    def ref(self) -> Ref:
        return Ref("votes.vote", str(self.pk), self.title)

    @property
    def body_name(self) -> str:
        """The body as it is called: 安澜市人大常委会."""
        return self.organ.name if self.organ else self.congress.name


class Elector(models.Model):
    """Somebody of the body as the vote found him; written once, at the opening, and never changed."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="electors", verbose_name="表决")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, related_name="+", verbose_name="组成人员（代表）"
    )
    name = models.CharField("姓名", max_length=64)
    place = models.PositiveIntegerField("次序")
    standing = models.CharField("到会", max_length=8, choices=Standing.choices)
    reason = models.CharField("不参加的原因", max_length=100, blank=True)
    # Whether, never when: the one thing kept of a person in a secret vote.
    issued = models.BooleanField("已领选票", default=False)

    class Meta:
        verbose_name = "表决人"
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "person"], name="votes_elector_once"),
            models.CheckConstraint(
                condition=~Q(standing="excluded") | ~Q(reason=""), name="votes_exclusion_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Ballot(models.Model):
    """What somebody pressed in a named vote; the last press before the close counts."""

    elector = models.OneToOneField(
        Elector, on_delete=models.CASCADE, primary_key=True, related_name="ballot", verbose_name="表决人"
    )
    option = models.CharField("表决", max_length=8, choices=Option.choices)
    cast_at = models.DateTimeField("按下", default=clock.now)

    class Meta:
        verbose_name = "按键"

    def __str__(self) -> str:
        return self.get_option_display()


class CountSheet(models.Model):
    """One count of hands by one teller; two must agree, neither seeing the other's."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="sheets", verbose_name="表决")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="计票人"
    )
    votes_for = models.PositiveIntegerField("赞成")
    votes_against = models.PositiveIntegerField("反对")
    abstentions = models.PositiveIntegerField("弃权")
    settles = models.BooleanField("核定", default=False)
    reason = models.CharField("核定的理由", max_length=200, blank=True)
    created_at = models.DateTimeField("填写", default=clock.now)

    class Meta:
        verbose_name = "计票单"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "by"], name="votes_one_sheet_a_teller")
        ]

    def __str__(self) -> str:
        return f"{self.by}：{self.votes_for}、{self.votes_against}、{self.abstentions}"

    @property
    def numbers(self) -> tuple[int, int, int]:
        """For, against, abstain."""
        return self.votes_for, self.votes_against, self.abstentions


class BoxState(models.TextChoices):
    """A box of secret ballots."""

    LOCKED = "locked", "还没有开始投票"
    OPEN = "open", "正在投票"
    OPENED = "opened", "已开票"
    BURNT = "burnt", "已销毁"


class BallotBox(models.Model):
    """The box of one secret vote, in another database than the vote: only a number binds the two."""

    vote_id = models.BigIntegerField("表决", primary_key=True)
    state = models.CharField("状态", max_length=8, choices=BoxState.choices)
    public_key = models.BinaryField("封票的公钥")
    salt = models.BinaryField("随机数")

    class Meta:
        verbose_name = "票箱"

    def __str__(self) -> str:
        return f"{self.vote_id} {self.get_state_display()}"


class SealedBallot(models.Model):
    """A ballot: no time, no sequence, no row order (the migration makes the table so)."""

    key = models.CharField("位置", max_length=32, primary_key=True)
    box = models.ForeignKey(
        BallotBox, on_delete=models.PROTECT, related_name="+", verbose_name="票箱", db_index=False
    )
    content = models.BinaryField("选票")

    class Meta:
        verbose_name = "选票"
        indexes: ClassVar = [models.Index(fields=["box"], name="votes_sealed_box")]

    def __str__(self) -> str:
        return self.key
