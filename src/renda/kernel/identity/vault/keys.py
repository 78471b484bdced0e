"""The installation's keys: masters that wrap data keys, keys of the blind index, one for second factors.

They live outside the database, in ``HOME/vault.key`` (owner only) or in ``RENDA_VAULT_KEY`` (the same JSON),
so that a copy of the database alone opens nothing.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings

ENVIRONMENT = "RENDA_VAULT_KEY"


class VaultKeyProblem(RuntimeError):
    """The keys are missing, unreadable or do not fit the data; the message says what to do."""


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The keys by their ids.

    Args:
        masters: id → 32 bytes that wrap data keys.
        master: id of the one that wraps new keys.
        indexes: id → 32 bytes for the blind index.
        index: id of the one that new keys' items are found by.
        factor: 32 bytes that encrypt second factors.
    """

    masters: dict[str, bytes]
    master: str
    indexes: dict[str, bytes]
    index: str
    factor: bytes

    def with_new_master(self, *, reencrypt: bool) -> KeyRing:
        """A ring whose new master (and index key, where values are encrypted anew) come first."""
        name = _new_id()
        ring = replace(self, masters={**self.masters, name: secrets.token_bytes(32)}, master=name)
        if reencrypt:
            other = _new_id()
            ring = replace(ring, indexes={**ring.indexes, other: secrets.token_bytes(32)}, index=other)
        return ring

    def only(self, masters: set[str], indexes: set[str]) -> KeyRing:
        """A ring without the keys that nothing uses any more; the current ones always stay."""
        return replace(
            self,
            masters={k: v for k, v in self.masters.items() if k in masters | {self.master}},
            indexes={k: v for k, v in self.indexes.items() if k in indexes | {self.index}},
        )

    def dump(self) -> str:
        return json.dumps(
            {
                "masters": {k: _encode(v) for k, v in self.masters.items()},
                "master": self.master,
                "indexes": {k: _encode(v) for k, v in self.indexes.items()},
                "index": self.index,
                "factor": _encode(self.factor),
            },
            indent=1,
        )

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        try:
            data = json.loads(text)
            ring = cls(
                masters={k: base64.b64decode(v) for k, v in data["masters"].items()},
                master=data["master"],
                indexes={k: base64.b64decode(v) for k, v in data["indexes"].items()},
                index=data["index"],
                factor=base64.b64decode(data["factor"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise VaultKeyProblem("保险库主密钥文件已损坏，请从密钥备份中恢复 vault.key。") from None
        sound = ring.master in ring.masters and ring.index in ring.indexes
        keys = [*ring.masters.values(), *ring.indexes.values(), ring.factor]
        if not sound or any(len(key) != 32 for key in keys):
            raise VaultKeyProblem("保险库主密钥文件内容不全，请从密钥备份中恢复 vault.key。")
        return ring

    @classmethod
    def fresh(cls) -> KeyRing:
        master, index = _new_id(), _new_id()
        return cls(
            masters={master: secrets.token_bytes(32)},
            master=master,
            indexes={index: secrets.token_bytes(32)},
            index=index,
            factor=secrets.token_bytes(32),
        )


def _new_id() -> str:
    return secrets.token_hex(4)


def _encode(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def path() -> Path:
    """Where the key file lies."""
    return Path(settings.HOME) / "vault.key"


_cache: tuple[tuple[str, int, int], KeyRing] | None = None


def ring() -> KeyRing:
    """The keys in force; another process's rotation is seen at once. Made on first use of an empty vault.

    Raises:
        VaultKeyProblem: the file is damaged, or gone while the vault holds data.
    """
    global _cache
    if given := os.environ.get(ENVIRONMENT):
        return KeyRing.parse(given)
    file = path()
    try:
        stat = file.stat()
    except FileNotFoundError:
        return _first(file)
    stamp = (str(file), stat.st_mtime_ns, stat.st_ino)
    if _cache is None or _cache[0] != stamp:
        _cache = (stamp, KeyRing.parse(file.read_text("ascii")))
    return _cache[1]


def _first(file: Path) -> KeyRing:
    from renda.kernel.identity.models import VaultKey

    if VaultKey.objects.exists():
        raise VaultKeyProblem(
            f"保险库里已有数据，却找不到主密钥 {file.name}。请从密钥备份中恢复，不要重新生成。"
        )
    made = KeyRing.fresh()
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return KeyRing.parse(file.read_text("ascii"))
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(made.dump())
        handle.flush()
        os.fsync(handle.fileno())
    return made


def save(changed: KeyRing) -> None:
    """Replace the key file in one step, durable before it counts.

    Raises:
        VaultKeyProblem: the keys come from the environment, which a program cannot change.
    """
    if os.environ.get(ENVIRONMENT):
        raise VaultKeyProblem(
            f"主密钥来自环境变量 {ENVIRONMENT}，程序不能改写。请先改用密钥文件 vault.key，再轮换。"
        )
    file = path()
    descriptor, name = tempfile.mkstemp(prefix=".vault.", dir=file.parent)  # mode 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(changed.dump())
        handle.flush()
        os.fsync(handle.fileno())
    Path(name).replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
