"""ASGI: the gateway in front of both applications, as ``renda serve`` runs it."""

from __future__ import annotations

import gc
import os
from typing import cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from renda.site.gateway import ASGIApp, Gateway
from renda.site.wsgi import application as wsgi_application

application = Gateway(
    cast(ASGIApp, get_asgi_application()),
    wsgi_application,
    threads=settings.WEB_THREADS,
    body_limit=settings.BODY_LIMIT,
)
# What was loaded stays: the collector need not look at it again with every few pages, as by default it would
# (a fifth of a page's time). What requests leave is collected by counting references, cycles now and then.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
