"""The page where one says how to be reached and what not to be sent."""

from __future__ import annotations

from typing import Any

from django import forms

from renda.kernel.identity.api import Account
from renda.kernel.notify import kinds, services, ways
from renda.kernel.notify.models import Reach, Stop
from renda.kernel.record import api as record


class PreferencesForm(forms.Form):
    """Checked boxes are kinds that are sent; the ones that may not be stopped are shown, not asked."""

    email = forms.EmailField(
        label="单位邮箱",
        required=False,
        max_length=254,
        help_text="收摘要用。请填单位邮箱，不要填含手机号的邮箱。",
    )
    wecom = forms.CharField(
        label="企业微信账号", required=False, max_length=64, help_text="单位在企业微信通讯录里给您的账号。"
    )
    urgent_way = forms.ChoiceField(label="急件发到", required=False)
    digest_way = forms.ChoiceField(label="每日摘要发到", required=False)
    sent = forms.MultipleChoiceField(
        label="要发给我的消息",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="不勾的不再发到手机和邮箱，但仍在消息页里。",
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        self.account = account
        reach = Reach.objects.filter(account=account).first() or Reach(account=account)
        stopped = set(Stop.objects.filter(account=account).values_list("kind", flat=True))
        self.stoppable = [kind for kind in kinds.all_kinds() if kind.stoppable]
        self.always = [kind for kind in kinds.all_kinds() if not kind.stoppable]
        kwargs["initial"] = {
            "email": reach.email,
            "wecom": reach.wecom,
            "urgent_way": reach.urgent_way,
            "digest_way": reach.digest_way,
            "sent": [kind.key for kind in self.stoppable if kind.key not in stopped],
        }
        super().__init__(*args, **kwargs)
        choices = [("", "按常规"), *((way.name, way.label) for way in ways.configured().values())]
        for name in ("urgent_way", "digest_way"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        sent = self.fields["sent"]
        assert isinstance(sent, forms.MultipleChoiceField)
        sent.choices = [(kind.key, kind.label) for kind in self.stoppable]
        if not self.stoppable:
            del self.fields["sent"]
        if len(choices) == 1:
            del self.fields["urgent_way"], self.fields["digest_way"]

    def clean_email(self) -> str:
        return self._without_number("email")

    def clean_wecom(self) -> str:
        return self._without_number("wecom")

    def _without_number(self, name: str) -> str:
        value: str = self.cleaned_data[name]
        if record.looks_private(value.replace("@", " ")):
            raise forms.ValidationError("这里含有手机号或身份证号，请换一个不含号码的。")
        return value

    def save(self) -> None:
        sent = set(self.cleaned_data.get("sent", []))
        services.prefer(
            self.account,
            email=self.cleaned_data["email"],
            wecom=self.cleaned_data["wecom"],
            urgent_way=self.cleaned_data.get("urgent_way", ""),
            digest_way=self.cleaned_data.get("digest_way", ""),
            stopped=[kind.key for kind in self.stoppable if kind.key not in sent],
        )
