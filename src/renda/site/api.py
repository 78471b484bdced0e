"""The API root: rooms' routers under one OpenAPI description, same log-in and policies as the pages."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import django_auth

api = NinjaAPI(
    title="Renda",
    version="1",
    description="人大工作系统的接口。登录后使用；能看什么、能办什么，与页面上完全一样。",
    auth=django_auth,
    urls_namespace="api",
    docs_url=None,  # the description itself is enough for programs; its viewer would be five more megabytes
)


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return api.create_response(request, {"detail": str(error) or "没有权限"}, status=403)


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return api.create_response(request, {"detail": "；".join(error.messages)}, status=422)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"detail": "没有这一项"}, status=404)


for _config in apps.get_app_configs():
    if _config.name.startswith("renda.") and find_spec(f"{_config.name}.http"):
        api.add_router(
            f"/{_config.label}", import_module(f"{_config.name}.http").router, tags=[_config.label]
        )
