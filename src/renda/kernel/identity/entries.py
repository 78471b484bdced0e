"""What identity writes into the record. Never a name of a log-in, a number, a code or an address."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from renda.kernel.identity import roles
from renda.kernel.record import api as record


def _role_label(key: str) -> str:
    return next((r.label for r in roles.all_roles() if r.key == key), key)


def _period(since: dt.date, until: dt.date | None) -> str:
    begin = f"自{since.year}年{since.month}月{since.day}日"
    return f"{begin}起" if until is None else f"{begin}至{until.year}年{until.month}月{until.day}日"


def _because(reason: str) -> str:
    return f"，事由：{reason}" if reason else ""


@record.entry("identity.account_created", label="建立账号")
@dataclass(frozen=True)
class AccountCreated(record.Entry):
    def sentence(self) -> str:
        return "建立了账号"


@record.entry("identity.account_closed", label="停用账号")
@dataclass(frozen=True)
class AccountClosed(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"停用了账号{_because(self.reason)}"


@record.entry("identity.account_reopened", label="恢复账号")
@dataclass(frozen=True)
class AccountReopened(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"恢复了账号{_because(self.reason)}"


@record.entry("identity.renamed", label="改账号姓名")
@dataclass(frozen=True)
class Renamed(record.Entry):
    before: str
    after: str

    def sentence(self) -> str:
        return f"账号姓名由“{self.before}”改为“{self.after}”"


@record.entry("identity.phone_changed", label="登记手机号")
@dataclass(frozen=True)
class PhoneChanged(record.Entry):
    item: UUID | None

    def sentence(self) -> str:
        return "登记了登录用的手机号" if self.item else "删去了登录用的手机号"


@record.entry("identity.granted", label="授权")
@dataclass(frozen=True)
class Granted(record.Entry):
    role: str
    scope: str
    since: dt.date
    until: dt.date | None
    reason: str

    def sentence(self) -> str:
        period = _period(self.since, self.until)
        return f"授予“{_role_label(self.role)}”（{self.scope}），{period}{_because(self.reason)}"


@record.entry("identity.grant_ended", label="收回授权")
@dataclass(frozen=True)
class GrantEnded(record.Entry):
    role: str
    scope: str
    last_day: dt.date | None
    reason: str

    def sentence(self) -> str:
        day = self.last_day
        when = f"，最后一天为{day.year}年{day.month}月{day.day}日" if day else "，立即生效"
        return f"收回“{_role_label(self.role)}”（{self.scope}）{when}{_because(self.reason)}"


@record.entry("identity.stood_in", label="登记代理")
@dataclass(frozen=True)
class StoodIn(record.Entry):
    deputy: int
    deputy_name: str
    since: dt.date
    until: dt.date
    reason: str

    def sentence(self) -> str:
        return f"由{self.deputy_name}代理，{_period(self.since, self.until)}{_because(self.reason)}"


@record.entry("identity.stand_in_ended", label="结束代理")
@dataclass(frozen=True)
class StandInEnded(record.Entry):
    deputy: int
    deputy_name: str
    reason: str

    def sentence(self) -> str:
        return f"提前结束{self.deputy_name}的代理{_because(self.reason)}"


@record.entry("identity.handed_over", label="移交")
@dataclass(frozen=True)
class HandedOver(record.Entry):
    to: int
    to_name: str
    holders: tuple[str, ...]
    from_day: dt.date
    reason: str

    def sentence(self) -> str:
        names = "、".join(_role_label(h.partition("@")[0]) for h in self.holders)
        day = self.from_day
        since = f"自{day.year}年{day.month}月{day.day}日起"
        return f"{since}把{names}移交给{self.to_name}{_because(self.reason)}"


@record.entry("identity.link_made", label="生成登录链接")
@dataclass(frozen=True)
class LinkMade(record.Entry):
    expires_at: dt.datetime

    def sentence(self) -> str:
        return "生成了一次性登录链接"


@record.entry("identity.logged_in", label="登录")
@dataclass(frozen=True)
class LoggedIn(record.Entry):
    method: str
    shared_computer: bool = False

    def sentence(self) -> str:
        names = {
            "password": "密码",
            "code": "短信验证码",
            "link": "一次性链接",
            "socialaccount": "统一身份认证",
        }
        return f"以{names.get(self.method, self.method)}登录" + (
            "（公用电脑）" if self.shared_computer else ""
        )


@record.entry("identity.logged_out", label="退出")
@dataclass(frozen=True)
class LoggedOut(record.Entry):
    def sentence(self) -> str:
        return "退出登录"


@record.entry("identity.sessions_ended", label="下线设备")
@dataclass(frozen=True)
class SessionsEnded(record.Entry):
    count: int

    def sentence(self) -> str:
        return f"让 {self.count} 台设备退出登录"


@record.entry("identity.password_changed", label="改密码")
@dataclass(frozen=True)
class PasswordChanged(record.Entry):
    def sentence(self) -> str:
        return "改了密码"


@record.entry("identity.second_factor", label="两步验证")
@dataclass(frozen=True)
class SecondFactor(record.Entry):
    enrolled: bool

    def sentence(self) -> str:
        return "启用了两步验证" if self.enrolled else "撤销了两步验证"


@record.entry("identity.unified_unlinked", label="解除统一身份认证")
@dataclass(frozen=True)
class UnifiedUnlinked(record.Entry):
    def sentence(self) -> str:
        return "解除了与统一身份认证账号的关联"


@record.entry("identity.revealed", label="查看个人信息")
@dataclass(frozen=True)
class Revealed(record.Entry):
    item: UUID
    item_kind: str
    reason: str

    def sentence(self) -> str:
        return f"查看了{self.item_kind}，事由：{self.reason}"


@record.entry("identity.used", label="使用个人信息")
@dataclass(frozen=True)
class Used(record.Entry):
    item: UUID
    item_kind: str
    purpose: str

    def sentence(self) -> str:
        return f"系统使用了{self.item_kind}：{self.purpose}"


@record.entry("identity.shredded", label="销毁个人信息")
@dataclass(frozen=True)
class Shredded(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"销毁了全部个人信息{_because(self.reason)}"


@record.entry("identity.keys_rotated", label="轮换密钥")
@dataclass(frozen=True)
class KeysRotated(record.Entry):
    master: str
    keys: int
    items: int

    def sentence(self) -> str:
        done = f"重新包裹数据密钥 {self.keys} 把"
        if self.items:
            done += f"，重新加密 {self.items} 条"
        return f"轮换了保险库主密钥：{done}"
