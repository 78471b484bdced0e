"""Spreadsheets in: organs, deputies, divisions. Each goes through the room's own services."""

from renda.assembly.people.imports import deputies, divisions, organisations
from renda.kernel.tabular import api as tabular


def register() -> None:
    """Make the tables importable; called in ``AppConfig.ready``."""
    for table in (organisations.TABLE, deputies.TABLE, divisions.TABLE):
        tabular.register(table)
