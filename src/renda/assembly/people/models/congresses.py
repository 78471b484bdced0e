"""Congresses of three levels, their terms and sessions, delegations and deputy groups."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from renda.assembly.people.models.organisations import Division, Organisation
from renda.assembly.people.readings import chinese_number


class Level(models.TextChoices):
    """The level of a congress: the same act has other numbers at each (rules have a ``level``)."""

    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"


class Congress(models.Model):
    """A people's congress: one for each division of the installation that has one."""

    name = models.CharField("名称", max_length=80, unique=True)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    division = models.OneToOneField(
        Division, verbose_name="区划", on_delete=models.PROTECT, related_name="congress"
    )
    organisation = models.OneToOneField(
        Organisation, verbose_name="机构", on_delete=models.PROTECT, related_name="congress"
    )

    class Meta:
        verbose_name = verbose_name_plural = "人民代表大会"
        ordering = ["division__code"]

    def __str__(self) -> str:
        return self.name


class Term(models.Model):
    """A term of a congress (届). ``ends`` is its last day, empty until it is known."""

    congress = models.ForeignKey(
        Congress, verbose_name="人民代表大会", on_delete=models.PROTECT, related_name="terms"
    )
    number = models.PositiveSmallIntegerField("届次")
    begins = models.DateField("开始日期")
    ends = models.DateField("届满日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "届"
        ordering = ["congress", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["congress", "number"],
                name="people_term_number",
                violation_error_message="已有这一届。",
            ),
            models.UniqueConstraint(
                fields=["congress"],
                condition=Q(ends__isnull=True),
                name="people_term_one_open",
                violation_error_message="上一届还没有登记届满日期。",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("begins")),
                name="people_term_dates",
                violation_error_message="届满日期早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="people_term_from_one",
                violation_error_message="届次从 1 开始。",
            ),
        ]

    def __str__(self) -> str:
        return f"第{chinese_number(self.number)}届"

    def covers(self, day: dt.date) -> bool:
        """Whether a day lies in the term."""
        return self.begins <= day and (self.ends is None or day <= self.ends)


class CongressSession(models.Model):
    """A numbered meeting of the congress (次会议); ``closes`` is its last day."""

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField("次数")
    preparatory = models.DateField("预备会议", null=True, blank=True)
    opens = models.DateField("开幕")
    closes = models.DateField("闭幕", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代表大会会议"
        ordering = ["term", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "number"],
                name="people_session_number",
                violation_error_message="已有这次会议。",
            ),
            models.CheckConstraint(
                condition=Q(closes__isnull=True) | Q(closes__gte=F("opens")),
                name="people_session_dates",
                violation_error_message="会期的闭幕日早于开幕日。",
            ),
            models.CheckConstraint(
                condition=Q(preparatory__isnull=True) | Q(preparatory__lte=F("opens")),
                name="people_session_preparatory",
                violation_error_message="预备会议应不晚于开幕日。",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="people_session_from_one",
                violation_error_message="会次从 1 开始。",
            ),
        ]
        indexes = [models.Index(fields=["term", "opens"], name="people_session_days")]

    def __str__(self) -> str:
        return f"第{chinese_number(self.number)}次会议"


class Delegation(models.Model):
    """A delegation (代表团) of one term, as a rule by division."""

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="delegations")
    name = models.CharField("名称", max_length=60)
    order = models.PositiveSmallIntegerField("排序", default=1)
    division = models.ForeignKey(
        Division, verbose_name="区划", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "代表团"
        ordering = ["term", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "name"],
                name="people_delegation_name",
                violation_error_message="本届已有同名的代表团。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DeputyGroup(models.Model):
    """A deputy group (代表小组) that works between sessions."""

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="groups")
    delegation = models.ForeignKey(
        Delegation,
        verbose_name="代表团",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="groups",
    )
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = "代表小组"
        ordering = ["term", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "name"],
                name="people_group_name",
                violation_error_message="本届已有同名的代表小组。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """A deputy in a deputy group, from a day to a day (``until``: first day outside)."""

    group = models.ForeignKey(
        DeputyGroup, verbose_name="代表小组", on_delete=models.CASCADE, related_name="members"
    )
    membership = models.ForeignKey(
        "people.Membership", verbose_name="代表", on_delete=models.PROTECT, related_name="group_places"
    )
    leads = models.BooleanField("组长", default=False)
    since = models.DateField("加入")
    until = models.DateField("离开", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "小组成员"
        ordering = ["group", "-leads", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "membership"],
                condition=Q(until__isnull=True),
                name="people_groupmember_once",
                violation_error_message="已是小组成员。",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="people_groupmember_dates",
                violation_error_message="离开日期早于加入日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_id}·{self.membership_id}"
