"""The door of the page shell: navigation, what the shell needs from above, lists, forms and formats."""

from renda.kernel.ui.formats import day_text, money_text, moment_text, span_text
from renda.kernel.ui.forms import (
    Boxed,
    DayField,
    DayInput,
    FilesField,
    Inline,
    LongText,
    MomentField,
    MomentInput,
    Upload,
)
from renda.kernel.ui.navigation import GROUPS, forget, nav
from renda.kernel.ui.providers import (
    Helpline,
    Masthead,
    Waiting,
    helpline,
    masthead,
    role,
    waiting,
)
from renda.kernel.ui.widgets import Act, Figure, Step, Tab

__all__ = [
    "GROUPS",
    "Act",
    "Boxed",
    "DayField",
    "DayInput",
    "Figure",
    "FilesField",
    "Helpline",
    "Inline",
    "LongText",
    "Masthead",
    "MomentField",
    "MomentInput",
    "Step",
    "Tab",
    "Upload",
    "Waiting",
    "day_text",
    "forget",
    "helpline",
    "masthead",
    "moment_text",
    "money_text",
    "nav",
    "role",
    "span_text",
    "waiting",
]
