"""Verbs of a vote: the only code that changes one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from renda.assembly.people import api as people
from renda.assembly.votes import box, entries, policies, queries, rules
from renda.assembly.votes.models import (
    Ballot,
    Body,
    CountSheet,
    Elector,
    Method,
    Option,
    Standing,
    Vote,
)
from renda.assembly.votes.setting import setting_of
from renda.kernel import clock
from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.live import api as live
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import WorkflowError

LONGEST = 200


def prepare(
    *,
    congress: people.Congress,
    body: str,
    organ: people.Organisation | None,
    title: str,
    method: str,
    actor: identity.Account,
    items: Sequence[str] = (),
) -> Vote:
    """Set a vote up; nothing is fixed before it opens.

    Args:
        organ: the standing committee or presidium; None where the congress itself votes.
        items: what is voted on together (合并表决), each a line; empty for one thing.

    Raises:
        WorkflowError: no title, or a body without its organ.
        SecretMarks: it bears a mark of state secrecy.
    """
    if not title.strip():
        raise WorkflowError("请写明表决什么。")
    identity.refuse_secret_marks("\n".join((title, *items)))
    if (body == Body.CONGRESS) != (organ is None):
        raise WorkflowError("请选择由哪个机关表决。")
    vote = Vote(
        congress=congress,
        body=body,
        organ=organ,
        title=title.strip()[:LONGEST],
        items=[line.strip()[:LONGEST] for line in items if line.strip()],
        method=method,
    )
    identity.check("votes.conduct", actor, vote)
    with transaction.atomic():
        vote.save()
        vote.case = workflow.start(
            "votes.vote",
            vote.ref,
            scope=f"congress:{congress.pk}",
            entry=entries.Prepared(vote.body_name, vote.get_method_display()),
            actor=actor,
        )
        vote.save(update_fields=["case"])
    return vote


def put(
    vote: Vote,
    present: Collection[int],
    *,
    actor: identity.Account,
    excluded: Mapping[int, str] | None = None,
    seen: int | None = None,
) -> None:
    """Put it to the vote (付表决): the list of who is entitled and present is frozen with this moment.

    Args:
        present: persons who are there.
        excluded: persons who take no part, each with the reason (回避); they count among all members.

    Raises:
        WorkflowError: no quorum, with the rule's arithmetic; somebody unknown; an exclusion without reason.
    """
    left_out = dict(excluded or {})
    around = setting_of(vote.pk)
    if around is not None and around.refusal:
        raise WorkflowError(around.refusal)
    # A secret vote first hands the ballots out; it begins by an act of its own.
    key = "issue" if vote.method == Method.SECRET else "open"
    with workflow.step(vote.flow, key, actor=actor, seen=seen) as act:
        held = _locked(vote)
        members = queries.members(held)
        known = {one.person_id for one in members}
        if strangers := (set(present) | set(left_out)) - known:
            raise WorkflowError(
                f"名单里有 {len(strangers)} 人不是{held.body_name}的组成人员（代表），请刷新。"
            )
        if any(not reason.strip() for reason in left_out.values()):
            raise WorkflowError("不参加这次表决的，请逐人写明原因。")
        there = [one for one in members if one.person_id in present and one.person_id not in left_out]
        found = _computed(held, len(members), len(there), 0)
        if not found["quorum"]:
            short = found["quorum_needed"] - len(there)
            raise WorkflowError(
                f"没有达到法定人数，不能表决：全体 {len(members)} 人，至少 {found['quorum_needed']} 人出席，"
                f"现在能参加表决的 {len(there)} 人，还差 {short} 人。依据：{'、'.join(found['article'])}。"
            )
        if held.method == Method.SECRET:
            if len(there) < rules.SMALLEST_SECRET:
                raise WorkflowError(
                    f"能参加表决的只有 {len(there)} 人，少于 {rules.SMALLEST_SECRET} 人的无记名表决"
                    f"藏不住谁投了什么，请改用其他方式。"
                )
            held.ballot_key = box.make(held.pk)
        Elector.objects.bulk_create(
            Elector(
                vote=held,
                person_id=one.person_id,
                name=one.person.name,
                place=place,
                standing=_standing(one.person_id, present, left_out),
                reason=left_out.get(one.person_id, "").strip()[:100],
            )
            for place, one in enumerate(members)
        )
        held.members, held.present, held.opened_at = len(members), len(there), act.happened_at
        held.save(update_fields=["members", "present", "opened_at", "ballot_key"])
        absent = len(members) - len(there) - len(left_out)
        act.record(entries.Opened(len(members), len(there), absent, len(left_out)))
        live.touch("votes.vote", held.pk)


def _standing(person_id: int, present: Collection[int], excluded: Mapping[int, str]) -> str:
    if person_id in excluded:
        return Standing.EXCLUDED
    return Standing.PRESENT if person_id in present else Standing.ABSENT


def begin(vote: Vote, *, actor: identity.Account, seen: int | None = None) -> None:
    """Announce that the secret vote begins: ballots are taken in from now on."""
    with workflow.step(vote.flow, "begin", actor=actor, seen=seen) as act:
        held = _locked(vote)
        box.unlock(held.pk)
        act.record(entries.Begun(held.electors.filter(issued=True).count()))
        live.touch("votes.vote", held.pk)


def take(vote: Vote, *, actor: identity.Account) -> str:
    """Give the actor the secret ballot; asked again, from any device, it is the same ballot.

    Only *that* a ballot was given is kept, in this database; the ballot goes into another and knows nobody.

    Returns:
        the token that ``deposit`` wants.

    Raises:
        WorkflowError: not a secret vote, or none are handed out now.
        Forbidden: not on the frozen list as present.
    """
    with transaction.atomic():
        held = _locked(vote)
        if held.method != Method.SECRET:
            raise WorkflowError("这次不是无记名表决，没有选票。")
        if held.flow.state not in ("issuing", "open"):
            raise WorkflowError(f"现在是“{held.flow.state_label}”，不发选票。")
        identity.check("votes.cast", actor, held)
        elector = policies.elector_of(actor, held)
        assert elector is not None  # the policy has seen it
        try:
            given = box.token(held.pk, elector.pk)
        except box.BoxError as ended:  # opened already; a kill kept the vote from being closed
            raise WorkflowError("投票已经停止，不发选票。") from ended
        if not elector.issued:
            elector.issued = True
            elector.save(update_fields=["issued"])
            live.touch("votes.vote", held.pk)
    return given


def deposit(vote_id: int, token: str, option: str) -> bool:
    """Put a secret ballot into the box. The token is all that is asked: nobody is looked up.

    Returns:
        False if this ballot was in already; what it says then is what was put in first.

    Raises:
        WorkflowError: no option, no such ballot, or none are taken in now; nothing was counted.
    """
    if option not in Option.values:
        raise WorkflowError("请在赞成、反对、弃权中选一项；没有计入。")
    state = Vote.objects.filter(pk=vote_id).values_list("case__state", flat=True).first()
    if state not in ("issuing", "open"):
        over = "投票已经结束" if state in ("closed", "voided") else "没有这次投票"
        raise WorkflowError(f"{over}，没有计入。")
    try:
        new = box.put_in(vote_id, token, option.encode())
    except box.BoxError as refused:
        raise WorkflowError(str(refused)) from refused
    if new:
        live.touch("votes.vote", vote_id)
    return new


def cast(vote: Vote, option: str, *, actor: identity.Account) -> Ballot:
    """Press for, against or abstain; until the close the last press is the one that counts.

    Raises:
        WorkflowError: not open, or hands are counted.
        Forbidden: not on the frozen list as present.
    """
    if option not in Option.values:
        raise WorkflowError("请在赞成、反对、弃权中选一项。")
    with transaction.atomic():
        # The same row that the close locks: a press is either in the count or refused.
        held = _locked(vote)
        if held.method == Method.SECRET:
            raise WorkflowError("这次是无记名表决，请先领取选票。")
        if held.method != Method.NAMED:
            raise WorkflowError("这次是举手表决，由工作人员计票。")
        if held.opened_at is None or held.flow.state != "open":
            raise WorkflowError(f"现在是“{held.flow.state_label}”，没有计入。")
        identity.check("votes.cast", actor, held)
        elector = policies.elector_of(actor, held)
        assert elector is not None  # the policy has seen it
        ballot, _ = Ballot.objects.update_or_create(
            elector=elector, defaults={"option": option, "cast_at": clock.now()}
        )
        live.touch("votes.vote", held.pk)
    return ballot


def close(vote: Vote, *, actor: identity.Account, seen: int | None = None) -> None:
    """End a vote by keys: whoever is present and pressed nothing is a result of its own.

    Raises:
        WorkflowError: hands are counted: two counts end it.
    """
    if vote.method == Method.HAND:
        raise WorkflowError("举手表决由两份独立的计票结束，请录入计票。")
    with workflow.step(vote.flow, "close", actor=actor, seen=seen) as act:
        held = _locked(vote)
        pressed = _opened(held) if held.method == Method.SECRET else _pressed(held)
        numbers = tuple(pressed.count(option) for option in Option.values)
        act.record(_finish(held, (numbers[0], numbers[1], numbers[2]), act))


def _pressed(held: Vote) -> list[str]:
    return [ballot.option for ballot in Ballot.objects.filter(elector__vote=held)]


def _opened(held: Vote) -> list[str]:
    """What is in the box of a secret vote. The box is opened once and for all, before the vote is closed: a
    kill in between leaves a shut box, whose ballots the next attempt counts."""
    assert held.ballot_key is not None  # made when it was put
    try:
        # Counted under the box's own lock: a ballot that comes between a look and the opening counts too.
        opened = box.open_up(held.pk, bytes(held.ballot_key), least=rules.SMALLEST_SECRET)
        found = [one.decode() for one in opened]
    except box.BoxError as refused:
        raise WorkflowError(str(refused)) from refused
    # A loss of power can forget that a ballot was given, not that it was put in.
    held.issued = max(held.electors.filter(issued=True).count(), len(found))
    held.returned, held.ballot_key = len(found), None
    held.save(update_fields=["issued", "returned", "ballot_key"])
    held.electors.update(issued=False)  # the number stays, not who
    transaction.on_commit(box.scrub, robust=True)
    return found


def count(
    vote: Vote,
    *,
    votes_for: int,
    votes_against: int,
    abstentions: int,
    actor: identity.Account,
    seen: int | None = None,
) -> None:
    """Enter one count of hands. The second that agrees ends the vote; one that differs has to be settled.

    Raises:
        WorkflowError: more votes than persons present; keys are pressed in this vote.
    """
    if vote.method != Method.HAND:
        raise WorkflowError("这次是按键表决，不用录入计票。")
    numbers = (votes_for, votes_against, abstentions)
    with transaction.atomic():
        with workflow.step(vote.flow, "count", actor=actor, seen=seen) as act:
            held = _locked(vote)
            _balanced(held, numbers)
            try:
                with transaction.atomic():
                    CountSheet.objects.create(
                        vote=held,
                        by=actor,
                        votes_for=votes_for,
                        votes_against=votes_against,
                        abstentions=abstentions,
                    )
            except IntegrityError:
                raise WorkflowError("您已经录入过一份计票；第二份由另一位同志独立录入。") from None
            sheets = list(held.sheets.order_by("pk"))
            act.record(entries.Counted(len(sheets)))
        if len(sheets) < 2:
            return
        first, second = sheets[0].numbers, sheets[1].numbers
        if first == second:
            with workflow.step(vote.flow, "agree", because=act) as then:
                then.record(_finish(held, first, then))
        else:
            with workflow.step(vote.flow, "differ", because=act) as then:
                then.record(entries.Differed(_said(first), _said(second)))


def settle(
    vote: Vote,
    *,
    votes_for: int,
    votes_against: int,
    abstentions: int,
    reason: str,
    actor: identity.Account,
    seen: int | None = None,
) -> None:
    """A third person says which numbers hold, and how that was seen."""
    numbers = (votes_for, votes_against, abstentions)
    with workflow.step(vote.flow, "settle", actor=actor, seen=seen) as act:
        held = _locked(vote)
        _balanced(held, numbers)
        CountSheet.objects.create(
            vote=held,
            by=actor,
            votes_for=votes_for,
            votes_against=votes_against,
            abstentions=abstentions,
            settles=True,
            reason=reason.strip()[:LONGEST],
        )
        act.record(_finish(held, numbers, act, settled=reason.strip()[:LONGEST]))


def void(vote: Vote, *, reason: str, actor: identity.Account, seen: int | None = None) -> None:
    """Void it (作废); what was pressed or counted stays to be seen, secret ballots are destroyed unread."""
    with workflow.step(vote.flow, "void", actor=actor, seen=seen) as act:
        held = _locked(vote)
        if held.ballot_key is not None:
            held.ballot_key, held.issued = None, held.electors.filter(issued=True).count()
            held.returned = box.count(held.pk)
            held.issued = max(held.issued, held.returned)
            held.save(update_fields=["ballot_key", "issued", "returned"])
            held.electors.update(issued=False)
            # Only when the act stands: what cannot be undone comes last (``tidy`` does it after a kill).
            transaction.on_commit(tidy, robust=True)
        act.record(entries.Voided(reason.strip()))
        live.touch("votes.vote", held.pk)


def tidy() -> None:
    """Burn the boxes of votes that are over, and clean the files: what a kill kept from being done."""
    for vote_id in Vote.objects.filter(pk__in=box.standing(), case__state="voided").values_list(
        "pk", flat=True
    ):
        box.burn(vote_id)
    box.scrub()


def _locked(vote: Vote) -> Vote:
    Vote.objects.select_for_update().get(pk=vote.pk)
    # Read again: what is joined to a row that one had to wait for is as it was before the wait.
    return queries.vote(vote.pk)


def _said(numbers: tuple[int, int, int]) -> str:
    return "赞成 {} 票、反对 {} 票、弃权 {} 票".format(*numbers)


def _balanced(held: Vote, numbers: tuple[int, int, int]) -> rules.Tally:
    try:
        return rules.tally(held.present or 0, *numbers)
    except ValueError as error:
        raise WorkflowError(str(error)) from error


def _computed(held: Vote, members: int, present: int, votes_for: int) -> dict[str, Any]:
    """The verdict of the law kernel on these numbers."""
    inputs: dict[str, Any] = {
        "kind": held.body,
        "members": members,
        "present": present,
        "for": votes_for,
    }
    if held.body == Body.PRESIDIUM:
        inputs["level"] = held.congress.level
    try:
        return dict(law.compute("verdict", inputs, on=clock.today(), congress=f"congress:{held.congress_id}"))
    except law.LawError as error:
        raise WorkflowError(f"按规则算不出结果：{error}") from error


def _finish(
    held: Vote, numbers: tuple[int, int, int], act: workflow.Step, settled: str = ""
) -> entries.Closed:
    found = _balanced(held, numbers)
    members = held.members or 0
    said = _computed(held, members, found.present, found.votes_for)
    words = rules.verdict_words(
        found,
        members=members,
        needed=said["needed"],
        missing=said["missing"],
        carried=bool(said["carried"]),
        hand=held.method == Method.HAND,
    )
    held.votes_for, held.votes_against, held.abstentions = numbers
    held.not_pressed, held.closed_at = found.not_pressed, act.happened_at
    held.verdict = law.to_json({**said, "words": words})
    held.save(
        update_fields=["votes_for", "votes_against", "abstentions", "not_pressed", "closed_at", "verdict"]
    )
    live.touch("votes.vote", held.pk)
    return entries.Closed(*numbers, found.not_pressed, bool(said["carried"]), words, settled)
