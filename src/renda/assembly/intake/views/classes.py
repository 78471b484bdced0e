"""The code list of classes: what is in use, what was put where, on and off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from renda.assembly.intake import forms
from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category
from renda.assembly.intake.services.categories import add_category, set_active
from renda.assembly.intake.views.listing import account
from renda.kernel.identity import api as identity
from renda.kernel.ui import api as ui

LIST = ("分类", "/intake/classes/")


def _above(category: Category) -> str:
    names = []
    parent = category.parent
    while parent is not None:
        names.append(parent.name)
        parent = parent.parent
    return " / ".join(reversed(names))


class Classes(ui.Listing):
    """All classes with how many opinions each has."""

    title = "分类"
    unit = "个"
    columns = (
        ui.Column("name", "分类", main=True, sort=("parent__name", "name"), sub=_above),
        ui.Column("opinions", "意见", "used", kind="number", sort="used"),
        ui.Column("active", "状态", lambda c: "在用" if c.active else "已停用", kind="tag"),
    )
    filters = (
        ui.Words("q", "查分类", fields=("name", "parent__name"), placeholder="名称、上级名称"),
        ui.Choice("active", "状态", choices=[("True", "在用"), ("False", "已停用")], counts=True),
    )
    default_sort = "name"
    batch = (
        ui.BatchAct("停用", "/intake/classes/off/"),
        ui.BatchAct("启用", "/intake/classes/on/"),
    )

    def rows(self) -> QuerySet[Category]:
        return Category.objects.select_related("parent__parent").annotate(used=Count("opinions"))


@login_required
def classes(request: HttpRequest) -> HttpResponse:
    """The list of classes."""
    identity.check("intake.import", account(request))
    return Classes(request).respond("intake/classes.html")


@login_required
def new_class(request: HttpRequest) -> HttpResponseBase:
    """Add a class."""
    identity.check("intake.import", account(request))
    form = forms.ClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            category, made = add_category(**form.cleaned_data, actor=account(request))
        except IntakeError as error:
            form.add_error(None, str(error))
        else:
            text = f"已增加“{category.name}”。" if made else f"已有“{category.name}”，没有重复增加。"
            messages.success(request, text)
            return redirect(reverse("intake:classes"))
    context = {"form": form, "crumbs": [("群众意见", "/intake/"), LIST]}
    return render(request, "intake/new_class.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def switch(request: HttpRequest, on: bool) -> HttpResponseBase:
    """Switch the picked classes on or off; what was put into them stays."""
    picked = list(Classes.picked(request))
    for category in picked:
        set_active(category, on, actor=account(request))
    messages.success(request, f"已{'启用' if on else '停用'} {len(picked)} 个分类。")
    return redirect(reverse("intake:classes"))
