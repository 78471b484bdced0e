"""Addresses of live: one stream, served as ASGI."""

from django.urls import path

from renda.kernel.live import views

app_name = "live"
urlpatterns = [path("stream/", views.stream, name="stream")]
