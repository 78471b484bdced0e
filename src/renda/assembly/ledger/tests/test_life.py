"""A matter's whole life: promised, proven, asked, closed by another person, looked at again; or broken."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from renda.assembly.ledger import api as ledger
from renda.assembly.ledger import queries, rules
from renda.assembly.ledger.tests.conftest import DAY, DUE, SOURCE
from renda.assembly.people import api as people
from renda.kernel import clock
from renda.kernel.calendar import api as calendar
from renda.kernel.documents import api as documents
from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.workflow import api as workflow

pytestmark = pytest.mark.django_db
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154"
    "789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def promise(matter):
    return matter.flow.deadlines.get(key="promise")


def holders(matter):
    return set(matter.flow.turns.filter(ended_at__isnull=True).values_list("holder", flat=True))


def fresh(matter):
    return queries.matter(matter.pk)


def test_from_promise_to_the_last_look_back(place):
    matter = place.matter()
    assert holders(matter) == {f"handling_organ@org:{place.organ.pk}"}
    assert promise(matter).light().text == "还有 120 天"
    ledger.report_progress(matter, actor=place["clerk"], text="已招标", happened_on=DAY)
    assert fresh(matter).flow.state == "open"
    with clock.travel(dt.date(2026, 5, 20)):
        photo = SimpleUploadedFile("现场.png", PNG, content_type="image/png")
        ledger.submit_evidence(
            matter, actor=place["clerk"], text="标线已启用", happened_on=dt.date(2026, 5, 18), files=[photo]
        )
        assert holders(matter) == {f"deputy@person:{place.deputy.pk}"}  # the deputy is asked first
        note = matter.notes.get(kind="evidence")
        assert [f.name for f in documents.attachments(note.ref)] == ["现场.png"]
        ledger.answer(matter, actor=place["deputy"], agrees="yes")
        ledger.close(matter, actor=place["office"], text="到现场看过")
    assert fresh(matter).flow.state == "kept"
    assert promise(matter).light().key == "in_time"
    plan = queries.look_backs(fresh(matter), list(matter.notes.order_by("pk")))
    assert [(look.months, look.due_on) for look in plan] == [
        (3, dt.date(2026, 8, 20)),
        (6, dt.date(2026, 11, 20)),
        (12, dt.date(2027, 5, 20)),
    ]
    for day, state in (("2026-08-21", "kept"), ("2026-11-20", "kept"), ("2027-05-24", "closed")):
        with clock.travel(dt.date.fromisoformat(day)):
            ledger.look_back(matter, actor=place["office"], text="仍在使用", happened_on=clock.today())
            assert fresh(matter).flow.state == state
    done = queries.look_backs(fresh(matter), list(matter.notes.order_by("pk")))
    assert all(look.note is not None for look in done)
    assert holders(matter) == set()
    said = [line.sentence for line in record.timeline(matter.ref, limit=20)]
    assert said[0] == "销号后第12个月回访，仍然落实：仍在使用，回访完成"
    assert said[-1] == "列入台账：完成城南路口渠化改造，责任单位安澜市城市管理局，2026年6月30日前完成"


def test_nobody_closes_his_own_matter(place):
    matter = place.evidenced()
    for key in ("clerk", "second", "stranger", "deputy", "auditor"):
        with pytest.raises(identity.Forbidden):
            ledger.close(matter, actor=place[key], text="已完成")
    # Even a supervisor who handed in the evidence himself, holding both offices, is refused.
    both = identity.create_account("both", "两头兼", actor=None)
    given = identity.grant(both, "handling_organ", f"org:{place.organ.pk}", actor=None, since=DAY)
    other = place.matter(title="另一件", asked_first_id=None)
    ledger.submit_evidence(other, actor=both, text="做完了", happened_on=DAY)
    identity.end_grant(given, actor=None, reason="调离")
    identity.grant(both, "deputies_office", f"congress:{place.congress.pk}", actor=None, since=DAY)
    both = identity.Account.objects.get(pk=both.pk)
    with pytest.raises(identity.Forbidden, match="不能自己销号"):
        ledger.close(other, actor=both, text="已完成")
    ledger.close(other, actor=place["office"], text="看过材料")
    assert fresh(other).flow.state == "kept"


def test_a_deputy_who_says_no_keeps_it_open(place):
    matter = place.matter()
    ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DAY)
    with pytest.raises(workflow.WorkflowError, match="请写明看到的情况"):
        ledger.answer(matter, actor=place["deputy"], agrees="no")
    ledger.answer(matter, actor=place["deputy"], agrees="no", text="标线没有画")
    with pytest.raises(workflow.WorkflowError, match="代表认为没有落实"):
        ledger.close(matter, actor=place["office"], text="看过")
    with pytest.raises(workflow.WorkflowError, match="今天之后"):
        ledger.send_back(matter, actor=place["office"], reason="标线没有画", due_on=DAY)
    ledger.send_back(matter, actor=place["office"], reason="标线没有画", due_on=dt.date(2026, 4, 1))
    again = fresh(matter)
    assert (again.flow.state, again.round, again.due_on) == ("open", 2, dt.date(2026, 4, 1))
    assert promise(matter).due_on == dt.date(2026, 4, 1)
    # The first round's evidence does not close the second.
    with pytest.raises(workflow.WorkflowError):
        ledger.close(again, actor=place["office"], text="看过")


def test_silence_is_no_yes(place):
    matter = place.matter()
    ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DAY)
    with pytest.raises(workflow.WorkflowError, match="期限还没有过"):
        ledger.pass_unanswered(matter, actor=place["office"])
    last = matter.flow.deadlines.get(key="answer").due_on
    with clock.travel(last), pytest.raises(workflow.WorkflowError, match="期限还没有过"):
        ledger.pass_unanswered(matter, actor=place["office"])
    with clock.travel(last + dt.timedelta(days=1)):
        ledger.pass_unanswered(matter, actor=place["office"])
        assert fresh(matter).flow.state == "evidenced"
        assert not matter.notes.filter(kind="answer").exists()
        assert "未表态" in record.timeline(matter.ref, limit=1)[0].sentence


def test_a_photo_promised_is_a_photo_given(place):
    matter = place.matter(evidence_kind="photo")
    with pytest.raises(workflow.WorkflowError, match="现场照片"):
        ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DAY)
    assert fresh(matter).flow.state == "open"


def test_evidence_is_dated_by_what_has_happened(place):
    matter = place.matter()
    with pytest.raises(workflow.WorkflowError, match="还没有到"):
        ledger.submit_evidence(
            matter, actor=place["clerk"], text="完成", happened_on=DAY + dt.timedelta(days=1)
        )
    assert not matter.notes.exists()


def test_waiting_for_others_is_not_the_holders_delay(place):
    matter = place.matter()
    with clock.travel(DUE):
        ledger.submit_evidence(matter, actor=place["clerk"], text="完成", happened_on=DUE)
    with clock.travel(DUE + dt.timedelta(days=40)):
        assert promise(matter).light().key == "in_time"
        ledger.answer(matter, actor=place["deputy"], agrees="yes")
        ledger.close(matter, actor=place["office"], text="到现场看过")
        assert promise(matter).light().key == "in_time"
    assert record.entries(kind="ledger.closed", subject=matter.ref).latest().entry.in_time


def test_a_broken_promise_counts_and_may_still_be_kept(place):
    matter = place.matter()
    with pytest.raises(workflow.WorkflowError, match="期限还没有到"):
        ledger.declare_broken(matter, actor=place["office"], reason="没有动工")
    with clock.travel(DUE + dt.timedelta(days=1)):
        ledger.declare_broken(matter, actor=place["office"], reason="没有动工")
        assert fresh(matter).flow.state == "broken"
        assert promise(matter).light().text == "逾期 1 天"
        assert holders(matter) == {f"handling_organ@org:{place.organ.pk}"}
        rate = ledger.kept_rate()
        assert (rate.kept, rate.due, rate.percent) == (0, 1, "0.0%")
        ledger.submit_evidence(matter, actor=place["clerk"], text="补上了", happened_on=clock.today())
        ledger.answer(matter, actor=place["deputy"], agrees="yes")
        ledger.close(matter, actor=place["office"], text="到现场看过")
        assert ledger.kept_rate().percent == "100.0%"
        assert promise(matter).light().text == "迟 1 天办结"


def test_a_look_back_can_find_it_broken_again(place):
    matter = place.kept()
    with clock.travel(dt.date(2026, 6, 10)):
        ledger.declare_broken(matter, actor=place["office"], reason="标线磨没了，没有补")
        assert fresh(matter).flow.state == "broken"
        assert matter.flow.deadlines.get(key="lookback").status == "cancelled"


def test_dropped_matters_are_outside_the_kept_rate(place):
    place.kept()
    late = place.matter(title="另一件")
    with clock.travel(DUE + dt.timedelta(days=1)):
        assert ledger.kept_rate().percent == "50.0%"
        with pytest.raises(workflow.WorkflowError, match="从列表中选择"):
            ledger.drop(late, actor=place["office"], reason="tired")
        ledger.drop(late, actor=place["office"], reason="overtaken", text="规划已调整")
        assert ledger.kept_rate().percent == "100.0%"
        assert ledger.kept_by_organ(place.congress.pk, "tests")[place.organ.pk].due == 1
    assert record.timeline(late.ref, limit=1)[0].sentence.endswith("不再需要。规划已调整。")


def test_a_day_is_moved_with_a_reason_and_the_first_day_stays_readable(place):
    matter = place.matter()
    after = dt.date(2026, 9, 1)
    with pytest.raises(identity.Forbidden):
        ledger.postpone(matter, actor=place["clerk"], due_on=after, reason="汛期")
    ledger.postpone(matter, actor=place["office"], due_on=after, reason="汛期不能施工")
    assert fresh(matter).due_on == promise(matter).due_on == after
    assert (
        record.timeline(matter.ref, limit=1)[0].sentence
        == "期限由2026年6月30日调整为2026年9月1日：汛期不能施工"
    )


def test_a_promise_needs_a_day_to_come_and_a_kind_of_evidence(place):
    with pytest.raises(workflow.WorkflowError, match="早于承诺当天"):
        place.matter(due_on=DAY - dt.timedelta(days=1))
    with pytest.raises(workflow.WorkflowError, match="以何为证"):
        place.matter(evidence_kind="hearsay")
    assert not ledger.matters().exists()


def test_a_merged_organ_takes_its_matters_along(place):
    open_one, closed = place.matter(), place.matter(title="撤掉的")
    ledger.drop(closed, actor=place["office"], reason="mistaken", text="重复登记")
    followed = place.matter(title="委员会督办的", supervisor=f"committee@org:{place.committee.pk}")
    people.merge_organisations([place.organ], place.other, DAY, actor=None, reason="机构改革")
    assert fresh(open_one).organ == place.other
    assert fresh(closed).organ == place.organ
    assert holders(open_one) == {f"handling_organ@org:{place.other.pk}"}
    ledger.submit_evidence(followed, actor=place["stranger"], text="办完了", happened_on=DAY)


def test_what_came_from_a_withdrawn_letter_goes_with_it(place):
    assert list(ledger.matters_of(SOURCE)) == []
    place.matter()
    assert [m.title for m in ledger.matters_of(SOURCE)] == ["完成城南路口渠化改造"]


def test_lists_count_lights_by_the_same_expression(place):
    place.kept()
    near, broken = place.matter(title="近的"), place.matter(title="断的")
    with clock.travel(DUE - dt.timedelta(days=3)):
        lights = dict(ledger.with_light(ledger.matters()).values_list("title", "light_key"))
        assert lights == {"完成城南路口渠化改造": "in_time", "近的": "near", "断的": "near"}
    with clock.travel(DUE + dt.timedelta(days=3)):
        ledger.declare_broken(broken, actor=place["office"], reason="没有动工")
        for matter in ledger.with_light(ledger.matters()):
            assert matter.light_key == promise(matter).light().key
        assert promise(near).light().text == "逾期 3 天"


@given(
    kept=st.integers(0, 10_000),
    others=st.integers(0, 10_000),
)
def test_the_kept_rate_is_the_nearest_tenth(kept, others):
    rate = rules.KeptRate(kept, kept + others)
    if kept + others == 0:
        assert rate.percent == "—"
    else:
        tenths = int(rate.percent.rstrip("%").replace(".", ""))
        # at most half a tenth of a per cent away, exactly, in integers
        assert abs(2 * tenths * (kept + others) - 2000 * kept) <= kept + others


@given(st.integers(0, 5))
def test_the_plan_of_look_backs_ends(done):
    assert rules.next_lookback(done, (3, 6, 12)) == ([3, 6, 12] + [None] * 3)[done]


def test_look_backs_are_counted_in_months_from_closing(place):
    with clock.travel(dt.date(2026, 11, 30)):
        matter = place.kept(due_on=dt.date(2026, 12, 31))
        first = matter.flow.deadlines.get(key="lookback").due_on
        assert first == calendar.add_months(dt.date(2026, 11, 30), 3) == dt.date(2027, 2, 28)
