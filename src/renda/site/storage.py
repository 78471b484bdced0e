"""Static files named by content and compressed; ES modules find each other under the new names."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Whitenoise's storage, with the names inside ``import … from "./x.js"`` replaced as well."""

    support_js_module_import_aggregation = True
