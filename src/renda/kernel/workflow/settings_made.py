"""A congress's own setting of a rule goes into the record: law stands below the record and only tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.refs import Ref


@record.entry("law.setting_made", label="设定本级规定")
@dataclass(frozen=True)
class SettingMade(record.Entry):
    """A congress set its own number of a rule; open deadlines keep what they were computed by."""

    rule: str
    congress: str
    table: str
    value: str
    roll: str
    from_day: str
    until: str
    reason: str

    def sentence(self) -> str:
        parts = [f"定为{self.value}（上位规定{self.table}）"] if self.value else []
        if self.roll:
            parts.append("末日遇休息日顺延" if self.roll == "next" else "末日遇休息日不顺延")
        span = f"自{self.from_day}起" + (f"至{self.until}" if self.until else "")
        return f"本级规定：{'，'.join(parts)}，{span}。理由：{self.reason}"


def record_setting(change: law.SettingChange) -> None:
    """Written in the transaction of the setting."""
    rule = law.rule(change.rule, change.from_day)
    record.write(
        SettingMade(
            rule=change.rule,
            congress=change.congress,
            table=change.table,
            value=change.value,
            roll=change.roll,
            from_day=change.from_day.isoformat(),
            until=change.until.isoformat() if change.until else "",
            reason=change.reason,
        ),
        subject=Ref("law.rule", change.rule, rule.label),
        actor=cast(identity.Account, change.actor),
    )
