"""The sealed queue from the public zone to the desk.

What somebody of the public writes is sealed with the desk's public key before it touches a disk (libsodium's
sealed boxes), so the public zone cannot read it any more; the zone signs it (Ed25519), so the desk takes
nothing that was put into the table by another way. On one machine both keys lie in the data folder; in two
zones the public zone holds only ``inbox.pub`` and ``zone.key``, the desk ``inbox.key`` and ``zone.pub``.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from renda.kernel import clock
from renda.publishing.portal.models import Sealed

# Letters and digits that nobody confuses when reading a receipt aloud.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECEIPT_LENGTH = 12


class BrokenItem(Exception):
    """An item that this zone did not seal and sign, or that was changed since."""


def _write_once(path: Path, value: bytes) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(value)


def make_keys(home: Path) -> None:
    """Make what is missing; an installation of one zone only gets the other's halves by hand."""
    if not (home / "inbox.pub").exists():
        key = PrivateKey.generate()
        _write_once(home / "inbox.key", bytes(key))
        _write_once(home / "inbox.pub", bytes(key.public_key))
    if not (home / "zone.pub").exists():
        signing = SigningKey.generate()
        _write_once(home / "zone.key", bytes(signing))
        _write_once(home / "zone.pub", bytes(signing.verify_key))


def _key(name: str) -> bytes:
    home = Path(settings.HOME)
    if settings.ZONE == "all":
        make_keys(home)
    path = home / name
    if not path.exists():
        raise ImproperlyConfigured(f"缺少密钥文件 {path}：请按《运维手册》“两个区域”一节从另一区域取来。")
    return path.read_bytes()


def new_receipt() -> str:
    """A receipt that can be read aloud: twelve signs, about 59 bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(RECEIPT_LENGTH))


def shown(receipt: str) -> str:
    """In groups of four, as it is printed."""
    return "-".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))


def read_receipt(text: str) -> str:
    """What somebody typed, brought into the stored form."""
    return "".join(ch for ch in text.upper() if ch in _ALPHABET)


def code_hash(code: str) -> str:
    """How a code is looked up; the code itself is never stored in the public zone."""
    return hashlib.sha256(b"renda.portal.code\0" + read_receipt(code).encode()).hexdigest()


def put(kind: str, payload: dict[str, Any], *, receipt: str | None = None) -> str:
    """Seal, sign and store; nothing of it is readable in this zone afterwards.

    Returns:
        the receipt.
    """
    number = receipt or new_receipt()
    plain = json.dumps({"kind": kind, "receipt": number, **payload}, ensure_ascii=False).encode("utf-8")
    body = SealedBox(PublicKey(_key("inbox.pub"))).encrypt(plain)
    signature = (
        SigningKey(_key("zone.key")).sign(kind.encode() + b"\0" + number.encode() + b"\0" + body).signature
    )
    Sealed.objects.create(kind=kind, receipt=number, body=body, signature=signature, created_at=clock.now())
    return number


def open_item(item: Sealed) -> dict[str, Any]:
    """Verify and open an item, on the desk.

    Raises:
        BrokenItem: the signature or the seal does not fit.
    """
    body = bytes(item.body)
    try:
        VerifyKey(_key("zone.pub")).verify(
            item.kind.encode() + b"\0" + item.receipt.encode() + b"\0" + body, bytes(item.signature)
        )
        plain = SealedBox(PrivateKey(_key("inbox.key"))).decrypt(body)
    except (BadSignatureError, CryptoError, ValueError) as error:
        raise BrokenItem("签名或密封不符，没有登记。") from error
    payload: dict[str, Any] = json.loads(plain)
    if payload.get("kind") != item.kind or payload.get("receipt") != item.receipt:
        raise BrokenItem("内容与信封不符，没有登记。")
    return payload
