"""The door of the page shell: navigation, what the shell needs from above, lists, forms and formats."""

from renda.kernel.ui.actforms import act_form, acts, field_kind
from renda.kernel.ui.contacts import ContactError, contact, set_contact
from renda.kernel.ui.formats import ago_text, day_text, moment_text, money_text, span_text
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
from renda.kernel.ui.lists.listing import PAGE_SIZE, Listing
from renda.kernel.ui.lists.shown import BatchAct, ListRow
from renda.kernel.ui.navigation import GROUPS, forget, nav
from renda.kernel.ui.providers import (
    Helpline,
    Masthead,
    Waiting,
    helpline,
    masthead,
    role,
    scope,
    waiting,
)
from renda.kernel.ui.widgets import Act, ChartTable, Figure, GridColumn, Step, Tab

__all__ = [
    "GROUPS",
    "PAGE_SIZE",
    "Act",
    "BatchAct",
    "Boxed",
    "ChartTable",
    "Choice",
    "Column",
    "ContactError",
    "DayField",
    "DayInput",
    "Days",
    "Figure",
    "FilesField",
    "Flag",
    "GridColumn",
    "Helpline",
    "Inline",
    "ListRow",
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
    "act_form",
    "acts",
    "ago_text",
    "contact",
    "day_text",
    "field_kind",
    "forget",
    "helpline",
    "masthead",
    "moment_text",
    "money_text",
    "nav",
    "role",
    "scope",
    "set_contact",
    "span_text",
    "waiting",
]
