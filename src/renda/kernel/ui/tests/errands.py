"""A process that only tests know: an errand, asked for, done, taken back. Its command is here as well."""

from __future__ import annotations

from dataclasses import dataclass

from renda.kernel.identity import api as identity
from renda.kernel.record import api as record
from renda.kernel.refs import Ref
from renda.kernel.workflow import api as workflow

KEY = "tests.errand"


@record.entry("tests.errand_asked", label="提出差事")
@dataclass(frozen=True)
class Asked(record.Entry):
    def sentence(self) -> str:
        return "提出一件差事"


@record.entry("tests.errand_done", label="办完差事")
@dataclass(frozen=True)
class Done(record.Entry):
    text: str

    def sentence(self) -> str:
        return f"办完：{self.text}"


@record.entry("tests.errand_back", label="退回差事")
@dataclass(frozen=True)
class Back(record.Entry):
    reason: str

    def sentence(self) -> str:
        return f"退回：{self.reason}"


@identity.policy("tests.errand", label="办差事", roles=[identity.ADMINISTRATOR])
def may_run(actor, obj):
    return True


@dataclass
class Errand:
    case: workflow.Case


def send_back(errand, *, actor, reason, seen=None):
    """The command of an act: refuses what the form cannot know."""
    if reason == "lazy":
        raise workflow.WorkflowError("“懒得办”不是退回的理由，请写明难处。")
    with workflow.step(errand.case, "back", actor=actor, seen=seen) as act:
        act.record(Back(reason=reason))


REASONS = (workflow.Choice("far", "太远"), workflow.Choice("lazy", "懒得办"))


def process(reasons=REASONS):
    return workflow.Process(
        key=KEY,
        label="差事",
        version=1,
        states=(
            workflow.State("asked", "待办", holders=("runner",)),
            workflow.State("done", "已办", final=True),
            workflow.State("back", "已退回", holders=("runner",)),
        ),
        transitions=(
            workflow.Transition(
                "finish", "办完", ("asked", "back"), "done", "tests.errand", Done,
                fields=(workflow.Field("text", "办得怎样", "paragraph"),), primary=True,
            ),
            workflow.Transition(
                "back", "退回", ("asked",), "back", "tests.errand", Back,
                fields=(workflow.Field("reason", "理由", "choice", choices=reasons),),
                command="renda.kernel.ui.tests.errands.send_back", danger=True,
            ),
        ),
        deadlines=(),
        subject=Errand,
        resolve=lambda case, name: [f"{identity.ADMINISTRATOR}@all"],
        url=lambda case: f"/cases/{case.pk}/",
    )  # fmt: skip


def ask(actor, title="去买一盏灯"):
    return workflow.start(
        KEY, Ref("tests.errand", "1", title), scope="congress:1", entry=Asked(), actor=actor
    )
