"""Divisions and organisations (Popolo's Area and Organization), with their names and successions."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q


class DivisionLevel(models.TextChoices):
    """The levels of GB/T 2260 (six digits) and of the statistical codes (nine and twelve digits)."""

    PROVINCE = "province", "省级"
    PREFECTURE = "prefecture", "地级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"
    VILLAGE = "village", "村级"


class Division(models.Model):
    """An administrative division with its official code.

    ``code`` has six digits to the county, nine to the township or street, twelve to the village or
    residents' committee (GB/T 2260 and the codes of the statistical office).
    """

    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=DivisionLevel.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级区划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})$"),
                name="people_division_code_digits",
                violation_error_message="区划代码应为 6、9 或 12 位数字。",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="people_division_not_own_parent",
                violation_error_message="上级区划不能是自身。",
            ),
        ]
        indexes = [models.Index(fields=["parent", "code"], name="people_division_tree")]

    def __str__(self) -> str:
        return self.name


class Classification(models.TextChoices):
    """What kind of organ an organisation is."""

    CONGRESS = "congress", "人民代表大会"
    STANDING_COMMITTEE = "standing_committee", "常务委员会"
    SPECIAL_COMMITTEE = "special_committee", "专门委员会"
    WORKING_COMMITTEE = "working_committee", "常委会工作机构"
    PRESIDIUM = "presidium", "乡镇人大主席团"
    GOVERNMENT = "government", "人民政府"
    DEPARTMENT = "department", "政府部门"
    TOWNSHIP_GOVERNMENT = "township_government", "乡镇人民政府、街道办事处"
    COURT = "court", "人民法院"
    PROCURATORATE = "procuratorate", "人民检察院"
    SUPERVISORY_COMMISSION = "supervisory_commission", "监察委员会"
    PARTY_ORGAN = "party_organ", "党委部门"
    PUBLIC_INSTITUTION = "public_institution", "事业单位"
    ENTERPRISE = "enterprise", "企业"
    PEOPLES_ORGANISATION = "peoples_organisation", "人民团体"
    STATION = "station", "代表联络站"
    OTHER = "other", "其他"


HANDLING_BY_DEFAULT = frozenset(
    {
        Classification.GOVERNMENT,
        Classification.DEPARTMENT,
        Classification.TOWNSHIP_GOVERNMENT,
        Classification.COURT,
        Classification.PROCURATORATE,
        Classification.SUPERVISORY_COMMISSION,
    }
)


class Organisation(models.Model):
    """An organ with the days of its existence; it is closed (``dissolved``), never deleted.

    ``dissolved`` is the first day on which it no longer exists, so that a predecessor's ``dissolved``
    and its successor's ``founded`` are the same day.
    """

    name = models.CharField("名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    classification = models.CharField("类别", max_length=30, choices=Classification.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="上级机构",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    division = models.ForeignKey(
        Division,
        verbose_name="所在区划",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organs",
    )
    handles = models.BooleanField("可作承办单位", default=False)
    founded = models.DateField("设立日期", null=True, blank=True)
    dissolved = models.DateField("撤销日期", null=True, blank=True)
    order = models.PositiveIntegerField("排序", default=1000)

    class Meta:
        verbose_name = verbose_name_plural = "机构"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(founded__isnull=True)
                | Q(dissolved__isnull=True)
                | Q(dissolved__gte=F("founded")),
                name="people_organisation_dates",
                violation_error_message="撤销日期早于设立日期。",
            ),
            models.CheckConstraint(
                condition=~Q(parent=F("id")),
                name="people_organisation_not_own_parent",
                violation_error_message="上级机构不能是自身。",
            ),
            models.UniqueConstraint(
                fields=["division", "name"],
                condition=Q(dissolved__isnull=True, division__isnull=False),
                name="people_organisation_one_living_name",
                violation_error_message="同一区划内已有同名的机构。",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(dissolved__isnull=True, division__isnull=True),
                name="people_organisation_one_living_name_nowhere",
                violation_error_message="已有同名的机构。",
            ),
        ]
        indexes = [
            models.Index(fields=["name"], name="people_organisation_name"),
            models.Index(fields=["short_name"], name="people_organisation_short"),
            models.Index(fields=["division", "classification"], name="people_organisation_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The short name where there is one: for columns and buttons."""
        return self.short_name or self.name

    def exists_on(self, day: dt.date) -> bool:
        """Whether the organ existed on a day."""
        return (self.founded is None or self.founded <= day) and (
            self.dissolved is None or day < self.dissolved
        )


class NameKind(models.TextChoices):
    """Why an organ is also found under another name."""

    FORMER = "former", "曾用名"
    SHORT = "short", "简称"
    ALIAS = "alias", "俗称"


class OtherName(models.Model):
    """Another name of an organ, with the days on which it was in use (``until``: first day without it)."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="机构", on_delete=models.CASCADE, related_name="other_names"
    )
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("种类", max_length=10, choices=NameKind.choices)
    since = models.DateField("启用", null=True, blank=True)
    until = models.DateField("停用", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "其他名称"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "kind"],
                condition=Q(until__isnull=True),
                name="people_othername_once",
                violation_error_message="已有这个名称。",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="people_othername_dates",
                violation_error_message="停用日期早于启用日期。",
            ),
        ]
        indexes = [models.Index(fields=["name"], name="people_othername_name")]

    def __str__(self) -> str:
        return self.name


class SuccessionKind(models.TextChoices):
    """How one organ followed another."""

    MERGE = "merge", "合并"
    SPLIT = "split", "分设"
    REPLACE = "replace", "更替"


class Succession(models.Model):
    """One organ follows another from a day; the open cases of the old one went to ``heir`` rows."""

    predecessor = models.ForeignKey(
        Organisation, verbose_name="原机构", on_delete=models.PROTECT, related_name="successions"
    )
    successor = models.ForeignKey(
        Organisation, verbose_name="承继机构", on_delete=models.PROTECT, related_name="inheritances"
    )
    kind = models.CharField("方式", max_length=10, choices=SuccessionKind.choices)
    day = models.DateField("生效日期")
    heir = models.BooleanField("承继未办结的事", default=True)
    reason = models.CharField("依据文件", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "机构承继"
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="people_succession_once",
                violation_error_message="两个机构之间已登记承继关系。",
            ),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(heir=True),
                name="people_succession_one_heir",
                violation_error_message="未办结的事只能由一个机构承继。",
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="people_succession_two_organs",
                violation_error_message="机构不能承继自身。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
