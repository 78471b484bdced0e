"""Many new rows of a table at once: what an import writes."""

from renda.kernel.bulk.services import insert, reserve

__all__ = ["insert", "reserve"]
