"""The vault: encryption bound to its place, look-up by index alone, reveal, transactions."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import F, Q
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext

from renda.kernel import clock
from renda.kernel.identity import access, api
from renda.kernel.identity.models import Account, Forgetting, VaultItem, VaultKey, VaultReceipt
from renda.kernel.identity.vault import cipher, forgetting, store
from renda.kernel.identity.vault.access import VaultAccess
from renda.kernel.record import api as record
from renda.kernel.refs import Ref

Make = Callable[..., Account]
pytestmark = pytest.mark.django_db(databases=["default", "vault"])
PERSON, OTHER = Ref("t.person", "7"), Ref("t.person", "8")
ID, PHONE = "999901197001010011", "13900000000"


def valid_id(first17: str) -> str:
    from renda.kernel.identity.vault.kinds import check_character

    return first17 + check_character(first17)


CITIZEN = valid_id("99990119700101001")


def test_what_goes_in_is_not_in_the_database_and_comes_out(make: Make) -> None:
    item = api.vault_put("citizen_id", CITIZEN, PERSON)
    with connections["vault"].cursor() as cursor:
        cursor.execute("SELECT * FROM identity_vaultitem")
        row = str(cursor.fetchall())
        cursor.execute("SELECT * FROM identity_vaultkey")
        row += str(cursor.fetchall())
    assert CITIZEN not in row
    assert CITIZEN[:17] not in row
    assert "g1." in row
    assert store.open_value(item) == CITIZEN


def test_the_vault_is_a_database_of_its_own() -> None:
    assert VaultItem.objects.db == VaultKey.objects.db == "vault"
    assert "identity_vaultitem" not in connection.introspection.table_names()
    assert "identity_account" not in connections["vault"].introspection.table_names()


def test_equal_values_have_different_ciphertexts_and_are_found_together() -> None:
    one, two = api.vault_put("phone", PHONE, PERSON), api.vault_put("phone", "+86 139 0000 0000", OTHER)
    texts = {i.ciphertext for i in VaultItem.objects.filter(id__in=[one, two])}
    assert len(texts) == 2
    assert set(api.vault_find("phone", "１３９－００００－００００")) == {one, two}
    assert api.vault_find("phone", "13900000001") == []
    assert api.vault_find("phone", "不是号码") == []
    assert api.vault_find("bank_account", PHONE) == []  # another kind has another index


@pytest.mark.parametrize("column", ["id", "kind", "subject_kind", "subject_id"])
def test_a_ciphertext_moved_elsewhere_does_not_open(column: str) -> None:
    mine, other = api.vault_put("phone", PHONE, PERSON), api.vault_put("phone", "13900000001", PERSON)
    stolen = VaultItem.objects.get(id=mine)
    if column == "id":
        VaultItem.objects.filter(id=other).update(ciphertext=stolen.ciphertext)
        target = other
    else:
        changed = {"kind": "bank_account", "subject_kind": "t.organ", "subject_id": "8"}[column]
        VaultItem.objects.filter(id=mine).update(**{column: changed})
        target = mine
    with pytest.raises(api.Tampered, match="不符"):
        store.open_value(target)


def test_one_changed_byte_does_not_open() -> None:
    item = api.vault_put("phone", PHONE, PERSON)
    text = VaultItem.objects.get(id=item).ciphertext
    flipped = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    VaultItem.objects.filter(id=item).update(ciphertext=flipped)
    with pytest.raises(api.Tampered):
        store.open_value(item)


def test_an_unknown_cipher_is_named() -> None:
    with pytest.raises(api.Tampered, match="g9"):
        cipher.decrypt(b"0" * 32, "g9.AAAA", "x")


def test_a_data_key_of_another_subject_does_not_unwrap() -> None:
    item = api.vault_put("phone", PHONE, PERSON)
    api.vault_put("phone", PHONE, OTHER)
    theirs = VaultKey.objects.get(subject_id="8")
    VaultKey.objects.filter(subject_id="7").update(wrapped=theirs.wrapped)
    with pytest.raises(api.Tampered):
        store.open_value(item)


WALKS: list[Callable[[], Any]] = [
    lambda: list(VaultItem.objects.all()),
    lambda: list(VaultItem.objects.filter(kind="phone")),
    lambda: list(VaultItem.objects.filter(ciphertext__startswith="g1")),
    lambda: VaultItem.objects.filter(index__startswith="a"),
    lambda: VaultItem.objects.get(ciphertext="x"),
    lambda: VaultItem.objects.first(),
    lambda: VaultItem.objects.exclude(id=uuid4()),
    lambda: VaultItem.objects.filter(Q(id=uuid4()) | Q(kind="phone")),
    lambda: VaultItem.objects.filter(kind="phone").iterator(),
    lambda: VaultItem.objects.filter(id=uuid4()).values(),
    lambda: VaultItem.objects.filter(id=uuid4()).values("ciphertext"),
    lambda: VaultItem.objects.filter(id=uuid4()).values(c=F("ciphertext")),
    lambda: VaultItem.objects.filter(id=uuid4()).values_list("index"),
    lambda: VaultItem.objects.values_list("id", "kind")[:3].__iter__(),
    lambda: VaultItem.objects.annotate(n=Length("ciphertext")),
    lambda: VaultItem.objects.alias(n=Length("ciphertext")),
    lambda: VaultItem.objects.aggregate(n=Length("ciphertext")),
    lambda: VaultItem.objects.order_by("index"),
    lambda: VaultItem.objects.extra(where=["1=1"]),
    lambda: VaultItem.objects.raw("SELECT * FROM identity_vaultitem"),
    lambda: VaultItem.objects.filter(id=uuid4()) | VaultItem.objects.all(),
    lambda: VaultItem.objects.filter(id=uuid4()).union(VaultItem.objects.all()),
    lambda: VaultItem.objects.all().delete(),
    lambda: VaultItem.objects.all().update(kind="x"),
]


@pytest.mark.parametrize("walk", WALKS)
def test_any_other_way_in_raises(walk: Callable[[], Any]) -> None:
    api.vault_put("phone", PHONE, PERSON)
    with pytest.raises(VaultAccess, match="保险库只能按编号、盲索引、对象查找"):
        walk()


def test_the_ways_in_work() -> None:
    item = api.vault_put("phone", PHONE, PERSON)
    assert VaultItem.objects.get(id=item).kind == "phone"
    assert VaultItem.objects.filter(subject_kind="t.person", subject_id="7").count() == 1
    assert list(VaultItem.objects.filter(id=item).values_list("id", "kind")) == [(item, "phone")]


@pytest.mark.parametrize(
    ("kind", "value", "mask"),
    [
        ("phone", PHONE, "139****0000"),
        ("phone", "0999-8765432", "099****5432"),
        ("citizen_id", CITIZEN, f"999901**********{CITIZEN[-2:]}"),
        ("birth_date", "1970年1月1日", "1970年**月**日"),
        ("bank_account", "6200 0000 0000 1234", "6200********1234"),
        ("address", "安澜市临河区柳叶街道三号院2单元101室", "安澜市临河区柳叶街道******"),
    ],
)
def test_masks(kind: str, value: str, mask: str) -> None:
    assert api.vault_mask(api.vault_put(kind, value, PERSON)) == mask


def test_masks_of_a_list_are_one_query() -> None:
    ids = api.vault_put_many("phone", [(f"1390000{n:04}", Ref("t.person", str(n))) for n in range(30)])
    gone = uuid4()
    with CaptureQueriesContext(connections["vault"]) as queries:
        masks = api.vault_masks([*ids, gone])
    assert len(queries) == 1
    assert masks[ids[3]] == "139****0003"
    assert masks[gone] == "（已销毁）"


def test_putting_many_is_a_few_statements() -> None:
    def put(n: int, start: int) -> int:
        rows = [(f"1390000{i:04}", Ref("t.person", str(i))) for i in range(start, start + n)]
        with (
            CaptureQueriesContext(connections["vault"]) as vault,
            CaptureQueriesContext(connection) as default,
        ):
            ids = api.vault_put_many("phone", rows)
        assert [store.open_value(i) for i in ids[:2]] == [rows[0][0], rows[1][0]]
        return len(vault) + len(default)

    assert put(2, 0) <= 6
    assert put(200, 1000) <= 12  # SQLite takes a limited number of values in one statement


# Reveal


@pytest.fixture
def revealable() -> Any:
    from renda.kernel.identity.vault import reveal

    access.policy("t.see_person", label="查看人员信息", roles=["t_office"])(
        lambda actor, datum: datum.subject.id == "7"
    )
    api.reveal_policy("t.person", "t.see_person")
    yield
    reveal._policies.pop("t.person")


@pytest.mark.usefixtures("revealable")
def test_a_reveal_is_recorded_with_its_reason(make: Make) -> None:
    office, item = make("office", "t_office@congress:1"), api.vault_put("phone", PHONE, PERSON)
    assert api.vault_reveal(item, actor=office, reason="电话联系，核对附议") == PHONE
    line = record.timeline(PERSON, 5, None)[0]
    assert line.kind == "identity.revealed"
    assert line.actor_name == "office同志"
    assert line.sentence == "查看了手机号，事由：电话联系，核对附议"
    assert PHONE not in str(line.payload)


@pytest.mark.usefixtures("revealable")
def test_reveal_needs_role_subject_and_reason(make: Make) -> None:
    office, organ = make("office", "t_office@congress:1"), make("organ", "t_organ@org:1")
    mine, theirs = api.vault_put("phone", PHONE, PERSON), api.vault_put("phone", PHONE, OTHER)
    undeclared = api.vault_put("phone", PHONE, Ref("t.stranger", "1"))
    with pytest.raises(api.Forbidden):
        api.vault_reveal(mine, actor=organ, reason="好奇一下")
    with pytest.raises(api.Forbidden):
        api.vault_reveal(theirs, actor=office, reason="好奇一下")
    with pytest.raises(api.Forbidden, match="不开放查看"):
        api.vault_reveal(undeclared, actor=office, reason="好奇一下")
    for empty in ("", "  ", "a"):
        with pytest.raises(api.IdentityError, match="事由"):
            api.vault_reveal(mine, actor=office, reason=empty)
    with pytest.raises(api.IdentityError, match="事由里不要写"):
        api.vault_reveal(mine, actor=office, reason=f"核对 {PHONE}")
    assert record.count(kind="identity.revealed") == 0
    assert api.may_reveal(mine, office)
    assert not api.may_reveal(mine, organ)
    assert not api.may_reveal(uuid4(), office)


def test_use_by_the_server_is_recorded_with_its_purpose() -> None:
    item = api.vault_put("phone", PHONE, PERSON)
    assert api.vault_use(item, "发送登录验证码") == PHONE
    line = record.timeline(PERSON, 1, None)[0]
    assert line.sentence == "系统使用了手机号：发送登录验证码"
    assert line.actor_name == ""


# Destroying


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_shredding_destroys_keys_items_and_derived_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "_copies", {})
    told: list[Ref] = []
    api.derived_copy("检索", told.append, way="删去索引条目")
    mine, theirs = api.vault_put("phone", PHONE, PERSON), api.vault_put("phone", PHONE, OTHER)
    kept_by_thief = VaultItem.objects.get(id=mine)
    api.vault_shred(PERSON, actor=None, reason="保存期满")
    assert not VaultKey.objects.filter(subject_id="7").exists()
    assert api.vault_mask(mine) == "（已销毁）"
    assert api.vault_find("phone", PHONE) == [theirs]
    assert told == [PERSON]
    with pytest.raises(VaultKey.DoesNotExist):
        _ = VaultItem(id=mine, key_id=kept_by_thief.key_id).key  # the ciphertext alone is noise
    with pytest.raises(api.IdentityError, match="已经销毁"):
        store.datum(mine)
    assert record.timeline(PERSON, 1, None)[0].sentence == "销毁了全部个人信息，事由：保存期满"
    assert [(c.name, c.way) for c in api.derived_copies()] == [("检索", "删去索引条目")]


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_place_that_cannot_forget_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "_copies", {})
    broken, other = [True], []

    def flaky(subject: Ref) -> None:
        if broken[0]:
            raise OSError("磁盘只读")

    api.derived_copy("统计库", flaky)
    api.derived_copy("导出", other.append)
    item = api.vault_put("phone", PHONE, PERSON)
    api.vault_shred(PERSON, actor=None)
    order = Forgetting.objects.get()
    assert order.finished_at is None
    assert order.last_error == "统计库：OSError"
    assert set(order.done) == {"保险库", "导出"}
    assert api.vault_mask(item) == "（已销毁）"
    broken[0] = False
    forgetting.sweep()
    order.refresh_from_db()
    assert order.finished_at is not None
    assert order.last_error == ""
    assert len(other) == 1  # what had forgotten is not asked again


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_transaction_that_fails_leaves_nothing_and_destroys_nothing() -> None:
    kept = api.vault_put("phone", PHONE, PERSON)
    with pytest.raises(RuntimeError), transaction.atomic():
        api.vault_put("phone", "13900000009", OTHER)
        api.vault_shred(PERSON, actor=None)
        api.vault_remove(kept)
        raise RuntimeError("表单有误")
    assert store.open_value(kept) == PHONE
    lost = api.vault_find("phone", "13900000009")
    assert len(lost) == 1  # written to the other database, waiting for the sweep
    assert forgetting.settle_pending(older_than=dt.timedelta(0)) == (0, 1)
    assert api.vault_find("phone", "13900000009") == []
    assert api.vault_find("phone", PHONE) == [kept]


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_an_item_of_a_kept_transaction_stays_even_if_the_process_died_before_saying_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(store, "confirm", lambda ids: None)  # killed between commit and confirmation
    with transaction.atomic():
        item = api.vault_put("phone", PHONE, PERSON)
    monkeypatch.undo()
    assert VaultReceipt.objects.count() == 1
    assert forgetting.settle_pending(older_than=dt.timedelta(0)) == (1, 0)
    assert store.open_value(item) == PHONE
    assert VaultReceipt.objects.count() == 0
    assert forgetting.settle_pending(older_than=dt.timedelta(0)) == (0, 0)


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_the_sweep_leaves_running_transactions_alone() -> None:
    with transaction.atomic(), clock.travel(dt.date(2020, 1, 1)):
        item = api.vault_put("phone", PHONE, PERSON)
        assert forgetting.settle_pending(older_than=dt.timedelta(hours=24)) == (0, 0)
    assert store.open_value(item) == PHONE


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_what_may_be_kept_no_longer_is_deleted() -> None:
    with clock.travel(dt.date(2026, 3, 5)):
        item = api.vault_put("phone", PHONE, PERSON, delete_after=dt.date(2026, 3, 20))
    with clock.travel(dt.date(2026, 3, 20)):
        forgetting.sweep()
        assert api.vault_mask(item) == "139****0000"
    with clock.travel(dt.date(2026, 3, 21)):
        forgetting.sweep()
        assert api.vault_mask(item) == "（已销毁）"


@pytest.mark.django_db(databases=["default", "vault"], transaction=True)
def test_a_changed_phone_leaves_the_vault(make: Make) -> None:
    account = make("deputy", phone=PHONE)
    former: UUID | None = account.phone_id
    api.set_phone(account, "13900000001", actor=None)
    assert former is not None
    assert api.vault_mask(former) == "（已销毁）"
    assert api.vault_find("phone", PHONE) == []
    with pytest.raises(api.IdentityError, match="已登记在deputy同志的账号上"):
        make("other", phone="13900000001")
    api.set_phone(account, None, actor=None)
    assert api.vault_find("phone", "13900000001") == []


def test_a_failed_value_is_never_in_the_message_or_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = CITIZEN[:-1] + ("0" if CITIZEN[-1] != "0" else "1")
    with pytest.raises(api.IdentityError, match="校验位") as refused:
        api.vault_put("citizen_id", wrong, PERSON)
    assert wrong not in str(refused.value)
    assert wrong not in caplog.text
