"""Secret ballots: the books balance, nothing counts twice, and nobody can find out afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from renda.assembly.votes import api as votes
from renda.assembly.votes import box, queries, services
from renda.assembly.votes.models import BallotBox, SealedBallot
from renda.assembly.votes.tests.conftest import Hall, build
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db(databases=["default", "vault"])
NAMED_COLUMNS = {
    "votes_ballotbox": {"vote_id", "state", "public_key", "salt"},
    "votes_sealedballot": {"key", "box_id", "content"},
}


def vote_of(hall: Hall, options: list[str], *, present: int = 45, more: int = 0) -> votes.Vote:
    """Open, hand out, begin, and put these in, the first member first; ``more`` take a ballot and keep it."""
    vote = hall.put("secret", present=present)
    tokens = [votes.take(vote, actor=one) for one in hall.accounts[: len(options) + more]]
    votes.begin(votes.vote(vote.pk), actor=hall.office[0])
    for token, option in zip(tokens, options, strict=False):
        assert votes.deposit(vote.pk, token, option)
    return votes.vote(vote.pk)


def test_the_books_balance_and_the_verdict_says_why(hall: Hall) -> None:
    vote = vote_of(hall, ["for"] * 22 + ["against"] * 3 + ["abstain"] * 2, present=40, more=4)
    votes.close(vote, actor=hall.office[0])
    ended = votes.vote(vote.pk)
    assert (ended.votes_for, ended.votes_against, ended.abstentions, ended.not_pressed) == (22, 3, 2, 13)
    assert (ended.present, ended.issued, ended.returned) == (40, 31, 27)
    assert "须 23 票赞成，还差 1 票，没有通过" in ended.verdict["words"]
    assert ended.ballot_key is None
    kinds = [line.kind for line in record.timeline(ended.ref, limit=99)]
    assert sorted(kinds) == ["votes.begun", "votes.closed", "votes.opened", "votes.prepared"]


def test_the_same_ballot_again_is_the_same_ballot(hall: Hall) -> None:
    vote = hall.put("secret")
    token = votes.take(vote, actor=hall.accounts[0])
    assert votes.take(vote, actor=hall.accounts[0]) == token
    assert token != votes.take(vote, actor=hall.accounts[1])
    votes.begin(votes.vote(vote.pk), actor=hall.office[0])
    assert votes.deposit(vote.pk, token, "against")
    assert not votes.deposit(vote.pk, token, "against")
    assert not votes.deposit(vote.pk, token, "for")  # the first holds
    for account in hall.accounts[2:6]:
        votes.deposit(vote.pk, votes.take(vote, actor=account), "for")
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    ended = votes.vote(vote.pk)
    assert (ended.votes_for, ended.votes_against, ended.issued, ended.returned) == (4, 1, 6, 5)
    assert not ended.electors.filter(issued=True).exists()  # the number stays, not who


def test_ballots_are_taken_in_only_between_begin_and_close(hall: Hall) -> None:
    vote = hall.put("secret")
    token = votes.take(vote, actor=hall.accounts[0])
    with pytest.raises(workflow.WorkflowError, match="还没有开始投票，没有计入"):
        votes.deposit(vote.pk, token, "for")
    votes.begin(votes.vote(vote.pk), actor=hall.office[0])
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="投票已经结束，没有计入"):
        votes.deposit(vote.pk, token, "for")
    with pytest.raises(workflow.WorkflowError, match="不发选票"):
        votes.take(votes.vote(vote.pk), actor=hall.accounts[1])
    assert votes.vote(vote.pk).returned == 0


@pytest.mark.parametrize("token", ["", "x", "选票", "QUJD" * 11, "A" * 44])
def test_an_invented_ballot_is_not_counted(hall: Hall, token: str) -> None:
    vote = vote_of(hall, ["for"])
    with pytest.raises(workflow.WorkflowError, match="没有计入"):
        votes.deposit(vote.pk, token, "for")
    assert box.count(vote.pk) == 1


def test_a_ballot_of_another_vote_is_not_counted(hall: Hall) -> None:
    first, second = vote_of(hall, ["for"]), vote_of(hall, ["for"])
    token = votes.take(first, actor=hall.accounts[9])
    with pytest.raises(workflow.WorkflowError, match="没有计入"):
        votes.deposit(second.pk, token, "for")
    with pytest.raises(workflow.WorkflowError, match="没有这次投票"):
        votes.deposit(999_999, token, "for")


def test_only_whoever_is_present_takes_a_ballot(hall: Hall) -> None:
    vote = hall.put("secret", present=30)
    with pytest.raises(identity.Forbidden, match="没有到会"):
        votes.take(vote, actor=hall.accounts[40])
    with pytest.raises(identity.Forbidden, match="由人大代表、常委会"):
        votes.take(vote, actor=hall.office[0])
    with pytest.raises(workflow.WorkflowError, match="无记名"):
        votes.cast(vote, "for", actor=hall.accounts[0])


def test_too_few_for_a_secret_are_told_so() -> None:
    for hall in build(6):
        with pytest.raises(workflow.WorkflowError, match="只有 4 人，少于 5 人"):
            hall.put("secret", present=4)
        assert not BallotBox.objects.exists()


def test_too_few_ballots_are_not_published(hall: Hall) -> None:
    """Whoever closes after one ballot would publish how one person voted."""
    vote = vote_of(hall, ["against"] * 4, more=9)
    with pytest.raises(workflow.WorkflowError, match="只有 4 张票，少于 5 张"):
        votes.close(vote, actor=hall.office[0])
    with pytest.raises(box.BoxError, match="只有 4 张票"):  # under the box's own lock, and it stays as it was
        box.open_up(vote.pk, bytes(vote.ballot_key or b""), least=5)
    assert BallotBox.objects.get(vote_id=vote.pk).state == "open"
    assert box.count(vote.pk) == 4 and votes.vote(vote.pk).flow.state == "open"
    votes.deposit(vote.pk, votes.take(vote, actor=hall.accounts[20]), "for")
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    assert votes.vote(vote.pk).returned == 5


def test_a_void_that_is_refused_destroys_nothing(hall: Hall) -> None:
    vote = vote_of(hall, ["for"] * 9)
    with pytest.raises(workflow.WorkflowError, match="像有电话号码"):
        votes.void(vote, reason="请打 13812345678", actor=hall.office[0])
    assert box.count(vote.pk) == 9


def test_what_a_kill_left_of_a_void_vote_is_burnt_by_the_timetable(hall: Hall) -> None:
    vote, other = vote_of(hall, ["for"] * 9), vote_of(hall, ["for"] * 6)
    votes.void(vote, reason="选票印错了名字", actor=hall.office[0])  # and no commit hook: killed
    assert box.count(vote.pk) == 9
    with pytest.raises(workflow.WorkflowError, match="已经结束，没有计入"):
        votes.deposit(vote.pk, "A" * 44, "for")
    services.tidy()
    assert (box.count(vote.pk), box.count(other.pk)) == (0, 6)


def test_a_void_vote_leaves_no_ballot(hall: Hall, django_capture_on_commit_callbacks: Any) -> None:
    vote = vote_of(hall, ["for"] * 9)
    with django_capture_on_commit_callbacks(execute=True):
        votes.void(vote, reason="选票印错了名字", actor=hall.office[0])
    assert not SealedBallot.objects.exists()
    assert votes.vote(vote.pk).ballot_key is None
    with pytest.raises(workflow.WorkflowError, match="没有计入"):
        votes.deposit(vote.pk, "A" * 44, "for")


def test_a_kill_between_opening_and_closing_loses_nothing(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    vote = vote_of(hall, ["for"] * 30 + ["against"] * 2)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(law, "compute", killed)
        votes.close(vote, actor=hall.office[0])
    token = "A" * 44
    assert votes.vote(vote.pk).flow.state == "open"
    with pytest.raises(workflow.WorkflowError, match="投票已经结束，没有计入"):
        votes.deposit(vote.pk, token, "for")
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    ended = votes.vote(vote.pk)
    assert (ended.votes_for, ended.votes_against, ended.returned) == (30, 2, 32)


def test_the_box_knows_no_person_no_time_and_no_sequence(hall: Hall) -> None:
    """The schema says it: these columns and no others, and no foreign key that leads to a person."""
    store = connections[box.STORE]
    for table, wanted in NAMED_COLUMNS.items():
        with store.cursor() as cursor:
            found = {column.name for column in store.introspection.get_table_description(cursor, table)}
        assert found == wanted
    # And of the person there is whether, not when.
    assert {f.name for f in votes.Elector._meta.concrete_fields} == {
        *("id", "vote", "person", "name", "place", "standing", "reason", "issued")
    }


@pytest.mark.sqlite
def test_sqlite_keeps_no_order_of_rows(hall: Hall) -> None:
    with connections[box.STORE].cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'votes_sealedballot'")
        assert cursor.fetchone()[0].endswith("WITHOUT ROWID")


@pytest.mark.django_db(transaction=True, databases=["default", "vault"])
def test_after_the_opening_neither_tables_nor_files_bind_a_ballot_to_a_holder(transactional_db: None) -> None:
    """Forty ballots that differ, put in one after another: whoever has every table, and on SQLite every byte
    of the files, finds neither their places, nor their order, nor what they were bound by."""
    key = box.make(7)
    box.unlock(7)
    salt = bytes(BallotBox.objects.get(vote_id=7).salt)
    written = [f"ballot {n:02d}".encode() for n in range(40)]
    tokens = [box.token(7, n) for n in range(40)]
    for token, content in zip(tokens, written, strict=True):
        assert box.put_in(7, token, content)
    places = set(SealedBallot.objects.values_list("key", flat=True))
    sealed = {bytes(row) for row in SealedBallot.objects.values_list("content", flat=True)}
    assert len({len(one) for one in sealed}) == 1  # the length says nothing
    assert not any(content in one for content in written for one in sealed)

    assert sorted(box.open_up(7, key)) == written
    box.scrub()

    assert not places & set(SealedBallot.objects.values_list("key", flat=True))
    with pytest.raises(box.BoxError):
        box.token(7, 0)
    store = connections[box.STORE]
    with store.cursor() as cursor:
        if store.vendor == "postgresql":
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM votes_sealedballot")
            assert cursor.fetchone() == (1,)  # all of one transaction
            cursor.execute("SELECT content FROM votes_sealedballot ORDER BY ctid")
            order = [bytes(row[0]) for row in cursor.fetchall()]
            cursor.execute("SELECT max((ctid::text::point)[1]) FROM votes_sealedballot")
            assert cursor.fetchone()[0] == 40  # no dead row before or between
        else:
            with pytest.raises(Exception, match="no such column: rowid"):
                cursor.execute("SELECT rowid FROM votes_sealedballot")
            file = Path(str(store.settings_dict["NAME"]))
            log = Path(f"{file}-wal")
            assert not log.exists() or log.stat().st_size == 0
            raw = file.read_bytes()
            assert salt not in raw and not any(one in raw for one in sealed)
            assert not any(place.encode() in raw for place in places)
            order = sorted(written, key=raw.index)
    assert sorted(order) == written and order != written


def test_pages_say_taken_counted_and_nothing_of_the_split(hall: Hall, client: Client) -> None:
    vote = hall.put("secret", present=30)
    page, member = reverse("votes:ballot", args=[vote.pk]), hall.accounts[0]
    client.force_login(member)
    assert "领取选票" in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    shown = client.get(page)
    token = shown.context["token"]
    assert "还没有开始投票" not in shown.content.decode() and "防不住的" in shown.content.decode()

    nobody = Client()  # the ballot's own right: no log-in is looked at
    early = nobody.post(reverse("votes:deposit", args=[vote.pk]), {"token": token, "option": "for"})
    assert early.status_code == 422 and "没有计入" in early.content.decode()
    votes.begin(votes.vote(vote.pk), actor=hall.office[0])
    assert nobody.get(reverse("votes:deposit", args=[vote.pk])).status_code == 405
    done = nobody.post(reverse("votes:deposit", args=[vote.pk]), {"token": token, "option": "for"})
    assert "已计入" in done.content.decode() and "sessionid" not in done.cookies
    again = nobody.post(reverse("votes:deposit", args=[vote.pk]), {"token": token, "option": "against"})
    assert "先前已经投入票箱" in again.content.decode()
    assert "已计入" in client.get(page).content.decode()
    assert queries.hall(vote.pk) == {
        **{"state": "open", "label": "正在表决", "present": 30, "issued": 1, "pressed": 1, "words": ""}
    }

    for account in hall.accounts[1:5]:
        votes.deposit(vote.pk, votes.take(vote, actor=account), "for")
    client.force_login(hall.office[0])
    votes.close(votes.vote(vote.pk), actor=hall.office[0])
    text = client.get(reverse("votes:vote", args=[vote.pk])).content.decode()
    assert "发出选票 5 张，收回 5 张" in text
    assert "<dt>赞成" not in text and "<dt>未按表决器" not in text and "<dt>到会并参加表决 30 人" in text
    paper = client.get(reverse("votes:paper", args=[vote.pk])).content.decode()
    assert "查不出谁投了什么" in paper and "赞成 1 人" not in paper


def test_the_deposit_asks_few_questions(hall: Hall, django_assert_max_num_queries: object) -> None:
    vote = vote_of(hall, [])
    token = votes.take(vote, actor=hall.accounts[0])
    with clock.travel(clock.today()):
        for alias, most in (("vault", 6), ("default", 4)):
            with django_assert_max_num_queries(most, connection=connections[alias]):  # type: ignore[operator]
                Client().post(
                    reverse("votes:deposit", args=[vote.pk]),
                    {"token": token, "option": "for" if alias == "vault" else "against"},
                )
