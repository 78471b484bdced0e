"""Who may open the pages of imports: whoever may import at least one kind of table."""

from __future__ import annotations

from renda.kernel.identity import api as identity
from renda.kernel.tabular import schema


def _importers() -> list[str]:
    """Roles that the policies of the registered tables name."""
    keys = (key for table in schema.tables() for key in identity.get_policy(table.policy).role_keys)
    return list(dict.fromkeys(keys))


@identity.policy("tabular.import", label="导入表格", roles=_importers)
def can_import(actor: identity.Account, _obj: object) -> bool:
    """One of the tables' own policies must let the actor in."""
    return any(identity.may(table.policy, actor, None) for table in schema.tables())
