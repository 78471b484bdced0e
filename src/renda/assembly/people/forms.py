"""Forms of the registers: what a clerk types in; the services check it again."""

from __future__ import annotations

from typing import Any

from django import forms

from renda.assembly.people.models import (
    Classification,
    Delegation,
    Division,
    EndReason,
    Gender,
    Level,
    Organisation,
    Role,
    Term,
)
from renda.assembly.people.queries.organisations import list_organisations
from renda.kernel.ui.api import DayField, LongText


def _organs() -> Any:
    return list_organisations().order_by("order", "id")


class OrganisationForm(forms.Form):
    """Register or correct an organ."""

    name = forms.CharField(label="机构名称", max_length=120, help_text="写全称，例如安澜市住房和城乡建设局")
    short_name = forms.CharField(label="简称", max_length=60, required=False)
    classification = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Classification.choices])
    division = forms.ModelChoiceField(
        label="所在区划", queryset=Division.objects.none(), required=False, empty_label="不属于哪个区划"
    )
    parent = forms.ModelChoiceField(
        label="上级机构", queryset=Organisation.objects.none(), required=False, empty_label="没有"
    )
    handles = forms.BooleanField(label="可作建议的承办单位", required=False)
    founded = DayField(label="设立日期", required=False, help_text="早于登记、日期不详的不用填")
    order = forms.IntegerField(label="排序", min_value=0, max_value=999_999, initial=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Villages are many and have no organs of their own here.
        division: Any = self.fields["division"]
        division.queryset = Division.objects.filter(
            pk__in=Organisation.objects.exclude(division=None).values("division")
        ) | Division.objects.filter(congress__isnull=False)
        division.queryset = division.queryset.distinct()
        parent: Any = self.fields["parent"]
        parent.queryset = _organs()


class RenameForm(forms.Form):
    """A new name by decision."""

    name = forms.CharField(label="新名称", max_length=120)
    short_name = forms.CharField(label="新简称", max_length=60, required=False)
    day = DayField(label="自哪天起", help_text="原名称仍可查到")
    reason = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号")


class MergeForm(forms.Form):
    """This organ goes into another."""

    into = forms.ModelChoiceField(
        label="并入", queryset=Organisation.objects.none(), help_text="新组建的机构请先登记"
    )
    day = DayField(label="自哪天起")
    reason = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号")

    def __init__(self, *args: Any, organ: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into: Any = self.fields["into"]
        into.queryset = _organs().exclude(pk=organ.pk)


class SplitForm(forms.Form):
    """This organ becomes several."""

    parts = forms.ModelMultipleChoiceField(
        label="分设后的机构",
        queryset=Organisation.objects.none(),
        help_text="至少两个；新设的请先登记；原机构保留的，一并选上原机构",
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )
    heir = forms.ModelChoiceField(label="未办结的事由谁承继", queryset=Organisation.objects.none())
    day = DayField(label="自哪天起")
    reason = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in ("parts", "heir"):
            field: Any = self.fields[key]
            field.queryset = _organs()


class DissolveForm(forms.Form):
    """This organ ends."""

    heir = forms.ModelChoiceField(
        label="未办结的事由谁承继",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="没有未办结的事",
    )
    day = DayField(label="自哪天起不再存在")
    reason = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号")

    def __init__(self, *args: Any, organ: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heir: Any = self.fields["heir"]
        heir.queryset = _organs().exclude(pk=organ.pk)


class PersonForm(forms.Form):
    """A person's data; numbers that are left empty stay as they are."""

    name = forms.CharField(label="姓名", max_length=60)
    gender = forms.ChoiceField(label="性别", choices=Gender.choices)
    ethnicity = forms.CharField(label="民族", max_length=20, required=False)
    party = forms.CharField(label="党派", max_length=30, required=False)
    education = forms.CharField(label="学历", max_length=30, required=False)
    occupation = forms.CharField(label="工作单位及职务", max_length=120, required=False)
    phone = forms.CharField(
        label="手机", max_length=30, required=False, help_text="存入保险库；留空不改", widget=forms.TextInput
    )
    birth_date = forms.CharField(
        label="出生日期", max_length=30, required=False, help_text="存入保险库；留空不改"
    )


class SeatForm(PersonForm):
    """A new deputy of a term."""

    delegation = forms.ModelChoiceField(label="代表团", queryset=Delegation.objects.none(), required=False)
    district = forms.CharField(label="选区（选举单位）", max_length=80, required=False)
    certificate = forms.CharField(label="代表证号", max_length=30, required=False)
    start = DayField(label="任职日期", required=False, help_text="不填为本届开始之日；补选的填当选之日")
    by_election = forms.BooleanField(label="补选", required=False)

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["delegation"]
        field.queryset = Delegation.objects.filter(term=term)


class EndForm(forms.Form):
    """A seat or a post ends."""

    day = DayField(label="自哪天起")
    reason = forms.ChoiceField(label="原因", choices=[("", "请选择"), *EndReason.choices])
    note = forms.CharField(label="依据", max_length=200, required=False, help_text="决定、公告的名称和文号")


class SessionForm(forms.Form):
    """A session of the congress."""

    number = forms.IntegerField(label="第几次会议", min_value=1, max_value=99)
    preparatory = DayField(label="预备会议", required=False)
    opens = DayField(label="开幕")
    closes = DayField(label="闭幕", required=False, help_text="未定的先不填；没有闭幕日就一直算会议期间")


class TermForm(forms.Form):
    """A first or a later term."""

    number = forms.IntegerField(label="第几届", min_value=1, max_value=99)
    begins = DayField(label="开始日期")


class RollOverForm(forms.Form):
    """A new term after this one."""

    number = forms.IntegerField(label="新一届是第几届", min_value=1, max_value=99)
    begins = DayField(label="新一届开始日期", help_text="本届到前一天届满")
    keep_delegations = forms.BooleanField(label="沿用本届的代表团", required=False, initial=True)
    names = forms.CharField(
        label="连任代表",
        required=False,
        widget=LongText(attrs={"rows": 8}),
        help_text="把当选名单粘贴在这里，姓名用顿号、空格或换行隔开；也可以先不填，以后导入名册",
    )


class DelegationForm(forms.Form):
    """A delegation of a term."""

    name = forms.CharField(label="代表团名称", max_length=60)
    order = forms.IntegerField(label="排序", min_value=1, max_value=999, required=False)


class GroupForm(forms.Form):
    """A deputy group of a term."""

    name = forms.CharField(
        label="小组名称", max_length=60, help_text="例如临河代表团第一小组、环保专业代表小组"
    )
    delegation = forms.ModelChoiceField(
        label="所在代表团",
        queryset=Delegation.objects.none(),
        required=False,
        help_text="跨代表团的专业小组不选",
    )

    def __init__(self, *args: Any, term: Term, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["delegation"]
        field.queryset = Delegation.objects.filter(term=term)


class GroupMembersForm(forms.Form):
    """Who is in a deputy group from a day on."""

    names = forms.CharField(
        label="成员",
        required=False,
        widget=LongText(attrs={"rows": 6}),
        help_text="姓名用顿号、空格或换行隔开，可以从名单粘贴",
    )
    leader = forms.CharField(label="组长", max_length=60, required=False)
    since = DayField(label="自哪天起")


class LoginForm(forms.Form):
    """A deputy's account: a new one, or one that is there."""

    how = forms.ChoiceField(
        label="账号",
        choices=[("new", "新建账号"), ("join", "关联已有的账号")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择新建还是关联。"},
    )
    username = forms.CharField(
        label="账号名称", max_length=64, help_text="新建的用姓名拼音或证号，不要用手机号、身份证号"
    )
    use_phone = forms.BooleanField(
        label="用名册里登记的手机号接收登录验证码", required=False, initial=True, help_text="只对新建的账号"
    )

    def __init__(self, *args: Any, has_phone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_phone:
            del self.fields["use_phone"]


class LeaveForm(forms.Form):
    """Why an account is no longer a deputy's."""

    reason = forms.CharField(label="原因", max_length=200, help_text="例如账号建错、换了账号")


class AppointForm(forms.Form):
    """A person gets a place in an organ."""

    name = forms.CharField(label="姓名", max_length=60)
    role = forms.ChoiceField(
        label="身份", choices=[("", "请选择"), *[c for c in Role.choices if c[0] != Role.DEPUTY]]
    )
    post = forms.CharField(label="职务", max_length=60, required=False, help_text="例如局长、办公室主任")
    start = DayField(label="任职日期")


class CongressForm(forms.Form):
    """A congress is put into service."""

    name = forms.CharField(label="人大名称", max_length=80, help_text="写全称，例如安澜市人民代表大会")
    level = forms.ChoiceField(label="级别", choices=[("", "请选择"), *Level.choices])
    code = forms.CharField(label="区划代码", max_length=9, help_text="市、县六位，乡镇九位")
    place = forms.CharField(label="区划名称", max_length=60, help_text="区划还没有导入时按此登记")
