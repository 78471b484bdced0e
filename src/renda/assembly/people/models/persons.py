"""Persons, posts and memberships (Popolo's terms). Personal data stands in the vault; here are its ids."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from renda.assembly.people.models.congresses import Delegation, Term
from renda.assembly.people.models.organisations import Organisation


class Gender(models.TextChoices):
    """As in GB/T 2261.1, the two that a deputy's form has, and unknown."""

    MALE = "male", "男"
    FEMALE = "female", "女"
    UNKNOWN = "unknown", "未说明"


class Person(models.Model):
    """A natural person. Telephone, citizen ID and date of birth are vault ids."""

    name = models.CharField("姓名", max_length=60)
    stroke_key = models.CharField("笔画序", max_length=1200, editable=False)
    stroke_gap = models.CharField("无笔顺的字", max_length=60, blank=True, editable=False)
    gender = models.CharField("性别", max_length=10, choices=Gender.choices, default=Gender.UNKNOWN)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    party = models.CharField("党派", max_length=30, blank=True)
    education = models.CharField("学历", max_length=30, blank=True)
    occupation = models.CharField("工作单位及职务", max_length=120, blank=True)
    phone = models.UUIDField("手机（保险库）", null=True, blank=True)
    citizen_id = models.UUIDField("身份证号（保险库）", null=True, blank=True)
    birth_date = models.UUIDField("出生日期（保险库）", null=True, blank=True)
    image = models.BigIntegerField("照片附件", null=True, blank=True)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="person",
    )

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["stroke_key", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name=""), name="people_person_named", violation_error_message="请填写姓名。"
            ),
            models.CheckConstraint(
                condition=~Q(stroke_key=""),
                name="people_person_ordered",
                violation_error_message="姓名没有排序。",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="people_person_name"),
            models.Index(fields=["stroke_key"], name="people_person_stroke"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What somebody is in an organisation."""

    DEPUTY = "deputy", "代表"
    CHAIR = "chair", "主任、主席、主任委员"
    VICE_CHAIR = "vice_chair", "副主任、副主席、副主任委员"
    SECRETARY_GENERAL = "secretary_general", "秘书长"
    MEMBER = "member", "委员"
    HEAD = "head", "主要负责人"
    DEPUTY_HEAD = "deputy_head", "分管负责人"
    CONTACT = "contact", "经办人"
    STAFF = "staff", "工作人员"


class Post(models.Model):
    """A post of an organisation (主任、局长…), whoever holds it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="机构", on_delete=models.PROTECT, related_name="posts"
    )
    label = models.CharField("职务", max_length=60)
    role = models.CharField("身份", max_length=20, choices=Role.choices)
    order = models.PositiveSmallIntegerField("排序", default=100)

    class Meta:
        verbose_name = verbose_name_plural = "职务"
        ordering = ["organisation", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="people_post_label",
                violation_error_message="该机构已有同名的职务。",
            )
        ]

    def __str__(self) -> str:
        return self.label


class EndReason(models.TextChoices):
    """Why a membership ended (for deputies: 代表法 第六十二条 and the end of the term)."""

    TERM_END = "term_end", "任期届满"
    MOVED_AWAY = "moved_away", "迁出或者调离本行政区域"
    RESIGNED = "resigned", "辞职被接受"
    ABSENT_TWICE = "absent_twice", "未经批准两次不出席本级人民代表大会会议"
    RECALLED = "recalled", "被罢免"
    NATIONALITY = "nationality", "丧失中华人民共和国国籍"
    RIGHTS = "rights", "依照法律被剥夺政治权利"
    INCAPABLE = "incapable", "丧失行为能力"
    DECEASED = "deceased", "去世"
    POST_CHANGE = "post_change", "职务变动"
    ORGAN_ENDED = "organ_ended", "机构变动"


class Membership(models.Model):
    """A person in an organisation from a day to a day (``end``: first day outside).

    A deputy's membership is in the congress, for one term, with the delegation and the electoral
    district or electing body; other memberships have neither.
    """

    person = models.ForeignKey(
        Person, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="机构", on_delete=models.PROTECT, related_name="memberships"
    )
    post = models.ForeignKey(
        Post, verbose_name="职务", null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField("身份", max_length=20, choices=Role.choices)
    term = models.ForeignKey(
        Term, verbose_name="届", null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    delegation = models.ForeignKey(
        Delegation,
        verbose_name="代表团",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="memberships",
    )
    district = models.CharField("选区（选举单位）", max_length=80, blank=True)
    certificate = models.CharField("代表证号", max_length=30, blank=True)
    start = models.DateField("开始")
    end = models.DateField("结束", null=True, blank=True)
    end_reason = models.CharField("结束原因", max_length=20, choices=EndReason.choices, blank=True)
    end_note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        ordering = ["organisation", "start", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="people_membership_dates",
                violation_error_message="结束日期早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(role="deputy", term__isnull=False)
                | (~Q(role="deputy") & Q(delegation__isnull=True, district="", certificate="")),
                name="people_membership_deputy_has_term",
                violation_error_message="代表须有届次；其他任职没有代表团、选区和代表证。",
            ),
            models.CheckConstraint(
                condition=Q(end__isnull=True, end_reason="") | (Q(end__isnull=False) & ~Q(end_reason="")),
                name="people_membership_end_has_reason",
                violation_error_message="结束任职须写明原因。",
            ),
            models.UniqueConstraint(
                fields=["person", "term"],
                condition=Q(role="deputy", end__isnull=True),
                name="people_membership_one_seat",
                violation_error_message="此人已是本届代表。",
            ),
            models.UniqueConstraint(
                fields=["term", "certificate"],
                condition=~Q(certificate=""),
                name="people_membership_certificate",
                violation_error_message="本届已有同号的代表证。",
            ),
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=Q(end__isnull=True) & ~Q(role="deputy"),
                name="people_membership_once",
                violation_error_message="此人在该机构已有同样的任职。",
            ),
        ]
        indexes = [
            models.Index(fields=["term", "delegation"], name="people_membership_term"),
            models.Index(fields=["organisation", "end"], name="people_membership_organ"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}·{self.get_role_display()}"

    def active_on(self, day: dt.date) -> bool:
        """Whether the membership was in force on a day."""
        return self.start <= day and (self.end is None or day < self.end)
