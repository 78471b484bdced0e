"""Addresses of the gallery; included under /demo/ui/ where the demo is."""

from django.apps import apps
from django.urls import path, re_path

from renda.kernel.ui.gallery import views

if apps.is_installed("renda.kernel.live"):
    from renda.kernel.live import api as live

    live.topic("gallery.presence", may=lambda account, key: True, value=views.live_value)

app_name = "gallery"
urlpatterns = [
    path("", views.page, name="index"),
    path("touch/", views.touch, name="touch"),
    path("autosave/", views.autosave, name="autosave"),
    re_path(f"^(?P<name>{'|'.join(key for key, _ in views.PAGES)})/$", views.page, name="page"),
]
