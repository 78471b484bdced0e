"""Static files named by content and compressed; ES modules find each other under the new names."""

from __future__ import annotations

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage, with the names inside ``import … from "./x.js"`` replaced as well."""

    support_js_module_import_aggregation = True

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """A file's name by content; a file that a library names without shipping it keeps its name."""
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name
