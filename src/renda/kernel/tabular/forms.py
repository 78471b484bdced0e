"""What the preview page asks: the meaning of headings and texts, the year, the sheets."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from renda.kernel.tabular.preview import Preview

KEEP = "-"  # in a select: leave the question open
NOTHING = "0"  # in a select: do not import the column, leave the cells empty


@dataclass
class Answers:
    """What the sender said on the preview page."""

    headings: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, preview: Preview, data: QueryDict) -> Answers:
        """Read the form that the preview page drew; questions left open are not answered.

        The form's fields go by the order of the preview's questions, so that texts from the file need not be
        trusted when they come back.
        """
        answers = cls()
        for place, heading in enumerate(preview.unknown):
            chosen = data.get(f"heading-{place}", KEEP)
            if chosen != KEEP:
                answers.headings[heading.text] = "" if chosen == NOTHING else chosen
        for place, group in enumerate(preview.groups):
            if not group.mappable:
                continue
            chosen = data.get(f"value-{place}", KEEP)
            typed = data.get(f"other-{place}", "").strip()
            if typed or chosen != KEEP:
                target = typed or ("" if chosen == NOTHING else chosen)
                answers.values.setdefault(group.key, {})[group.value] = target
        year = data.get("year", "").strip()
        if year.isdecimal() and len(year) == 4:
            answers.options["year"] = year
        sheets = [name for name in data.getlist("sheet") if name in {sheet.name for sheet in preview.sheets}]
        if sheets and len(sheets) < len(preview.sheets):
            answers.options["sheets"] = "\n".join(sheets)
        return answers
