"""The ballot box: who holds a ballot is not known here, and after the opening nobody can find out.

A box stands in another database than the list of who was given a ballot. A ballot is stored under a random
key, sealed to a key that the opening uses and destroys; then all are written again, shuffled. What a ballot
is bound to (``token``) comes from a random number of the box that is destroyed at the opening as well.

Protects against: members, staff, readers of the tables and of backups made after the opening. Not against
whoever controls the server while it runs (docs/decisions/0132).
"""

from __future__ import annotations

import base64
import binascii
import hmac
import random
import secrets

from django.db import connections, transaction
from django.utils.crypto import salted_hmac
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from renda.assembly.votes.models import BallotBox, BoxState, SealedBallot

STORE = "vault"
SERIAL = MAC = 16  # bytes
LONGEST = 4096  # bytes of one ballot


class BoxError(Exception):
    """The ballot was not taken in; the message says why and what holds."""


def make(vote_id: int) -> bytes:
    """Set a box up, locked for ballots until ``unlock``.

    Returns:
        the key that opens it, itself locked with the installation's secret: to be kept in the other database.
    """
    key, salt = PrivateKey.generate(), secrets.token_bytes(32)
    with transaction.atomic(using=STORE):
        # A kill between the two databases may have left a box of a vote that never opened.
        SealedBallot.objects.filter(box_id=vote_id).delete()
        BallotBox.objects.update_or_create(
            vote_id=vote_id,
            defaults={"state": BoxState.LOCKED, "public_key": bytes(key.public_key), "salt": salt},
        )
    return bytes(SecretBox(_derived(salt, "open")).encrypt(bytes(key)))


def unlock(vote_id: int) -> None:
    """Take ballots from now on."""
    with transaction.atomic(using=STORE):
        box = _locked(vote_id)
        if box.state == BoxState.LOCKED:
            box.state = BoxState.OPEN
            box.save(update_fields=["state"])


def token(vote_id: int, holder: int) -> str:
    """The one ballot of one holder: the same every time it is asked for, stored nowhere.

    Raises:
        BoxError: the box is opened or burnt: there are no ballots any more.
    """
    salt = _salt(BallotBox.objects.get(vote_id=vote_id))
    serial = _derived(salt, f"serial:{holder}")[:SERIAL]
    return base64.urlsafe_b64encode(serial + _mac(salt, serial)).decode()


def has(vote_id: int, given: str) -> bool:
    """Whether the ballot with this token is in the box; only while the box stands."""
    salt = _salt(BallotBox.objects.get(vote_id=vote_id))
    return SealedBallot.objects.filter(key=_place(salt, _serial(salt, given))).exists()


def put_in(vote_id: int, given: str, content: bytes) -> bool:
    """Put a ballot in. The same token again is the same ballot: the first content holds.

    Args:
        given: the token of ``token``.
        content: what is on the ballot, at most 4,096 bytes.

    Returns:
        False if it was in already.

    Raises:
        BoxError: no such ballot, or the box takes none now: nothing was counted.
    """
    if len(content) > LONGEST:
        raise BoxError("选票内容太长，没有计入。")
    try:  # before the lock: whoever has no ballot holds nobody up
        _serial(_salt(BallotBox.objects.get(vote_id=vote_id)), given)
    except BallotBox.DoesNotExist:
        raise BoxError("没有这次投票，没有计入。") from None
    _durable()
    with transaction.atomic(using=STORE):
        # The same row that the opening locks: a ballot is either counted or refused.
        box = _locked(vote_id)
        if box.state == BoxState.LOCKED:
            raise BoxError("还没有开始投票，没有计入；听到主持人宣布开始投票以后再按。")
        if box.state != BoxState.OPEN:
            raise BoxError("投票已经结束，没有计入。")
        place = _place(bytes(box.salt), _serial(bytes(box.salt), given))
        if SealedBallot.objects.filter(key=place).exists():
            return False
        # Padded, so that the length of what is sealed says nothing.
        padded = content.ljust(64 * (len(content) // 64 + 1))
        sealed = SealedBox(PublicKey(bytes(box.public_key))).encrypt(padded)
        SealedBallot.objects.create(key=place, box=box, content=sealed)
    return True


def count(vote_id: int) -> int:
    """How many ballots are in the box."""
    return SealedBallot.objects.filter(box_id=vote_id).count()


def open_up(vote_id: int, locked_key: bytes, *, least: int = 0) -> list[bytes]:
    """Shut the box, read every ballot, destroy what could bind it to somebody and write all again, shuffled.

    Asked again after a kill it gives the same ballots.

    Args:
        locked_key: what ``make`` returned.
        least: with fewer ballots, but not none, it stays shut: the result would say who voted how.

    Raises:
        BoxError: too few ballots (nothing has changed), the box was burnt, or its key does not fit.
    """
    with transaction.atomic(using=STORE):
        box = _locked(vote_id)
        if box.state == BoxState.BURNT:
            raise BoxError("选票已经销毁，只能作废这次表决。")
        rows = list(SealedBallot.objects.filter(box=box))
        if box.state == BoxState.OPENED:
            return [bytes(row.content) for row in rows]
        if 0 < len(rows) < least:
            raise BoxError(
                f"票箱里只有 {len(rows)} 张票，少于 {least} 张，公布结果就等于公布谁投了什么。"
                f"请再等一等投票，或者作废这次表决。"
            )
        try:
            key = SecretBox(_derived(bytes(box.salt), "open")).decrypt(locked_key)
            opener = SealedBox(PrivateKey(key))
            found = [opener.decrypt(bytes(row.content)).rstrip() for row in rows]
        except CryptoError as error:
            raise BoxError("开票的密钥对不上，没有开票；请联系运维。") from error
        random.SystemRandom().shuffle(found)
        SealedBallot.objects.filter(box=box).delete()
        SealedBallot.objects.bulk_create(
            SealedBallot(key=secrets.token_hex(16), box=box, content=one) for one in found
        )
        _forget(box, BoxState.OPENED)
    return found


def burn(vote_id: int) -> None:
    """Destroy the ballots unread: the vote is void."""
    with transaction.atomic(using=STORE):
        try:
            box = _locked(vote_id)
        except BallotBox.DoesNotExist:
            return
        SealedBallot.objects.filter(box=box).delete()
        _forget(box, BoxState.BURNT)


def standing() -> list[int]:
    """Votes whose box is not burnt."""
    found = BallotBox.objects.exclude(state=BoxState.BURNT)
    return list(found.values_list("vote_id", flat=True))


def scrub() -> None:
    """Take what the tables no longer hold out of the files: dead rows, and the log of writes (SQLite's WAL).

    Called after each opening, and from the timetable, for a reader may have kept the log in use. PostgreSQL's
    own log cannot be taken out; it is recycled by the server.
    """
    store = connections[STORE]
    if store.in_atomic_block:
        return
    with store.cursor() as cursor:
        if store.vendor == "postgresql":
            for model in (SealedBallot, BallotBox):
                cursor.execute(f'VACUUM FULL "{model._meta.db_table}"')
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _forget(box: BallotBox, state: BoxState) -> None:
    box.state, box.salt, box.public_key = state, b"", b""
    box.save(update_fields=["state", "salt", "public_key"])


def _locked(vote_id: int) -> BallotBox:
    return BallotBox.objects.select_for_update().get(vote_id=vote_id)


def _salt(box: BallotBox) -> bytes:
    if not box.salt:
        raise BoxError("投票已经结束，没有计入。")
    return bytes(box.salt)


def _derived(salt: bytes, purpose: str) -> bytes:
    """32 bytes from the installation's secret and the box's number; gone with the number."""
    return salted_hmac(b"renda.votes.box" + salt, purpose, algorithm="sha256").digest()


def _mac(salt: bytes, serial: bytes) -> bytes:
    return _derived(salt, f"mac:{serial.hex()}")[:MAC]


def _place(salt: bytes, serial: bytes) -> str:
    return _derived(salt, f"place:{serial.hex()}")[:16].hex()


def _serial(salt: bytes, given: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        raw = b""
    serial, mac = raw[:SERIAL], raw[SERIAL:]
    if len(raw) != SERIAL + MAC or not hmac.compare_digest(mac, _mac(salt, serial)):
        raise BoxError("选票不对，没有计入；请回到表决页重新领取。")
    return serial


def _durable() -> None:
    """A ballot that is said to count survives a loss of power too, not only a kill."""
    store = connections[STORE]
    if store.vendor == "sqlite" and not store.in_atomic_block:
        with store.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
