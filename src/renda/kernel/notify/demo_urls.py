"""The address /demo/messages/: answers only in a demo."""

from __future__ import annotations

from django.urls import path

from renda.kernel.notify import views

app_name = "notify_demo"
urlpatterns = [path("", views.planes, name="planes")]
