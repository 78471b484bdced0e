"""How a matter moves: from the promise to the last look-back."""

from __future__ import annotations

from collections.abc import Iterable

from renda.assembly.ledger import entries
from renda.assembly.ledger.models import Matter
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Choice, Clock, DeadlineSpec, Field, Process, State, Transition

# Months after closing at which somebody looks whether it is still so; a practice of the house, not of law.
LOOKBACKS = (3, 6, 12)

DROP_REASONS = (
    Choice("overtaken", "法律政策调整，不再需要"),
    Choice("merged", "并入其他事项办理"),
    Choice("impossible", "客观条件消失，已向代表说明"),
    Choice("mistaken", "登记有误"),
)


def _matter(case: workflow.Case) -> Matter:
    return Matter.objects.select_related("case", "congress", "organ", "asked_first").get(case=case)


def _resolve(case: workflow.Case, name: str) -> Iterable[str]:
    matter = _matter(case)
    if name == "organ":
        yield f"handling_organ@org:{matter.organ_id}"
    elif name == "deputy" and matter.asked_first_id:
        yield f"deputy@person:{matter.asked_first_id}"
    elif name == "supervisor":
        yield matter.supervisor


FILES = Field(
    "files", "证明材料", "files", required=False, help="照片、文件均可；也可以只写文字说明在哪里能看到"
)
DAY = Field("due_on", "新的期限", "date")

MATTER = Process(
    key="ledger.matter",
    label="事项督办",
    version=1,
    states=(
        State("open", "落实中", holders=("organ",), deadline="promise", public="正在落实"),
        State("asked", "待代表核实", holders=("deputy",), deadline="answer", public="正在落实"),
        State("evidenced", "待核验销号", holders=("supervisor",), public="正在落实"),
        State("kept", "已兑现·回访中", holders=("supervisor",), deadline="lookback", public="已兑现"),
        State("broken", "没有兑现", holders=("organ",), deadline="promise", public="没有兑现"),
        State("closed", "已销号", final=True, public="已兑现"),
        State("dropped", "已撤销", final=True, public="不再办理"),
    ),
    deadlines=(
        DeadlineSpec("promise", "承诺期限", warn_days=15),
        DeadlineSpec("answer", "代表核实", rule="MOT-040", warn_days=3),
        DeadlineSpec("lookback", "回访", warn_days=15, rests=True),
    ),
    transitions=(
        Transition(
            "progress",
            "报告进展",
            source=("open", "broken"),
            target=None,
            policy="ledger.progress",
            entry=entries.Progressed,
            fields=(Field("text", "进展情况", "paragraph"), Field("happened_on", "日期", "date"), FILES),
            command="renda.assembly.ledger.services.report_progress",
        ),
        Transition(
            "submit_evidence",
            "提交落实证明",
            source=("open", "broken"),
            target="evidenced",
            policy="ledger.evidence",
            entry=entries.Evidenced,
            fields=(Field("text", "完成情况", "paragraph"), Field("happened_on", "完成日期", "date"), FILES),
            clocks=(Clock("stop", "promise"),),
            command="renda.assembly.ledger.services.submit_evidence",
            primary=True,
        ),
        # The twin of the former where a deputy is asked first; the service chooses by the facts.
        Transition(
            "submit_evidence_to_deputy",
            "提交落实证明",
            source=("open", "broken"),
            target="asked",
            policy="ledger.evidence",
            entry=entries.Evidenced,
            hidden=True,
            clocks=(Clock("stop", "promise"), Clock("restart", "answer")),
        ),
        Transition(
            "answer",
            "核实落实情况",
            source=("asked",),
            target="evidenced",
            policy="ledger.answer",
            entry=entries.Answered,
            fields=(
                Field(
                    "agrees",
                    "是否落实",
                    "choice",
                    choices=(Choice("yes", "已经落实"), Choice("no", "没有落实")),
                ),
                Field("text", "说明", "paragraph", required=False, help="认为没有落实的，请写明看到的情况"),
            ),
            clocks=(Clock("stop", "answer"),),
            command="renda.assembly.ledger.services.answer",
            primary=True,
        ),
        Transition(
            "close_unanswered",
            "代表未表态，转核验",
            source=("asked",),
            target="evidenced",
            policy="ledger.supervise",
            entry=entries.Progressed,
            clocks=(Clock("stop", "answer"),),
            command="renda.assembly.ledger.services.pass_unanswered",
            help="核实期限已过、代表没有回复时使用；记为未表态，不算认可",
        ),
        Transition(
            "close",
            "核验销号",
            source=("evidenced",),
            target="kept",
            policy="ledger.close",
            entry=entries.Closed,
            fields=(
                Field("text", "核验情况", "paragraph", help="怎样看到已经落实：到过现场、看过材料、问过谁"),
            ),
            clocks=(Clock("restart", "lookback"),),
            command="renda.assembly.ledger.services.close",
            primary=True,
        ),
        Transition(
            "send_back",
            "退回继续落实",
            source=("evidenced", "asked"),
            target="open",
            policy="ledger.supervise",
            entry=entries.SentBack,
            fields=(Field("reason", "哪里没有到位", "paragraph"), DAY),
            clocks=(Clock("cancel", "answer"), Clock("restart", "promise")),
            command="renda.assembly.ledger.services.send_back",
        ),
        Transition(
            "postpone",
            "调整期限",
            source=("open", "broken"),
            target=None,
            policy="ledger.supervise",
            entry=entries.Postponed,
            fields=(DAY, Field("reason", "理由", "paragraph")),
            clocks=(Clock("restart", "promise"),),
            command="renda.assembly.ledger.services.postpone",
        ),
        Transition(
            "declare_broken",
            "认定没有兑现",
            source=("open", "evidenced", "kept"),
            target="broken",
            policy="ledger.supervise",
            entry=entries.Broken,
            fields=(Field("reason", "认定的依据", "paragraph"),),
            clocks=(Clock("cancel", "lookback"), Clock("restart", "promise")),
            command="renda.assembly.ledger.services.declare_broken",
            danger=True,
        ),
        Transition(
            "look_back",
            "回访：仍然落实",
            source=("kept",),
            target=None,
            policy="ledger.supervise",
            entry=entries.LookedBack,
            fields=(
                Field("text", "回访看到的情况", "paragraph"),
                Field("happened_on", "回访日期", "date"),
                FILES,
            ),
            clocks=(Clock("restart", "lookback"),),
            command="renda.assembly.ledger.services.look_back",
            primary=True,
        ),
        Transition(
            "finish",
            "完成回访，归档",
            source=("kept",),
            target="closed",
            policy="ledger.supervise",
            entry=entries.LookedBack,
            hidden=True,
            clocks=(Clock("stop", "lookback"),),
        ),
        Transition(
            "drop",
            "撤销事项",
            source=("open", "asked", "evidenced", "broken"),
            target="dropped",
            policy="ledger.supervise",
            entry=entries.Dropped,
            fields=(
                Field("reason", "理由", "choice", choices=DROP_REASONS),
                Field("text", "说明", "paragraph"),
            ),
            clocks=(Clock("cancel", "promise"), Clock("cancel", "answer")),
            command="renda.assembly.ledger.services.drop",
            danger=True,
        ),
        Transition(
            "void",
            "随来源撤回",
            source=("open", "asked", "evidenced", "broken", "kept"),
            target="dropped",
            policy="ledger.supervise",
            entry=entries.Dropped,
            hidden=True,
            clocks=(Clock("cancel", "promise"), Clock("cancel", "answer"), Clock("cancel", "lookback")),
        ),
    ),
    subject=_matter,
    resolve=_resolve,
    url=lambda case: f"/ledger/{case.subject_id}/",
)


def register() -> None:
    workflow.register(MATTER)
