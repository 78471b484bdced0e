"""What a declaration must hold, and that every registered process holds it."""

import dataclasses

import pytest

from renda.kernel.identity import api as identity
from renda.kernel.law import api as law
from renda.kernel.workflow import api as workflow
from renda.kernel.workflow.api import Clock, DeclarationError, State, Transition
from renda.kernel.workflow.tests import samples

REGISTERED = [p.key for p in workflow.processes()]


def changed(step, **changes):
    made = samples.process()
    steps = tuple(dataclasses.replace(t, **changes) if t.key == step else t for t in made.transitions)
    return made.without(transitions=steps)


def without_state(which, /, **changes):
    made = samples.process()
    return made.without(
        states=tuple(dataclasses.replace(s, **changes) if s.key == which else s for s in made.states)
    )


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda: changed("hand", target="nowhere"), "引用了不存在的状态“nowhere”"),
        (lambda: changed("hand", source=("nowhere",)), "引用了不存在的状态“nowhere”"),
        (lambda: changed("hand", source=()), "没有起点"),
        (lambda: changed("hand", policy=""), "没有写明谁可以办"),
        (lambda: changed("pause", clocks=(Clock("pause", "other"),)), "引用了不存在的时限“other”"),
        (lambda: changed("pause", key="hand"), "步骤重名"),
        (lambda: changed("resume", target=None), "状态“暂停”没有出路"),
        (lambda: changed("pause", target="handed"), "到不了的状态：paused"),
        (lambda: without_state("handed", holders=()), "状态“办理中”没有人负责"),
        (lambda: without_state("handed", deadline="other"), "引用了不存在的时限“other”"),
        (lambda: without_state("handed", key="drafted"), "状态重名"),
        (lambda: samples.process().without(initial="nowhere"), "起点“nowhere”不是状态"),
    ],
)
def test_what_cannot_run_is_refused_when_it_is_declared(break_it, said):
    with pytest.raises(DeclarationError, match=said):
        break_it()


@pytest.mark.parametrize("key", REGISTERED)
def test_every_process_runs_from_its_first_state_to_an_end(key):
    made = workflow.get(key)
    assert list(made.problems()) == []
    assert made.reachable() == {s.key for s in made.states}
    for state in made.states:
        ends = {s.key for s in made.states if s.final}
        # From wherever one stands an end can be reached.
        assert _reach(made, state.key) & ends, state.label


def _reach(made, start):
    seen, todo = set(), [start]
    while todo:
        here = todo.pop()
        if here not in seen:
            seen.add(here)
            todo += [t.target for t in made.transitions if here in t.source and t.target]
    return seen


@pytest.mark.parametrize("key", REGISTERED)
def test_every_step_has_a_policy_an_entry_and_rules_that_exist(key):
    made = workflow.get(key)
    for step in made.transitions:
        assert identity.get_policy(step.policy), step.key
        assert step.entry.KIND, step.key
    for spec in made.deadlines:
        for rule in filter(None, (spec.rule, *spec.alternatives)):
            assert law.versions(rule), rule


@pytest.mark.parametrize("key", REGISTERED)
def test_every_process_is_drawn_with_every_state_and_step(key):
    made = workflow.get(key)
    for state in made.states:
        picture = workflow.diagram(made, state.key)
        assert picture.count('aria-current="step"') == 1
    for state in made.states:
        assert state.label in picture
    table = workflow.process_table(made)
    assert [row[0] for row in table] == [t.label for t in made.transitions]


def test_versions_stand_beside_each_other():
    with samples.registered(samples.process(), samples.process(version=2, returned="back")):
        assert workflow.get(samples.KEY).version == 2
        assert workflow.get(samples.KEY, 1).state("returned").label == "已退回"
        with pytest.raises(LookupError, match="第 3 版"):
            workflow.get(samples.KEY, 3)
    with pytest.raises(LookupError, match="没有登记"):
        workflow.get(samples.KEY)


def test_a_state_alone_is_a_process_that_ends_at_once():
    with pytest.raises(DeclarationError, match="没有出路"):
        workflow.Process(
            key="tests.one", label="一", version=1, states=(State("a", "甲", holders=("x",)),),
            transitions=(Transition("n", "记", ("a",), None, "tests.paper_office", samples.Stepped),),
            deadlines=(), subject=str, resolve=lambda c, n: [], url=lambda c: "/",
        )  # fmt: skip
