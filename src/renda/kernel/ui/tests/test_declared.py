"""Every act of every registered process has a form: its kinds of fields are known, nothing is filled in."""

import pytest

from renda.kernel.ui import api as ui
from renda.kernel.workflow import api as workflow

ACTS = [
    pytest.param(step, id=f"{process.key}-{step.key}")
    for process in workflow.processes()
    for step in process.transitions
    if step.fields and not step.hidden
]


@pytest.mark.django_db
@pytest.mark.parametrize("step", ACTS)
def test_the_form_of_an_act_asks_for_what_is_declared_and_fills_in_nothing(step):
    form = ui.act_form(step)()
    assert set(form.fields) == {"seen", *(f.key for f in step.fields)}
    for name, field in form.fields.items():
        assert not form.get_initial_for_field(field, name), name
