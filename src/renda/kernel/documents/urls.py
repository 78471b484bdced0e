"""Addresses below ``/files/``."""

from __future__ import annotations

from django.urls import path

from renda.kernel.documents import views

app_name = "documents"
urlpatterns = [
    path("<uuid:id>/", views.file, name="file"),
    path("<uuid:id>/preview/", views.preview, name="preview"),
]
