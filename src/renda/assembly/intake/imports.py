"""Spreadsheets in: past messages with their replies, and the code list of classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from renda.assembly.intake.errors import IntakeError
from renda.assembly.intake.models import Category, Opinion
from renda.assembly.intake.services.categories import add_category
from renda.assembly.intake.services.importing import Message, correct, take_back, take_in
from renda.assembly.people import api as people
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.tabular import api as tabular
from renda.kernel.tabular.api import (
    Ambiguous,
    Applied,
    AppliedItem,
    CellError,
    Column,
    Context,
    Refused,
    Row,
    Table,
)


def _classes(context: Context) -> Mapping[str, Any]:
    """Classes by name; a name that several branches have is written with its parent: 城乡建设/安全生产."""
    found: dict[str, Any] = {}
    names: dict[str, list[Category]] = {}
    for category in Category.objects.select_related("parent__parent"):
        found[_path(category)] = category.pk
        names.setdefault(category.name, []).append(category)
    for name, several in names.items():
        top = [c for c in several if c.parent_id is None]
        if len(several) == 1 or len(top) == 1:
            found[name] = (top or several)[0].pk
        else:
            found.setdefault(name, Ambiguous(tuple(_path(c) for c in several)))
    return found


def _path(category: Category) -> str:
    parts = [category.name]
    above = category.parent
    while above is not None:
        parts.append(above.name)
        above = above.parent
    return "/".join(reversed(parts))


def _organs(context: Context) -> Mapping[str, Any]:
    """Organs by name and short name."""
    found: dict[str, Any] = {}
    for organ in people.list_organisations():
        found[organ.name] = organ.pk
        if organ.short_name:
            found.setdefault(organ.short_name, organ.pk)
    return found


def _congress(context: Context) -> people.Congress:
    """The sender's congress; the only one, or the first, for the command line."""
    if context.actor is not None:
        found = people.congress_for(context.actor)
    else:
        found = people.congresses().first()
    if found is None:
        raise Refused("还没有登记人大，请先登记再导入。")
    return found


def check(rows: Sequence[Row], context: Context) -> Iterable[CellError]:
    """A reply has its time, and comes after the message."""
    for row in rows:
        reply, replied_at = row.get("reply", ""), row.get("replied_at")
        if reply and replied_at is None:
            yield CellError(row, "replied_at", "有答复但没有答复时间，请补上。")
        elif replied_at is not None and not reply:
            yield CellError(row, "reply", "有答复时间但没有答复内容，请补上。")
        elif replied_at is not None and replied_at < row.values["happened_at"]:
            yield CellError(row, "replied_at", "答复时间早于留言时间，请核对。")


def _message(row: Row, organs: Mapping[int, Any], classes: Mapping[int, Category]) -> Message:
    return Message(
        key=f"board:{row.values['number']}",
        title=row.get("title", ""),
        text=row.get("text", ""),
        sender=row.get("sender", ""),
        happened_at=row.values["happened_at"],
        reply=row.get("reply", ""),
        replied_at=row.get("replied_at"),
        organ=organs.get(row.get("organ", 0)),
        category=classes.get(row.get("category", 0)),
        supporters=row.get("supporters", 0),
        origin=record.Origin.file(row.file_name, row.sha256, row.number),
    )


def apply(rows: Sequence[Row], context: Context) -> Applied:
    """New messages come in, known ones are corrected."""
    done = Applied()
    congress = _congress(context)
    organs = people.organisations({row.get("organ", 0) for row in rows})
    classes = Category.objects.in_bulk({row.get("category", 0) for row in rows})
    known = {
        opinion.source_key: opinion
        for opinion in Opinion.objects.filter(
            source_key__in=[f"board:{row.values['number']}" for row in rows]
        ).select_related("case")
    }
    fresh: list[tuple[Row, Message]] = []
    try:
        for row in rows:
            message = _message(row, organs, classes)
            opinion = known.get(message.key)
            if opinion is None:
                fresh.append((row, message))
            else:
                correct(opinion, message, actor=context.actor)
                done.changed(row, opinion.ref, {})
        made = take_in([message for _, message in fresh], congress, actor=context.actor)
    except (IntakeError, identity.IdentityError, identity.SecretMarks) as error:
        raise Refused(str(error)) from error
    for (row, _), opinion in zip(fresh, made, strict=True):
        done.created(row, opinion.ref)
    return done


def undo(items: Sequence[AppliedItem], context: Context) -> None:
    """Take back what a file brought in; corrections stay."""
    wanted = [int(item.ref.id) for item in items if item.created]
    found = Opinion.objects.select_related("case").in_bulk(wanted)
    try:
        take_back([found[pk] for pk in wanted if pk in found], actor=context.actor)
    except IntakeError as error:
        raise Refused(str(error)) from error


MESSAGES = Table(
    kind="intake.messages",
    label="群众留言和答复",
    columns=[
        Column("number", "留言编号", aliases=["编号", "信件编号"], kind="code", required=True, max_length=60),
        Column("sender", "留言用户", aliases=["反映人", "姓名", "用户"], max_length=60, private=True),
        Column("title", "留言主题", aliases=["主题", "标题"], required=True, max_length=200, width=40),
        Column("happened_at", "留言时间", aliases=["反映时间", "来信时间"], kind="datetime", required=True),
        Column("text", "留言详情", aliases=["内容", "留言内容", "详情"], required=True, width=60),
        Column("reply", "答复意见", aliases=["答复", "回复", "回复内容"], width=60),
        Column("replied_at", "答复时间", aliases=["回复时间"], kind="datetime"),
        Column(
            "organ", "答复单位", aliases=["办理单位", "承办单位"], kind="organ", lookup=_organs, noun="单位"
        ),
        Column("category", "一级分类", aliases=["分类", "类别"], kind="lookup", lookup=_classes, noun="分类"),
        Column("supporters", "点赞数", aliases=["附和人数"], kind="int", minimum=0),
    ],
    key=("number",),
    apply=apply,
    undo=undo,
    check=check,
    policy="intake.import",
    help="一行一件；有答复的按已答复归档，没有答复的进入待分办。两个时间都按文件保留。",
    after_url="intake:opinions",
)


def apply_categories(rows: Sequence[Row], context: Context) -> Applied:
    """Add what is missing of the tree, in the order of the file."""
    done = Applied()
    for row in rows:
        parent: Category | None = None
        made = False
        for key in ("first", "second", "third"):
            name = row.get(key, "")
            if name:
                parent, created = add_category(name, parent, actor=context.actor, origin=row.origin)
                made = made or created
        assert parent is not None  # the first level is required
        ref = Ref("intake.category", str(parent.pk), parent.name)
        if made:
            done.created(row, ref)
        else:
            done.changed(row, ref, {})
    return done


CATEGORIES = Table(
    kind="intake.categories",
    label="群众意见分类",
    columns=[
        Column("first", "一级分类", required=True, max_length=60, example="城乡建设"),
        Column("second", "二级分类", max_length=60, example="安全生产"),
        Column("third", "三级分类", max_length=60, example="事故处理"),
    ],
    key=("first", "second", "third"),
    apply=apply_categories,
    policy="intake.import",
    help="三级分类；已有的不重复添加，不用的在页面上停用。",
    after_url="intake:classes",
)


def register() -> None:
    """Make the tables importable; called in ``AppConfig.ready``."""
    tabular.register(MESSAGES)
    tabular.register(CATEGORIES)
