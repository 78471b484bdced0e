"""Code lists of a congress: categories, reply classes of a term with their meanings, letter marks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from renda.assembly.people import api as people
from renda.business.motions import staff_papers
from renda.business.motions.models import Category, LetterMark, ReplyClass
from renda.business.motions.services import lists
from renda.business.motions.views.common import REFUSALS, account, said
from renda.business.motions.views.staff_common import GRID, congress_of
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui


class CategoryForm(forms.Form):
    """A class of content."""

    code = forms.CharField(label="代码", max_length=16, help_text="字母或者数字，导入和统计时用")
    label = forms.CharField(label="类别", max_length=32)
    order = forms.IntegerField(label="顺序", min_value=0, max_value=9999, required=False)


class ClassForm(forms.Form):
    """A letter and what it means in this term."""

    code = forms.CharField(label="类", max_length=8, help_text="例如 A")
    label = forms.CharField(label="含义", max_length=80, help_text="本届怎样理解这一类，写清楚")
    solved = forms.ChoiceField(
        label="是否算已经解决", choices=[("yes", "算"), ("no", "不算")], widget=ui.Inline
    )
    order = forms.IntegerField(label="顺序", min_value=0, max_value=99, required=False)


class MarkForm(forms.Form):
    """The mark of an organ's letters."""

    organ = forms.ChoiceField(label="单位")
    mark = forms.CharField(
        label="代字", max_length=20, help_text="例如“安城管函”，文号就是 安城管函〔2026〕8号"
    )

    def __init__(self, *args: Any, organs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organ"].choices = [("", "请选择"), *organs]  # type: ignore[attr-defined]


@login_required
def lists_page(request: HttpRequest) -> HttpResponseBase:
    """Three small lists on one page; what was used stays, so that old cases keep their meaning."""
    who = account(request)
    congress = congress_of(request)
    identity.check("motions.lists", who, congress)
    term = people.current_term(congress)
    which = request.POST.get("which", "")
    organs = _organs(congress)
    category = CategoryForm(request.POST if which == "category" else None, prefix="category")
    klass = ClassForm(request.POST if which == "class" else None, prefix="class")
    mark = MarkForm(request.POST if which == "mark" else None, prefix="mark", organs=organs)
    form = {"category": category, "class": klass, "mark": mark}.get(which)
    if form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            if which == "category":
                lists.add_category(
                    congress, code=data["code"], label=data["label"], order=data["order"] or 0, actor=who
                )
            elif which == "class" and term is not None:
                lists.add_reply_class(
                    term,
                    code=data["code"].upper(),
                    label=data["label"],
                    solved=data["solved"] == "yes",
                    order=data["order"] or 0,
                    actor=who,
                )
            else:
                lists.set_letter_mark(
                    people.organisation(int(data["organ"])), data["mark"], actor=who, congress=congress
                )
        except IntegrityError:
            form.add_error(None, "已经有同样的代码或者名称，请换一个。")
        except REFUSALS as refused:
            form.add_error(None, said(refused))
        else:
            messages.success(request, "已登记。")
            return redirect("motions:lists")
    context = {
        "congress": congress,
        "term": term,
        "categories": Category.objects.filter(congress=congress),
        "classes": ReplyClass.objects.filter(term=term) if term else [],
        "marks": LetterMark.objects.filter(organ_id__in=[int(pk) for pk, _ in organs])
        .select_related("organ")
        .order_by("organ__order", "organ_id"),
        "forms": {"category": category, "class": klass, "mark": mark},
        "crumbs": [GRID],
    }
    return render(request, "motions/staff/lists.html", context, status=422 if form is not None else 200)


def _organs(congress: people.Congress) -> list[tuple[str, str]]:
    """The offices whose hand-over letters are numbered, then the handling organs."""
    office, office_name = staff_papers.issuer(congress, False)
    government, government_name = staff_papers.issuer(congress, True)
    first = {office: office_name}
    if government != office:
        first[government] = government_name
    others = [o for o in people.handling_organs(congress) if o.pk not in first]
    return [(str(pk), name) for pk, name in first.items()] + [(str(o.pk), o.name) for o in others]
