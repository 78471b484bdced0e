"""AES-256-GCM for values and for wrapped keys, with what a value belongs to as associated data.

Every ciphertext begins with the id of its cipher, so that another one can come beside it later.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_GCM = "g1"


class Tampered(RuntimeError):
    """A value that does not belong where it stands, or was changed; it is never shown."""


def encrypt(key: bytes, value: bytes, bound_to: str) -> str:
    """Encrypt.

    Args:
        key: 32 bytes.
        value: in clear.
        bound_to: what the ciphertext belongs to; decrypting it for anything else fails.
    """
    nonce = secrets.token_bytes(12)
    sealed = AESGCM(key).encrypt(nonce, value, bound_to.encode())
    return f"{AES_GCM}.{base64.urlsafe_b64encode(nonce + sealed).decode('ascii')}"


def decrypt(key: bytes, text: str, bound_to: str) -> bytes:
    """Decrypt.

    Raises:
        Tampered: another cipher, another key, another place, or changed bytes.
    """
    cipher, _, body = text.partition(".")
    if cipher != AES_GCM:
        raise Tampered(f"不认识的加密方式“{cipher}”，请升级程序后再试。")
    try:
        raw = base64.urlsafe_b64decode(body)
        return AESGCM(key).decrypt(raw[:12], raw[12:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise Tampered(
            "保险库中的这一条与其编号、种类或对象不符，或已被改动，不能打开；请报告系统管理员。"
        ) from None


def blind_index(key: bytes, kind: str, value: str) -> str:
    """The keyed digest by which a value is found without being opened."""
    return hmac.new(key, f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()
