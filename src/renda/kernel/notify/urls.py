"""Addresses under /messages/."""

from __future__ import annotations

from django.urls import path

from renda.kernel.notify import views

app_name = "notify"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read_all, name="read_all"),
    path("settings/", views.preferences, name="preferences"),
    path("<uuid:message>/", views.open_message, name="open"),
]
