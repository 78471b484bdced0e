"""Messages, who got them, and what goes out by which way. No address of a person is stored in clear here
but an office mailbox; telephone numbers stay in the vault.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from renda.kernel import clock
from renda.kernel.refs import Ref


class Message(models.Model):
    """What is told, once, whoever it is told to."""

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=80)
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    url = models.CharField("去处", max_length=300, blank=True)
    urgent = models.BooleanField("紧急", default=False)
    subject_kind = models.CharField("事项种类", max_length=80)
    subject_id = models.CharField("事项编号", max_length=64)
    subject_title = models.CharField("事项名称", max_length=500, blank=True)
    to_holders = models.JSONField("收件角色", default=list)
    recipients = models.PositiveIntegerField("收件人数", default=0)
    created_at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = "消息"
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id"], name="notify_message_subject"),
            models.Index(fields=["created_at"], name="notify_message_unheard", condition=Q(recipients=0)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Ref:
        return Ref(self.subject_kind, self.subject_id, self.subject_title)


class Item(models.Model):
    """A message in the list of one account. ``digest_day``: the digest that has taken it up."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="items")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField("时间", default=clock.now)
    read_at = models.DateTimeField("阅读时间", null=True)
    digest_day = models.DateField("摘要日", null=True)

    class Meta:
        verbose_name = "收到的消息"
        indexes: ClassVar = [
            models.Index(fields=["account", "-created_at"], name="notify_item_list"),
            models.Index(fields=["account"], name="notify_item_unread", condition=Q(read_at__isnull=True)),
            models.Index(
                fields=["account", "created_at"],
                name="notify_item_digest",
                condition=Q(read_at__isnull=True, digest_day__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "account"], name="notify_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.message_id}"


class State(models.TextChoices):
    WAITING = "waiting", "待发"
    SENT = "sent", "已发"
    NEEDLESS = "needless", "已读未发"
    DEAD = "dead", "送不到"
    FAILED = "failed", "未发成"


class Delivery(models.Model):
    """One sending to one account: an urgent message, or the digest of a day; its text as it was made."""

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="deliveries")
    digest_day = models.DateField("摘要日", null=True)
    title = models.CharField("标题", max_length=200)
    long = models.TextField("全文")
    short = models.CharField("短信", max_length=300)
    url = models.CharField("去处", max_length=300)
    created_at = models.DateTimeField("时间", default=clock.now)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING)
    way = models.CharField("方式", max_length=20, blank=True, default="")
    next_try = models.DateTimeField("下次发送", default=clock.now)
    attempts = models.PositiveIntegerField("次数", default=0)
    sent_at = models.DateTimeField("发出时间", null=True)
    receipt = models.CharField("回执", max_length=120, blank=True, default="")
    trouble = models.CharField("问题", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "发送"
        verbose_name_plural = "发送"
        indexes: ClassVar = [
            models.Index(
                fields=["next_try"], name="notify_delivery_waiting", condition=Q(state=State.WAITING)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "message"], name="notify_delivery_once"),
            models.UniqueConstraint(fields=["account", "digest_day"], name="notify_digest_once_a_day"),
            models.CheckConstraint(
                condition=Q(message__isnull=True) ^ Q(digest_day__isnull=True), name="notify_delivery_one_of"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False)
                | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="notify_delivery_sent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{State(self.state).label}）"


class Reach(models.Model):
    """How an account is reached besides its telephone, and what it prefers; empty means: as usual."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name="账号"
    )
    email = models.EmailField("单位邮箱", blank=True)
    wecom = models.CharField("企业微信账号", max_length=64, blank=True)
    urgent_way = models.CharField("急件", max_length=20, blank=True)
    digest_way = models.CharField("摘要", max_length=20, blank=True)

    class Meta:
        verbose_name = "联系方式"

    def __str__(self) -> str:
        return str(self.account_id)


class Stop(models.Model):
    """A kind of messages that an account does not want sent; they stay in its list."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField("种类", max_length=80)

    class Meta:
        verbose_name = "停发"
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "kind"], name="notify_stop_once")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.kind}"


class DeadAddress(models.Model):
    """An address that the other side calls dead (空号, no such mailbox). A new address makes a new start.

    ``address`` is the vault id of a number, never the number. An empty way: the account has no address.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    way = models.CharField("方式", max_length=20, blank=True)
    address = models.CharField("地址", max_length=254, blank=True)
    reason = models.CharField("原因", max_length=200)
    since = models.DateTimeField("自", default=clock.now)

    class Meta:
        verbose_name = "失效地址"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "way", "address"], name="notify_dead_once")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.way}"


class PaperPlane(models.Model):
    """What the demo would have sent: read on a page instead of on a telephone."""

    key = models.CharField("幂等键", max_length=80, unique=True)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("全文")
    short = models.CharField("短信", max_length=300)
    url = models.CharField("去处", max_length=300)
    urgent = models.BooleanField("紧急")
    sent_at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = "纸飞机"
        indexes: ClassVar = [models.Index(fields=["-sent_at"], name="notify_plane_sent")]

    def __str__(self) -> str:
        return self.title
