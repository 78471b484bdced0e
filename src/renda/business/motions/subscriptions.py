"""What this room listens to; each subscriber is idempotent by event."""

from __future__ import annotations

from renda.assembly.people import api as people
from renda.business.motions import indexing
from renda.business.motions.models import Suggestion
from renda.business.motions.services import following
from renda.kernel.notify import api as notify
from renda.kernel.workflow import api as workflow

SHEET_SIGNATURE = "motions.sheet_signature"
EXTENSION = "motions.extension"


def declare() -> None:
    notify.declare_kind(SHEET_SIGNATURE, "代录附议告知", stoppable=False)
    notify.declare_kind(EXTENSION, "延期告知")


@workflow.subscribe("motions.sheet_signature")
def tell_signed(event: workflow.Event) -> None:
    """A deputy hears at once that somebody entered a signature for him."""
    suggestion = Suggestion.objects.get(pk=event.subject_id)
    person = people.person(event.payload["person"])
    notify.send(
        SHEET_SIGNATURE,
        to_holders={f"deputy@person:{person.pk}"},
        title="有人按签字件为您登记了附议",
        body=f"《{suggestion.title}》。如果不是您本人签的，请在 {event.payload['until']} 前提出异议。",
        url=suggestion.get_absolute_url(),
        urgent=True,
        subject=suggestion.ref,
    )


@workflow.subscribe("motions.handling.ask_extension")
@workflow.subscribe("motions.extension.grant")
@workflow.subscribe("motions.extension.refuse")
def tell_extension(event: workflow.Event) -> None:
    """The deputies who signed hear of an extension asked for and of what was decided."""
    from renda.business.motions.queries import signer_ids

    suggestion = Suggestion.objects.get(pk=event.subject_id)
    what = {
        "ask_extension": "承办单位申请延期答复",
        "grant": "延期答复已经同意",
        "refuse": "延期申请没有同意",
    }
    notify.send(
        EXTENSION,
        to_holders={f"deputy@person:{pk}" for pk in signer_ids(suggestion)},
        title=f"{what[event.name.rpartition('.')[2]]}：{suggestion.title}",
        body="理由和期限见时间线。",
        url=suggestion.get_absolute_url(),
        subject=suggestion.ref,
    )


# Whatever changes the text, who may see it, or what was answered.
SEEN_ANEW = [
    "submit",
    "submit_in_session",
    "check",
    "register",
    "send_back",
    "merge",
    "split",
    "to_government",
    "hand_over",
    "undo_hand_over",
    "reassign",
    "all_replied",
    "reply_withdrawn",
    "withdraw",
    "close",
    "cosign",
    "enter_cosign",
    "object_cosign",
]


def reindex(event: workflow.Event) -> None:
    """Bring the suggestion up to date in the index. Idempotent: the index holds what is true now."""
    if event.subject_kind == indexing.KIND:
        indexing.index([int(event.subject_id)])


for _name in (
    *(f"motions.suggestion.{key}" for key in SEEN_ANEW),
    "motions.suggestion.started",
    "motions.handling.started",
    "motions.handling.issue_reply",
    "motions.handling.withdraw_reply",
    "motions.joint.started",
    "motions.key.choose",
):
    workflow.subscribe(_name)(reindex)


@workflow.subscribe("ledger.matter.close")
@workflow.subscribe("ledger.matter.drop")
def settle(event: workflow.Event) -> None:
    """Something promised was settled: the suggestion may be done."""
    suggestion_id = following.suggestion_of_matter(int(event.subject_id))
    if suggestion_id is not None:
        following.close_if_settled(suggestion_id)


@workflow.subscribe("ledger.matter.declare_broken")
def reopen(event: workflow.Event) -> None:
    """A broken promise reopens the case."""
    following.reopen_for_broken(int(event.subject_id))
