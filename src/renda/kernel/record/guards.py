"""Guards in the database: triggers that refuse what an append-only record must never see.

- no update and no delete of entries, seals and links; no truncate (PostgreSQL);
- no insert over an existing number (SQLite's ``INSERT OR REPLACE`` deletes without asking delete triggers);
- ``recorded_at`` is the database's clock at the insert, whatever the statement says;
- each new entry enters the sealer's queue, and leaves it only with a seal.

They are made again after every migration (a table that SQLite rebuilds loses its triggers) and compared, text
by text, by ``missing``: a trigger that somebody dropped, disabled or hollowed out is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = ("record_entry", "record_seal", "record_seal_link")
_KEYS = {"record_entry": "id", "record_seal": "number", "record_seal_link": "entry_id"}
QUEUE = "record_pending"
REFUSAL = "记录只增不改：不能修改、删除或覆盖。更正请另写一条记录。"
CLOCK_REFUSAL = "入库时间由数据库写入，不能指定。"
QUEUE_REFUSAL = "记录封存之前不能离开待封存队列。"

# --- SQLite -------------------------------------------------------------------------------------------------


def _sqlite() -> dict[str, str]:
    made: dict[str, str] = {}

    def trigger(name: str, when: str, body: str) -> None:
        made[name] = f"CREATE TRIGGER {name} {when} BEGIN {body}; END"

    def refuse(text: str) -> str:
        return f"SELECT RAISE(ABORT, '{text}')"

    for table in KEPT:
        trigger(f"guard_{table}_update", f"BEFORE UPDATE ON {table}", refuse(REFUSAL))
        trigger(f"guard_{table}_delete", f"BEFORE DELETE ON {table}", refuse(REFUSAL))
        key = _KEYS[table]
        trigger(
            f"guard_{table}_replace",
            f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})",  # noqa: S608
            refuse(REFUSAL),
        )
    trigger(
        "guard_record_entry_clock",
        "BEFORE INSERT ON record_entry WHEN NEW.recorded_at IS NOT strftime('%Y-%m-%d %H:%M:%f', 'now')",
        refuse(CLOCK_REFUSAL),
    )
    trigger(
        "guard_record_entry_queue",
        "AFTER INSERT ON record_entry",
        f"INSERT INTO {QUEUE} (entry_id) VALUES (NEW.id)",  # noqa: S608
    )
    trigger(
        f"guard_{QUEUE}_delete",
        f"BEFORE DELETE ON {QUEUE} WHEN NOT EXISTS "  # noqa: S608
        "(SELECT 1 FROM record_seal_link WHERE entry_id = OLD.entry_id)",
        refuse(QUEUE_REFUSAL),
    )
    return made


def _sqlite_state(connection: BaseDatabaseWrapper) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard_record_%'"
        )
        return dict(cursor.fetchall())


# --- PostgreSQL ---------------------------------------------------------------------------------------------

_PG_FUNCTIONS = {
    "guard_record_refuse": f" BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END ",
    "guard_record_clock": (
        " BEGIN IF NEW.recorded_at IS DISTINCT FROM statement_timestamp() THEN "
        f"RAISE EXCEPTION '{CLOCK_REFUSAL}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END "
    ),
    "guard_record_queue": f" BEGIN INSERT INTO {QUEUE} (entry_id) VALUES (NEW.id); RETURN NULL; END ",  # noqa: S608
    "guard_record_leave": (
        " BEGIN IF NOT EXISTS (SELECT 1 FROM record_seal_link WHERE entry_id = OLD.entry_id) THEN "  # noqa: S608
        f"RAISE EXCEPTION '{QUEUE_REFUSAL}' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END "
    ),
}


def _postgres() -> dict[str, tuple[str, str, str]]:
    """Name → (table, when, function)."""
    made: dict[str, tuple[str, str, str]] = {}
    for table in KEPT:
        made[f"guard_{table}_change"] = (
            table,
            "BEFORE DELETE OR UPDATE ON {} FOR EACH ROW",
            "guard_record_refuse",
        )
        made[f"guard_{table}_truncate"] = (
            table,
            "BEFORE TRUNCATE ON {} FOR EACH STATEMENT",
            "guard_record_refuse",
        )
    made["guard_record_entry_clock"] = (
        "record_entry",
        "BEFORE INSERT ON {} FOR EACH ROW",
        "guard_record_clock",
    )
    made["guard_record_entry_queue"] = (
        "record_entry",
        "AFTER INSERT ON {} FOR EACH ROW",
        "guard_record_queue",
    )
    made[f"guard_{QUEUE}_delete"] = (QUEUE, "BEFORE DELETE ON {} FOR EACH ROW", "guard_record_leave")
    made[f"guard_{QUEUE}_truncate"] = (
        QUEUE,
        "BEFORE TRUNCATE ON {} FOR EACH STATEMENT",
        "guard_record_refuse",
    )
    return made


def _postgres_text(name: str, table: str, when: str, function: str) -> str:
    return f"CREATE TRIGGER {name} {when.format(table)} EXECUTE FUNCTION {function}()"


def _postgres_state(connection: BaseDatabaseWrapper) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of the triggers that are in force, and of the functions they call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, replace(pg_get_triggerdef(t.oid), ' ON ' || current_schema() || '.', ' ON ') "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE t.tgenabled = 'A' AND c.relnamespace = current_schema()::regnamespace "
            "AND starts_with(tgname, %s)",
            ["guard_record_"],
        )
        triggers = dict(cursor.fetchall())
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc "
            "WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, %s)",
            ["guard_record_"],
        )
        return triggers, dict(cursor.fetchall())


# --- both ---------------------------------------------------------------------------------------------------


def _present(connection: BaseDatabaseWrapper) -> bool:
    names = set(connection.introspection.table_names())
    return names.issuperset((*KEPT, QUEUE))


def missing(using: str = "default") -> list[str]:
    """Names of guards that are not there, not in force, or not as they should be."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        state = _sqlite_state(connection)
        return [name for name, text in _sqlite().items() if state.get(name) != text]
    triggers, functions = _postgres_state(connection)
    wrong = [
        name
        for name, (table, when, function) in _postgres().items()
        if triggers.get(name) != _postgres_text(name, table, when, function)
    ]
    return wrong + [name for name, source in _PG_FUNCTIONS.items() if functions.get(name) != source]


def install(using: str = "default") -> None:
    """Make every guard anew; nothing where the record's tables are not in this database."""
    connection = connections[using]
    if not _present(connection) or not missing(using):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, text in _sqlite().items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(text)
            return
        for name, source in _PG_FUNCTIONS.items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$guard${source}$guard$"
            )
        for name, (table, when, function) in _postgres().items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(_postgres_text(name, table, when, function))
            # ALWAYS: also in a session that calls itself a replica.
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def remove(using: str = "default") -> None:
    """Drop every guard: for a migration of the record itself, and for the flush of a test database."""
    connection = connections[using]
    if not _present(connection):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in _sqlite():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        for name, (table, _when, _function) in _postgres().items():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")


@contextmanager
def lifted(using: str = "default") -> Iterator[None]:
    """Without guards for a block, with all of them after it."""
    remove(using)
    try:
        yield
    finally:
        install(using)


def before_migration(*, using: str, plan: list[tuple[Any, bool]], **_kwargs: Any) -> None:
    """``pre_migrate``: SQLite cannot rebuild a table that a trigger elsewhere names; so they step aside."""
    ours = any(migration.app_label == "record" for migration, _backwards in plan)
    if ours and connections[using].vendor == "sqlite":
        remove(using)


def after_migration(*, using: str, **_kwargs: Any) -> None:
    """``post_migrate``: whatever a migration rebuilt, the guards stand again."""
    install(using)
