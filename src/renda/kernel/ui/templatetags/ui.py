"""Template tags of the page shell; loaded as builtins, so no template needs ``{% load %}``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from renda.kernel.ui import formats, whys
from renda.kernel.ui.marks import icon_mark, light_mark
from renda.kernel.ui.widgets import Figure

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the set, as decoration beside a word (hidden from screen readers)."""
    return icon_mark(name)


@register.simple_tag
def day(value: Any, weekday: bool = True) -> SafeString:
    """``2026年3月5日 周四`` as a ``<time>``; nothing for None."""
    found = formats.as_day(value)
    if found is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}">{}</time>', found.isoformat(), formats.day_text(found, weekday=weekday)
    )


@register.simple_tag
def moment(value: dt.datetime | None) -> SafeString:
    """``2026年3月5日 周四 14:02`` as a ``<time>``."""
    if value is None:
        return mark_safe("")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.moment_text(value))


@register.simple_tag
def ago(value: dt.datetime | None) -> SafeString:
    """``12 分钟前`` with the exact moment in the title."""
    if value is None:
        return mark_safe("")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        formats.moment_text(value),
        formats.ago_text(value),
    )


@register.simple_tag
def span(value: Any) -> str:
    """``还有 3 天``; for a deadline use ``{% light %}``, which knows its calendar."""
    return formats.span_text(value)


@register.simple_tag
def money(value: Any, unit: str = "元") -> str:
    """``1,234,567.00 元``."""
    return formats.money_text(value, unit)


@register.filter
def people(names: Any, limit: int = 3) -> str:
    """``张三、李四、王五等 12 人``."""
    return formats.people_text([str(name) for name in names], limit)


@register.filter
def number(value: Any) -> str:
    """A number with thousands."""
    return formats.number_text(value)


@register.simple_tag(takes_context=True)
def may(context: template.Context, policy: str, obj: Any = None) -> bool:
    """Whether who looks may do this: ``{% may "motions.submit" suggestion as can %}``."""
    from renda.kernel.identity import api as identity  # the public zone has no accounts

    account = context["shell"].account
    return bool(account and identity.may(policy, account, obj))


@register.simple_tag
def light(deadline: Any, today: dt.date | None = None) -> SafeString:
    """A deadline's light: shape, word and number. Takes a Deadline or a Light; nothing for None."""
    if deadline is None:
        return mark_safe("")
    shown = deadline.light(today) if hasattr(deadline, "light") else deadline
    return light_mark(shown.key, shown.text)


@register.filter
def light_key(deadline: Any) -> str:
    """The light's key, for a class."""
    return str(deadline.light().key) if deadline is not None else ""


@register.filter
def wrong_count(form: Any) -> int:
    """How many errors a form has."""
    return sum(len(errors) for errors in form.errors.values())


@register.inclusion_tag("ui/why.html")
def why(derived: Any, side: str = "") -> dict[str, Any]:
    """The 依据 mark beside a computed value; takes a law ``Derived`` or its JSON. Nothing for None."""
    return {"why": whys.explain(derived), "side": side}


@register.inclusion_tag("ui/figure.html")
def figure_mark(figure: Figure | None = None, **values: Any) -> dict[str, Any]:
    """A figure: number, unit, of how many, as of when, link to its records."""
    if figure is None:
        late = values.pop("late", "")
        figure = Figure(**values, late=bool(late))
    share = None
    if figure.base and isinstance(figure.value, int) and not figure.unit.startswith("%"):
        share = min(figure.value, figure.base)
    return {"figure": figure, "share": share}


@register.inclusion_tag("ui/timeline_detail.html")
def timeline_detail(line: Any) -> dict[str, Any]:
    """What stands behind a timeline entry: both times where they differ, where it came from."""
    return {"line": line}


@register.simple_tag
def grid_row(columns: Any, values: Any, index: Any) -> SafeString:
    """A row of a typing grid; ``values`` None for an empty one."""
    given = list(values) if values is not None else [""] * len(columns)
    cells = format_html_join(
        "",
        '<td><input type="{}" name="{}-{}" value="{}" aria-label="{}"{}></td>',
        (
            (
                column.type,
                column.name,
                index,
                "" if value is None else value,
                column.label,
                format_html(' inputmode="{}"', column.inputmode) if column.inputmode else "",
            )
            for column, value in zip(columns, given, strict=True)
        ),
    )
    return format_html("<tr>{}</tr>", cells)
