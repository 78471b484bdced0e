"""The matrix role × act, generated from the declared policies: part of the documents and of the tests."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps

from renda.kernel.identity import roles
from renda.kernel.identity.access import all_policies


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One act: its key, label, the room it belongs to, whether it signs, and the roles that may try it."""

    key: str
    label: str
    room: str
    signs: bool
    roles: frozenset[str]
    denied: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All roles, in order of declaration, and all acts, by key."""

    roles: list[roles.Role]
    rows: list[MatrixRow]


def matrix() -> Matrix:
    """Who may try what, as declared. The thing itself is looked at by the predicate.

    Raises:
        KeyError: a policy names a role that nobody declared.
    """
    rows = [
        MatrixRow(
            key=p.key,
            label=p.label,
            room=p.key.partition(".")[0],
            signs=p.signs,
            roles=frozenset(r.key for r in p.may_try()),
            denied=p.refusal(),
        )
        for p in all_policies()
    ]
    return Matrix(roles.all_roles(), rows)


def _room_name(room: str) -> str:
    """账号与权限（identity）; a room without an app keeps its name in code."""
    try:
        return f"{apps.get_app_config(room).verbose_name}（`{room}`）"
    except LookupError:
        return f"`{room}`"


def matrix_markdown() -> str:
    """The page ``docs/matrix.md``: roles explained, then a table per room (● may try; ■ may sign)."""
    table = matrix()
    out = [
        "# 权限矩阵",
        "",
        "本页由程序生成（`python scripts/matrix.py`），与程序不一致时测试不通过。",
        "● 可以办理；■ 可以签发或决定。是否能对某一件事办理，还要看该事的范围与状态。",
        "",
        "## 角色",
        "",
        "| 角色 | 代码 | 授权范围 | 说明 |",
        "|---|---|---|---|",
    ]
    for r in table.roles:
        marks = [
            text
            for text, on in (
                ("只起草，不签发", not r.signs),
                ("属于本人，不得代理、移交", r.personal),
                ("不在机关值班台", not r.staff),
            )
            if on
        ]
        note = f"{r.description.rstrip('。')}。" + (f"（{'；'.join(marks)}）" if marks else "")
        out.append(f"| {r.label} | `{r.key}` | `{r.scope_kind}` | {note} |")
    for room in sorted({row.room for row in table.rows}):
        rows = [row for row in table.rows if row.room == room]
        used = [r for r in table.roles if any(r.key in row.roles for row in rows)]
        out += ["", f"## {_room_name(room)}", ""]
        out.append("| 办理事项 | 规则 | " + " | ".join(r.label for r in used) + " |")
        out.append("|---|---|" + ":-:|" * len(used))
        for row in rows:
            mark = "■" if row.signs else "●"
            cells = " | ".join(mark if r.key in row.roles else "" for r in used)
            out.append(f"| {row.label} | `{row.key}` | {cells} |")
    return "\n".join(out) + "\n"
