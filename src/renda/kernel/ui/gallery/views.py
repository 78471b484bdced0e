"""The gallery's pages."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.kernel import clock
from renda.kernel.ui import forms as ui_forms
from renda.kernel.ui.gallery import samples
from renda.kernel.ui.lists.columns import Column, cells
from renda.kernel.ui.lists.filters import Choice, Days, Flag, Words
from renda.kernel.ui.lists.listing import Listing
from renda.kernel.ui.lists.shown import BatchAct, ListRow

PAGES = (
    ("index", "组件"),
    ("desk", "待办"),
    ("list", "列表"),
    ("list-empty", "列表（空）"),
    ("case", "办件"),
    ("form", "表单"),
    ("form-wrong", "表单（有错）"),
    ("board", "看板"),
    ("live", "跟着变"),
    ("public", "公开页"),
    ("bare", "单页"),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label="标题", max_length=60, help_text="写成“关于……的建议”，一事一议。")
    matter = forms.CharField(
        label="案由",
        max_length=2000,
        widget=ui_forms.LongText,
        help_text="什么问题，在哪里，影响多少人。",
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), ("urban", "城建环保"), ("farm", "农业农村"), ("edu", "教科文卫")],
    )
    source = forms.MultipleChoiceField(
        label="怎么来的",
        choices=[("visit", "视察调研"), ("station", "联络站接待"), ("opinion", "群众来信")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    day = ui_forms.DayField(label="调研日期", required=False)
    consent = forms.ChoiceField(
        label="公开意愿",
        choices=[
            ("all", "全文公开：任何人都能看到全文和您的姓名"),
            ("title", "只公开标题"),
            ("none", "不公开：只有承办单位和人大机关看到"),
        ],
        widget=ui_forms.Boxed,
    )
    attached = ui_forms.FilesField(
        label="附件",
        required=False,
        accept=".pdf,.docx,.jpg,.png",
        help_text="照片、文档都可以，每个不超过 20 兆。",
    )
    sure = forms.BooleanField(
        label="内容已核对，同意提交", help_text="提交后由代表联络工委审查，审查前还可以撤回。"
    )


class SampleList(Listing):
    """A list without a database."""

    title = "代表建议"
    columns = (
        Column("number", "编号", sort="number"),
        Column(
            "title", "标题", main=True, href=lambda s: reverse("gallery:page", args=["case"]), sort="title"
        ),
        Column("lead", "领衔", sub=lambda s: f"附议 {s.cosigners} 人" if s.cosigners else ""),
        Column("organ", "主办单位", sort="organ"),
        Column(
            "state",
            "状态",
            kind="tag",
            tone=lambda s: {"已答复": "jade", "待签收": "amber"}.get(s.state, "blue"),
        ),
        Column("deadline", "时限", kind="light"),
        Column("handed", "交办日期", kind="day", shown=False, sort="handed"),
        Column("cosigners", "附议人数", kind="number", shown=False, sort="cosigners"),
    )
    filters = (
        Words("q", "在本表中找", fields=("title",)),
        Choice("state", "状态", choices=[(s, s) for s in ("待签收", "办理中", "已答复")], counts=True),
        Choice(
            "organ",
            "主办单位",
            choices=[(o, o) for o in sorted({s.organ for s in samples.SUGGESTIONS})],
            multiple=True,
        ),
        Days("handed", "交办日期"),
        Flag("late", "逾期"),
    )
    default_sort = "number"
    batch = (BatchAct("批量交办", "#hand-over", primary=True), BatchAct("导出交办函", "#letters"))
    everything: list[samples.SampleSuggestion] = samples.SUGGESTIONS

    def _kept(self, suggestion: samples.SampleSuggestion) -> bool:
        chosen = self.values
        return (
            all(word in suggestion.title for word in "".join(chosen.get("q", [])).split())
            and suggestion.state in chosen.get("state", [suggestion.state])
            and suggestion.organ in chosen.get("organ", [suggestion.organ])
            and (not chosen.get("late") or suggestion.deadline.key == "overdue")
        )

    @cached_property
    def total(self) -> int:
        return len(self._rows)

    @cached_property
    def _rows(self) -> list[samples.SampleSuggestion]:
        found = [s for s in self.everything if self._kept(s)]
        key = self.sort.lstrip("-")
        return sorted(found, key=lambda s: str(getattr(s, key)), reverse=self.sort.startswith("-"))

    @cached_property
    def shown_rows(self) -> list[ListRow]:
        return [ListRow(s, s.pk, cells(self.chosen, s)) for s in self._rows]

    def tally(self, one: Choice) -> dict[str, int]:
        return {value: sum(s.state == value for s in self.everything) for value, _ in one.offered()}

    def flag_counts(self) -> dict[str, int]:
        return {"late": sum(s.deadline.key == "overdue" for s in self.everything)}


class EmptyList(SampleList):
    everything: list[samples.SampleSuggestion] = []


def page(request: HttpRequest, name: str = "index") -> HttpResponse:
    """One page of the gallery; GET and POST alike, so that a refused form can be seen without JavaScript."""
    context: dict[str, Any] = {
        "pages": [(reverse("gallery:page", args=[key]), label, key == name) for key, label in PAGES],
        "name": name,
        "samples": samples,
        "form": SampleForm(initial={"title": "关于在青石桥路口增设行人过街信号灯的建议"}),
        "today": samples.TODAY,
        "live": _live,
    }
    if name == "form-wrong":
        context["form"] = SampleForm({"title": "关" * 70, "day": "2026-02-30", "consent": "nobody"})
        context["form"].is_valid()
    if name in {"list", "list-empty"}:
        listing = (EmptyList if name == "list-empty" else SampleList)(request)
        context["listing"] = listing
        if "cols" in request.GET:
            return listing.respond("")
    template = name.replace("-", "_")
    template = {"list_empty": "list", "form_wrong": "form"}.get(template, template)
    return render(request, f"ui/gallery/{template}.html", context)


_live = {"count": 52, "note": "签到开始"}


def live_value(key: str) -> dict[str, Any]:
    """What the live sample shows: a figure by name, or a part drawn anew."""
    if key == "part":
        return {"html": render_to_string("ui/gallery/_live_part.html", {"live": _live})}
    return {"count": _live["count"], "text": f"实到 {_live['count']} 人"}


@require_POST
def touch(request: HttpRequest) -> HttpResponse:
    """One more has come: changes what the live sample shows."""
    from renda.kernel.live import api as live  # the gallery is mounted on the desk only

    _live["count"] = int(str(_live["count"])) + 1
    _live["note"] = f"第 {_live['count']} 人签到"
    live.touch("gallery.presence", "figure")
    live.touch("gallery.presence", "part")
    return redirect("gallery:page", "live")


def autosave(request: HttpRequest) -> JsonResponse:
    """Takes a draft as a room's own address would; ``?refuse=1`` refuses it."""
    if request.GET.get("refuse"):
        return JsonResponse({"message": "另一个人刚改过这份草稿，请刷新后再写。"}, status=409)
    return JsonResponse({"saved": clock.now().isoformat()})
