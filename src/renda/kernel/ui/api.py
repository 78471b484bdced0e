"""The door of the page shell: navigation, what the shell needs from above, lists, forms and formats."""

from renda.kernel.ui.formats import day_text, moment_text, money_text, span_text
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
from renda.kernel.ui.lists.columns import Column
from renda.kernel.ui.lists.filters import Choice, Days, Flag, Words
from renda.kernel.ui.lists.listing import BatchAct, Listing
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
from renda.kernel.ui.widgets import Act, ChartTable, Figure, GridColumn, Step, Tab

__all__ = [
    "GROUPS",
    "Act",
    "BatchAct",
    "Boxed",
    "ChartTable",
    "Choice",
    "Column",
    "DayField",
    "DayInput",
    "Days",
    "Figure",
    "FilesField",
    "Flag",
    "GridColumn",
    "Helpline",
    "Inline",
    "Listing",
    "LongText",
    "Masthead",
    "MomentField",
    "MomentInput",
    "Step",
    "Tab",
    "Upload",
    "Waiting",
    "Words",
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
