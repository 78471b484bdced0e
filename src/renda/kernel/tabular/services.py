"""Verbs: take a file in, read it, keep what its sender explains, apply it, take it back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import IO

from django.core.exceptions import ValidationError
from django.db import transaction

from renda.kernel import clock
from renda.kernel.bulk import api as bulk
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.tabular import entries, marks, schema, store
from renda.kernel.tabular import preview as previews
from renda.kernel.tabular.headings import bare
from renda.kernel.tabular.interpret import Mapped, Reading, interpret
from renda.kernel.tabular.models import Batch, BatchItem, KindState, RowMark, Upload
from renda.kernel.tabular.models import Mapping as Explained
from renda.kernel.tabular.reading import sniff
from renda.kernel.tabular.reading.sheet import MAX_BYTES, Book
from renda.kernel.tabular.schema import Context, FileRefused, Table, TabularError
from renda.kernel.tabular.values.text import tight

_AT_ONCE = 500
_HELD = "（文件名含个人信息，略）"


def permit(table: Table, actor: identity.Account | None) -> None:
    """Raise Forbidden unless the actor may import this kind; None is the command line."""
    if actor is not None:
        identity.check(table.policy, actor, None)


def receive(kind: str, content: bytes, name: str, *, actor: identity.Account | None) -> Upload:
    """Keep a file for its preview.

    Args:
        kind: a registered table.
        content: the whole file.
        name: as the sender calls it.
        actor: the sender; None for the command line.

    Raises:
        FileRefused: too large.
        Forbidden: the sender may not import this kind.
    """
    table = schema.table(kind)
    permit(table, actor)
    if len(content) > MAX_BYTES:
        raise FileRefused(sniff.too_large(len(content)))
    upload = Upload(
        account=actor,
        kind=kind,
        name=_clean_name(name),
        sha256=store.digest(content),
        size=len(content),
        expires_at=clock.now() + store.KEPT,
    )
    # The row goes first: should the process die in between, a row without a file is left, never the reverse.
    upload.save(force_insert=True)
    store.put(upload, content)
    return upload


def _clean_name(name: str) -> str:
    base = PurePath(name.replace("\\", "/")).name.strip() or "未命名"
    if record.looks_private(base):
        base = _HELD + PurePath(base).suffix[:10]
    return base[-200:]


def read(upload: Upload) -> tuple[Table, Book, Reading, Context]:
    """Read a kept file against its table, with all that its sender has explained."""
    table = schema.table(upload.kind)
    context = context_of(upload)
    book = sniff.read(store.get(upload))
    sheets = [name for name in upload.options.get("sheets", "").split("\n") if name]
    return (
        table,
        book,
        interpret(table, book, explained(upload.account, upload.kind), context, sheets),
        context,
    )


def context_of(upload: Upload) -> Context:
    return Context(
        upload.account, upload.kind, upload.name, upload.sha256, clock.today(), dict(upload.options)
    )


def explained(account: identity.Account | None, kind: str) -> Mapped:
    """What an account has explained about a kind so far."""
    mapped: dict[str, dict[str, str]] = {}
    headings: dict[str, str] = {}
    if account is not None:
        for row in Explained.objects.filter(account=account, kind=kind):
            if row.column:
                mapped.setdefault(row.column, {})[row.source] = row.target
            else:
                headings[row.source] = row.target
    return Mapped(headings, mapped)


def look_through(upload: Upload) -> previews.Preview:
    """Read all rows and keep what was found, for the preview page."""
    table, book, reading, _context = read(upload)
    known = list(marks.compare(table.kind, reading.rows))
    counts = (
        sum(each.mark is None for each in known),
        sum(each.mark is not None and not each.same for each in known),
        sum(each.same for each in known),
    )
    found = previews.build(str(upload.pk), table, upload.name, book, reading, counts)
    Upload.objects.filter(pk=upload.pk).exclude(state__in=[Upload.State.APPLYING, Upload.State.DONE]).update(
        summary=found.as_json(), state=Upload.State.READY, message=""
    )
    upload.refresh_from_db()
    return found


def preview(
    kind: str,
    file: bytes | IO[bytes],
    *,
    actor: identity.Account | None,
    name: str = "",
    mapping: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
) -> previews.Preview:
    """Take a file in and read it at once.

    Args:
        kind: a registered table.
        file: its content, or a file open for reading (an upload).
        actor: the sender; None for the command line.
        name: as the sender calls it; taken from the file where it has one.
        mapping: heading → column key, besides what the sender has explained before.
        options: ``year`` for dates that carry none.

    Raises:
        FileRefused: the file is not taken; the message says why and what to do.
        Forbidden: the sender may not import this kind.
    """
    content = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    name = name or str(getattr(file, "name", "") or "") or "未命名"
    upload = receive(kind, content, name, actor=actor)
    if options:
        upload.options = dict(options)
        upload.save(update_fields=["options"])
    if mapping:
        remember(upload, headings=mapping, values={}, actor=actor)
    try:
        return look_through(upload)
    except TabularError:
        discard(upload)
        raise


def remember(
    upload: Upload,
    *,
    headings: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    actor: identity.Account | None,
) -> None:
    """Keep what the sender says headings and texts mean, for this file and later ones of the same kind.

    Args:
        headings: heading as written → column key, "" for: do not import.
        values: per column key, text as written → name as the look-up has it, "" for: leave empty.
    """
    table = schema.table(upload.kind)
    if actor is None:
        raise TabularError("命令行导入没有上传人，不能记住写法对应；请改好表头，或在页面上导入。")
    keys = {column.key for column in table.columns}
    unknown = ({key for key in headings.values() if key} | set(values)) - keys
    if unknown:
        raise TabularError(f"“{table.label}”没有这样的列：{'、'.join(sorted(unknown))}")
    _refuse_unknown_names(table, upload, values)
    rows = [Explained(column="", source=bare(text)[:200], target=key) for text, key in headings.items()]
    for key, texts in values.items():
        rows += [
            Explained(column=key, source=tight(text)[:200], target=name[:200]) for text, name in texts.items()
        ]
    for row in rows:
        row.account, row.kind, row.updated_at = actor, upload.kind, clock.now()
    Explained.objects.bulk_create(
        {(row.column, row.source): row for row in rows}.values(),
        update_conflicts=True,
        unique_fields=["account", "kind", "column", "source"],
        update_fields=["target", "updated_at"],
    )


def explain(
    upload: Upload,
    *,
    headings: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    options: Mapping[str, str],
    actor: identity.Account,
) -> None:
    """Keep what the sender says about a file, to be read again; ``options`` count for this file alone."""
    with transaction.atomic():
        remember(upload, headings=headings, values=values, actor=actor)
        upload.options = {**upload.options, **options}
        upload.save(update_fields=["options"])


def discard(upload: Upload) -> None:
    """Throw a file away."""
    store.drop(upload)
    upload.delete()


def _refuse_unknown_names(table: Table, upload: Upload, values: Mapping[str, Mapping[str, str]]) -> None:
    """A text may be explained only by a name that the look-up has."""
    context = context_of(upload)
    for key, texts in values.items():
        column = table.column(key)
        names = column.choices if column.choices else column.lookup(context) if column.lookup else {}
        known = {tight(name) for name in names}
        wrong = list(dict.fromkeys(name for name in texts.values() if name and tight(name) not in known))
        if wrong:
            raise TabularError(
                f"“{column.label}”里没有{'、'.join(f'“{name}”' for name in wrong[:8])}，请填系统里的全称。"
            )


def forget_mapping(mapping_id: int, *, actor: identity.Account) -> None:
    """Take back one explanation of one's own."""
    Explained.objects.filter(pk=mapping_id, account=actor).delete()


def apply(
    preview_id: str,
    *,
    actor: identity.Account | None,
    mode: str = "all",
    tell: Callable[[int, int], None] | None = None,
) -> Batch:
    """Apply a previewed file in one transaction: everything, or nothing was ever there.

    Args:
        preview_id: ``Preview.id``.
        actor: the sender.
        mode: ``all`` refuses while any row has a mistake; ``good`` leaves those rows out.
        tell: called with rows done and rows to do, outside the transaction's reach.

    Returns:
        The batch. Applying the same preview again returns the batch it became.

    Raises:
        TabularError: mistakes are left (``all``), nothing can be imported, or the file has expired.
        Refused: the room refuses.
    """
    if mode not in {"all", "good"}:
        raise ValueError(mode)
    upload = owned(preview_id, actor)
    if upload.batch_id is not None:
        return Batch.objects.get(pk=upload.batch_id)
    permit(schema.table(upload.kind), actor)
    table, _book, reading, context = read(upload)
    if reading.fatal:
        raise TabularError(reading.fatal)
    if reading.bad and mode == "all":
        raise TabularError(
            f"还有 {len(reading.bad)} 行有误，没有导入。请改好后重新上传，或选“只导入没有错误的行”。"
        )
    with transaction.atomic():
        lock_kind(table.kind)
        upload = Upload.objects.select_for_update().get(pk=upload.pk)
        if upload.batch_id is not None:
            return Batch.objects.get(pk=upload.batch_id)
        batch = _apply(table, reading, context, actor, tell)
        Upload.objects.filter(pk=upload.pk).update(batch=batch, state=Upload.State.DONE, message="")
    return batch


def lock_kind(kind: str) -> None:
    KindState.objects.get_or_create(kind=kind)
    KindState.objects.select_for_update().get(kind=kind)


def owned(preview_id: str, actor: identity.Account | None) -> Upload:
    """An upload of the actor's own.

    Raises:
        TabularError: there is none such (any more).
    """
    try:
        upload = Upload.objects.filter(pk=preview_id, account=actor).first()
    except ValidationError:  # no such id can exist
        upload = None
    if upload is None:
        raise TabularError("上传的文件已过保留期，请重新上传。")
    return upload


def _apply(
    table: Table,
    reading: Reading,
    context: Context,
    actor: identity.Account | None,
    tell: Callable[[int, int], None] | None,
) -> Batch:
    known = list(marks.compare(table.kind, reading.rows))
    todo = [each for each in known if not each.same]
    batch = Batch.objects.create(
        kind=table.kind,
        account=actor,
        name=context.file_name,
        sha256=context.sha256,
        unchanged=len(known) - len(todo),
        left_out=len(reading.bad),
    )
    context = replace(context, batch=batch.pk)
    by_place = {(each.row.sheet, each.row.number): each for each in todo}
    created = changed = 0
    for start in range(0, len(todo), table.chunk):
        rows = [each.row for each in todo[start : start + table.chunk]]
        done = table.apply(rows, context)
        items = [(item, by_place[item.row.sheet, item.row.number]) for item in done.items]
        if len(items) != len(rows):
            raise RuntimeError(f"{table.kind}: apply answered for {len(items)} of {len(rows)} rows")
        _keep(table.kind, batch, items)
        created += sum(item.created for item, _ in items)
        changed += sum(not item.created for item, _ in items)
        if tell:
            tell(min(start + table.chunk, len(todo)), len(todo))
    batch.created, batch.changed = created, changed
    batch.save(update_fields=["created", "changed"])
    record.write(
        entries.Imported(
            table.label, batch.name, batch.sha256, created, changed, batch.unchanged, batch.left_out
        ),
        subject=subject_of(batch),
        actor=actor,
        origin=record.Origin.file(batch.name, batch.sha256),
    )
    return batch


def _keep(kind: str, batch: Batch, items: Iterable[tuple[schema.Item, marks.Known]]) -> None:
    """Note what became of rows, and mark them as known."""
    lines: list[BatchItem] = []
    fresh: list[RowMark] = []
    corrected: list[RowMark] = []
    for item, known in items:
        previous = None
        if known.mark is not None:
            mark = known.mark
            previous = {"content_hash": mark.content_hash, "ref": mark.ref, "batch": mark.batch_id}
            mark.content_hash, mark.ref, mark.batch = known.content_hash, item.ref.as_json(), batch
            corrected.append(mark)
        else:
            fresh.append(
                RowMark(
                    kind=kind,
                    key_hash=known.key_hash,
                    content_hash=known.content_hash,
                    ref=item.ref.as_json(),
                    batch=batch,
                )
            )
        lines.append(
            BatchItem(
                batch=batch,
                sheet=known.row.sheet[:64],
                row=known.row.number,
                key_hash=known.key_hash,
                ref=item.ref.as_json(),
                created=item.created,
                before=dict(item.before) if item.before is not None else None,
                previous=previous,
            )
        )
    bulk.insert(lines)
    bulk.insert(fresh)
    RowMark.objects.bulk_update(corrected, ["content_hash", "ref", "batch"], batch_size=_AT_ONCE)


def subject_of(batch: Batch) -> Ref:
    return Ref("tabular.batch", str(batch.pk), batch.name)
