"""Code lists of a congress: categories, reply classes, letter marks."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from renda.assembly.people import api as people
from renda.business.motions.models import Category, LetterMark, ReplyClass
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref


@record.entry("motions.list_changed", label="代码表变动")
@dataclass(frozen=True)
class ListChanged(record.Entry):
    """A code list got a line, or one was changed."""

    what: str
    value: str

    def sentence(self) -> str:
        return f"{self.what}：{self.value}"


def _write(what: str, value: str, congress: people.Congress, actor: identity.Account | None) -> None:
    if actor is not None:
        identity.check("motions.lists", actor, congress)
    record.write(
        ListChanged(what, value),
        subject=Ref("people.congress", str(congress.pk), congress.name),
        actor=actor,
        origin=None if actor is not None else record.Origin.job("motions.setup"),
    )


def add_category(
    congress: people.Congress, *, code: str, label: str, order: int = 0, actor: identity.Account | None
) -> Category:
    with transaction.atomic():
        made = Category.objects.create(congress=congress, code=code, label=label, order=order)
        _write("增加建议类别", label, congress, actor)
    return made


def add_reply_class(
    term: people.Term,
    *,
    code: str,
    label: str,
    solved: bool,
    order: int = 0,
    actor: identity.Account | None,
) -> ReplyClass:
    """A letter and what it means in this term; ``solved`` says whether it counts as solved."""
    with transaction.atomic():
        made = ReplyClass.objects.create(term=term, code=code, label=label, solved=solved, order=order)
        _write("增加答复分类", str(made), term.congress, actor)
    return made


def set_letter_mark(
    organ: people.Organisation,
    mark: str,
    *,
    actor: identity.Account | None,
    congress: people.Congress | None = None,
) -> LetterMark:
    """The mark of an organ's reply letters; numbers already given keep theirs."""
    with transaction.atomic():
        made, _ = LetterMark.objects.update_or_create(organ=organ, defaults={"mark": mark})
        if actor is not None and congress is not None:
            _write("登记答复代字", f"{organ.name} {mark}", congress, actor)
    return made
