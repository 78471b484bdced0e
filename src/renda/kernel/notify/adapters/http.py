"""JSON over HTTP with the standard library: two short calls need no client library."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from renda.kernel.notify.adapters.base import Temporary

SECONDS = 10
_MOST = 64 * 1024  # bytes of an answer that are read


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A signed message goes to the configured address and nowhere else."""

    def redirect_request(self, *args: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def call(url: str, *, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """GET, or POST where there is a body; the answer's JSON object.

    Raises:
        Temporary: no connection, a status other than 2xx, an answer that is no JSON object. Says which, never
            what was sent.
    """
    request = urllib.request.Request(url, data=body, headers=headers or {})  # noqa: S310  scheme checked at start
    try:
        with _opener.open(request, timeout=SECONDS) as answer:
            data = json.loads(answer.read(_MOST))
    except urllib.error.HTTPError as error:
        raise Temporary(f"对方应答 {error.code}") from None
    except (OSError, ValueError) as error:
        raise Temporary(f"连不上或应答无法读取（{type(error).__name__}）") from None
    if not isinstance(data, dict):
        raise Temporary("应答不是 JSON 对象")
    return data
