"""Accounts, grants, stand-ins, log-in links; and the vault, whose two tables live in their own database.

Days are inclusive on both ends: ``until`` is the last day in force, as an office writes 自…至….
"""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from renda.kernel import clock
from renda.kernel.identity.vault.access import VaultManager
from renda.kernel.refs import Ref


class AccountManager(BaseUserManager["Account"]):
    """Natural key look-up only; accounts are made by ``identity.api.create_account``."""


class Account(AbstractBaseUser):
    """Who logs in. What somebody may do is never here: it stands in grants, which have periods."""

    username = models.CharField("用户名", max_length=64, unique=True)
    display_name = models.CharField("姓名", max_length=64)
    is_active = models.BooleanField("在用", default=True)
    large_type = models.BooleanField("大字", default=False)
    must_change = models.BooleanField("须改密码", default=False)
    phone_id = models.UUIDField("手机号（保险库编号）", null=True, blank=True, unique=True)
    created_at = models.DateTimeField("建立时间", default=clock.now)

    objects = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "账号"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def ref(self) -> Ref:
        return Ref("identity.account", str(self.pk), self.display_name)

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name


class Grant(models.Model):
    """A role in a scope for a period; ended at once by ``ended_at``, or on a planned day by ``until``."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants", verbose_name="账号")
    role = models.CharField("角色", max_length=64)
    scope = models.CharField("范围", max_length=64)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    granted_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="授权人"
    )
    created_at = models.DateTimeField("授权时间", default=clock.now)
    ended_at = models.DateTimeField("收回时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="收回人"
    )
    ended_reason = models.CharField("收回事由", max_length=200, blank=True)

    class Meta:
        verbose_name = "授权"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["account", "ended_at"]),
            models.Index(fields=["role", "scope"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="grant_period", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(
                name="grant_open_once",
                fields=["account", "role", "scope"],
                condition=Q(until__isnull=True, ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.scope}"


class StandIn(models.Model):
    """代理: for a period the deputy account holds what the principal holds, personal roles excepted."""

    principal = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="stood_in_by", verbose_name="被代理人"
    )
    deputy = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="stands_in_for", verbose_name="代理人"
    )
    since = models.DateField("自")
    until = models.DateField("至")
    reason = models.CharField("事由", max_length=200)
    by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    created_at = models.DateTimeField("登记时间", default=clock.now)
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "代理"
        ordering = ["id"]
        indexes = [models.Index(fields=["deputy", "until"])]
        constraints = [
            models.CheckConstraint(name="stand_in_period", condition=Q(until__gte=F("since"))),
            models.CheckConstraint(name="stand_in_other", condition=~Q(principal=F("deputy"))),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} 代 {self.principal}"


class LoginLink(models.Model):
    """A link made by staff that opens once. Only the token's hash is kept."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name="账号")
    token_hash = models.CharField("凭据摘要", max_length=64, unique=True)
    made_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="生成人"
    )
    created_at = models.DateTimeField("生成时间", default=clock.now)
    expires_at = models.DateTimeField("有效期至")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        verbose_name = "一次性登录链接"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.account} {self.expires_at:%Y-%m-%d %H:%M}"


class PaperCode(models.Model):
    """The paper plane: log-in codes of an installation without an SMS gateway (demo), shown on a page."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", verbose_name="账号")
    masked = models.CharField("手机号（遮盖）", max_length=32)
    code = models.CharField("验证码", max_length=16)
    sent_at = models.DateTimeField("发出时间", default=clock.now)

    class Meta:
        verbose_name = "演示验证码"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.masked} {self.sent_at:%H:%M}"


class VaultReceipt(models.Model):
    """Written in the caller's transaction beside a vault item: says whether that transaction was kept.

    The vault is another database, so an item written for a transaction that then fails would stay for ever;
    the sweep keeps a pending item with a receipt and removes one without.
    """

    item = models.UUIDField("保险库编号", primary_key=True)

    class Meta:
        verbose_name = "入库回执"

    def __str__(self) -> str:
        return str(self.item)


class Forgetting(models.Model):
    """An order to forget: written with its record entry, carried out after it, resumed if cut off."""

    subject_kind = models.CharField("对象类别", max_length=64)
    subject_id = models.CharField("对象编号", max_length=64)
    by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="决定人"
    )
    requested_at = models.DateTimeField("决定时间", default=clock.now)
    done = models.JSONField("已办的去处", default=list)
    finished_at = models.DateTimeField("办结时间", null=True, blank=True)
    last_error = models.TextField("未办成的原因", blank=True)

    class Meta:
        verbose_name = "销毁"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"


class VaultKey(models.Model):
    """A subject's data key, wrapped by the installation's master key. Without it the items are noise."""

    subject_kind = models.CharField("对象类别", max_length=64)
    subject_id = models.CharField("对象编号", max_length=64)
    wrapped = models.TextField("包裹的数据密钥")
    master = models.CharField("主密钥编号", max_length=16, db_index=True)
    index_key = models.CharField("索引密钥编号", max_length=16, db_index=True)
    created_at = models.DateTimeField("建立时间", default=clock.now)

    class Meta:
        verbose_name = "数据密钥"
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.subject_kind}:{self.subject_id}"


class VaultItem(models.Model):
    """One personal datum, encrypted; found by its blind index alone."""

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    subject_kind = models.CharField("对象类别", max_length=64)
    subject_id = models.CharField("对象编号", max_length=64)
    kind = models.CharField("种类", max_length=32)
    ciphertext = models.TextField("密文")
    index = models.CharField("盲索引", max_length=80)
    key = models.ForeignKey(VaultKey, on_delete=models.CASCADE, related_name="items", verbose_name="数据密钥")
    delete_after = models.DateField("保存至", null=True, blank=True)
    pending_since = models.DateTimeField("待确认自（机器时间）", null=True, blank=True)
    created_at = models.DateTimeField("入库时间", default=clock.now)

    objects = VaultManager()

    class Meta:
        verbose_name = "保险库条目"
        indexes = [
            models.Index(fields=["kind", "index"]),
            models.Index(fields=["subject_kind", "subject_id"]),
            models.Index(fields=["delete_after"]),
            models.Index(fields=["pending_since"]),
        ]

    def __str__(self) -> str:
        return str(self.id)
