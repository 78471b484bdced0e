"""Sittings: who is entitled, what is on the agenda, who was there from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renda.assembly.meetings.profiles import ANSWERS, PROFILES, Profile, profile
from renda.kernel import clock
from renda.kernel.refs import Ref

if TYPE_CHECKING:
    from renda.kernel.workflow.api import Case


class Mode(models.TextChoices):
    """How it is held. Video goes over an outside link; presence by video is signed in by staff."""

    HALL = "hall", "现场"
    VIDEO = "video", "视频"
    BOTH = "both", "现场加视频"


class ItemKind(models.TextChoices):
    """What is done with an item of the agenda."""

    REPORT = "report", "听取和审议报告"
    DECISION = "decision", "审议并作出决定、决议"
    REGULATION = "regulation", "审议法规案"
    APPOINTMENT = "appointment", "人事任免"
    ELECTION = "election", "选举"
    OTHER = "other", "其他"


class ItemState(models.TextChoices):
    """Where an item stands while the sitting runs."""

    AHEAD = "ahead", "未到"
    CURRENT = "current", "正在进行"
    DONE = "done", "已进行"
    PUT_OFF = "put_off", "没有进行"


class Capacity(models.TextChoices):
    """Why somebody sits there."""

    ENTITLED = "entitled", "应到"
    ATTENDING = "attending", "列席"


class Leave(models.TextChoices):
    """Leave of absence (请假)."""

    NONE = "none", "没有请假"
    ASKED = "asked", "请假待批准"
    GRANTED = "granted", "准假"
    REFUSED = "refused", "没有准假"


class How(models.TextChoices):
    """How somebody was signed in."""

    DESK = "desk", "签到台"
    CODE = "code", "扫码"
    VIDEO = "video", "视频点名"


class Sitting(models.Model):
    """One sitting (会议) of a body."""

    case = models.OneToOneField(
        "workflow.Case", on_delete=models.PROTECT, related_name="sitting", verbose_name="流程", null=True
    )
    profile = models.CharField("会议种类", max_length=20, choices=[(p.key, p.label) for p in PROFILES])
    term = models.ForeignKey("people.Term", on_delete=models.PROTECT, related_name="+", verbose_name="届")
    organ = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="开会的机关"
    )
    number = models.PositiveIntegerField("第几次")
    title = models.CharField("名称", max_length=120)
    first_day = models.DateField("第一天")
    last_day = models.DateField("最后一天")
    place = models.CharField("地点", max_length=100)
    mode = models.CharField("方式", max_length=8, choices=Mode.choices)
    link = models.URLField("视频会议的链接", blank=True)
    code = models.CharField("签到码", max_length=6)
    notified_at = models.DateTimeField("发出通知", null=True)
    opened_at = models.DateTimeField("开会", null=True)
    adjourned_at = models.DateTimeField("闭会", null=True)
    created_at = models.DateTimeField("建立", default=clock.now)

    class Meta:
        verbose_name = "会议"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["term", "profile", "organ", "number"], name="meetings_sitting_number"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="meetings_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def flow(self) -> Case:
        """Its case: there is none only while it is being planned."""
        assert self.case is not None
        return self.case

    @property
    def ref(self) -> Ref:
        return Ref("meetings.sitting", str(self.pk), self.title)

    @property
    def declared(self) -> Profile:
        return profile(self.profile)

    @property
    def congress_id(self) -> int:
        return self.term.congress_id


class AgendaItem(models.Model):
    """An item of the agenda (议程)."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items", verbose_name="会议")
    place = models.PositiveIntegerField("次序")
    title = models.CharField("议题", max_length=200)
    kind = models.CharField("怎样进行", max_length=12, choices=ItemKind.choices)
    presenter = models.CharField("汇报（说明）人", max_length=100, blank=True)
    state = models.CharField("进展", max_length=8, choices=ItemState.choices, default=ItemState.AHEAD)
    started_at = models.DateTimeField("开始", null=True)
    added_because = models.CharField("通知以后增加的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = "议程"
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sitting"], condition=Q(state="current"), name="meetings_one_current_item"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ItemVote(models.Model):
    """A vote that was put under an item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="votes", verbose_name="议程")
    vote = models.OneToOneField("votes.Vote", on_delete=models.PROTECT, related_name="+", verbose_name="表决")

    class Meta:
        verbose_name = "议程的表决"

    def __str__(self) -> str:
        return str(self.vote)


class DeliberationItem(models.Model):
    """What the body wants an organ to do (审议意见), written so that it can be checked; a matter once handed
    over."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, related_name="deliberations", verbose_name="议程"
    )
    text = models.CharField("意见", max_length=300)
    measure = models.CharField("怎样算办到", max_length=300)
    organ = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="交给谁办"
    )
    answer = models.CharField(
        "按哪个期限报告", max_length=12, choices=[(one.key, one.label) for one in ANSWERS]
    )
    raised_by = models.CharField("谁提的", max_length=100, blank=True)
    matter = models.OneToOneField(
        "ledger.Matter", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="事项"
    )

    class Meta:
        verbose_name = "审议意见"

    def __str__(self) -> str:
        return self.text


class Speech(models.Model):
    """Somebody who asked to speak on an item, and from when to when he did."""

    item = models.ForeignKey(
        AgendaItem, on_delete=models.CASCADE, related_name="speeches", verbose_name="议程"
    )
    participant = models.ForeignKey(
        "Participant", on_delete=models.CASCADE, related_name="+", verbose_name="发言人"
    )
    asked_at = models.DateTimeField("要求发言", default=clock.now)
    started_at = models.DateTimeField("开始发言", null=True)
    ended_at = models.DateTimeField("发言结束", null=True)

    class Meta:
        verbose_name = "发言"
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "participant"],
                condition=Q(ended_at__isnull=True),
                name="meetings_one_open_speech",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(started_at__isnull=False, ended_at__isnull=True),
                name="meetings_one_speaker",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("asked_at")),
                name="meetings_speech_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.participant)


class Paper(models.Model):
    """A paper of an item; its versions are attachments, each with its time, none ever replaced."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="papers", verbose_name="议程")
    title = models.CharField("材料", max_length=120)
    due_key = models.CharField("按哪个期限", max_length=24, blank=True)

    class Meta:
        verbose_name = "会议材料"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "title"], name="meetings_paper_once")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ref(self) -> Ref:
        return Ref("meetings.paper", str(self.pk), self.title)


class Participant(models.Model):
    """Somebody who is entitled to be there or sits in."""

    sitting = models.ForeignKey(
        Sitting, on_delete=models.CASCADE, related_name="participants", verbose_name="会议"
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="人员"
    )
    name = models.CharField("姓名", max_length=64)
    post = models.CharField("身份", max_length=100, blank=True)
    capacity = models.CharField("应到或者列席", max_length=10, choices=Capacity.choices)
    place = models.PositiveIntegerField("次序")
    leave = models.CharField("请假", max_length=8, choices=Leave.choices, default=Leave.NONE)
    leave_reason = models.CharField("请假事由", max_length=200, blank=True)

    class Meta:
        verbose_name = "参加会议的人"
        ordering: ClassVar = ["-capacity", "place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sitting", "person"],
                condition=Q(person__isnull=False),
                name="meetings_participant_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """From when to when somebody was there; ``until`` is empty while he is."""

    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, related_name="presences", verbose_name="谁"
    )
    since = models.DateTimeField("到会")
    until = models.DateTimeField("离会", null=True)
    how = models.CharField("怎样签到", max_length=8, choices=How.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="登记人"
    )

    class Meta:
        verbose_name = "到会"
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(until__isnull=True), name="meetings_here_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="meetings_left_after_came"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant} {self.since:%H:%M}"
