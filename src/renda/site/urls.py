"""URLs by zone: which room answers under which address. The whole table is here."""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from renda.site import errors, metrics
from renda.site.health import Health

# Rooms of the desk. A room without urls.py has no pages.
DESK = (
    ("", "renda.kernel.identity"),  # login/, logout/, account/
    ("calendar/", "renda.kernel.calendar"),
    ("law/", "renda.kernel.law"),
    ("record/", "renda.kernel.record"),
    ("files/", "renda.kernel.documents"),
    ("numbers/", "renda.kernel.numbering"),
    ("import/", "renda.kernel.tabular"),
    ("search/", "renda.kernel.search"),
    ("messages/", "renda.kernel.notify"),
    ("processes/", "renda.kernel.workflow"),
    ("live/", "renda.kernel.live"),
    ("people/", "renda.assembly.people"),
    ("ledger/", "renda.assembly.ledger"),
    ("intake/", "renda.assembly.intake"),
    ("votes/", "renda.assembly.votes"),
    ("meetings/", "renda.assembly.meetings"),
    ("motions/", "renda.business.motions"),
    ("reports/", "renda.publishing.reports"),
    ("demo/", "renda.demo"),
)


def _room(prefix: str, package: str) -> list[URLPattern | URLResolver]:
    module = f"{package}.urls"
    return [path(prefix, include(module))] if find_spec(module) else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", Health.as_view(), name="health"),
    path("metrics", metrics.view, name="metrics"),
    *_room("ui/", "renda.kernel.ui"),
]
if settings.ZONE != "public":
    from renda.site import shell as _shell  # noqa: F401  (tells the page shell names, roles and desks)
    from renda.site import views
    from renda.site.api import api

    urlpatterns.append(path("", views.desk, name="desk"))
    urlpatterns += _room("demo/ui/", "renda.kernel.ui.gallery")
    urlpatterns += _room("cases/", "renda.kernel.ui.cases")

    urlpatterns.append(path("demo/messages/", include("renda.kernel.notify.demo_urls")))
    for prefix, package in DESK:
        urlpatterns += _room(prefix, package)
    urlpatterns.append(path("api/", api.urls))
if settings.ZONE != "desk":
    urlpatterns += _room("" if settings.ZONE == "public" else "public/", "renda.publishing.portal")

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
