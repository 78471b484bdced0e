"""What the public types: little is asked, and nothing beforehand chosen."""

from __future__ import annotations

from django import forms

GRADES = (("satisfied", "满意"), ("basically", "基本满意"), ("dissatisfied", "不满意"))


class OpinionForm(forms.Form):
    """An opinion; name and telephone are the sender's choice."""

    title = forms.CharField(label="一句话说是什么事", max_length=60)
    text = forms.CharField(
        label="具体情况",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="什么时间、什么地方、什么情况，希望怎样解决。请不要写涉密内容和他人的身份证号。",
    )
    place = forms.CharField(label="地点", max_length=100, required=False)
    name = forms.CharField(label="怎样称呼您", max_length=30, required=False)
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        help_text="可以不留；留了便于核实和回复，只有办理人员能看到。",
    )
    # A field that people do not see: who fills it in is a program.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"})
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError("请不要填写这一栏。")
        return ""


class CodeForm(forms.Form):
    """The code that was given when the opinion was received."""

    code = forms.CharField(
        label="查询码", max_length=24, help_text="提交意见后给您的 12 位编码，横线可以不写。"
    )


class RateForm(forms.Form):
    """How the sender finds the answer: two questions, both to be answered."""

    code = forms.CharField(widget=forms.HiddenInput)
    attitude = forms.ChoiceField(label="办理态度", choices=GRADES, widget=forms.RadioSelect)
    result = forms.ChoiceField(label="办理结果", choices=GRADES, widget=forms.RadioSelect)
    comment = forms.CharField(
        label="说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="不满意的请写明原因。",
    )

    def clean(self) -> dict[str, object] | None:
        data = super().clean()
        if data and data.get("result") == "dissatisfied" and not data.get("comment", "").strip():
            self.add_error("comment", "不满意的请写明原因，便于重新办理。")
        return data
