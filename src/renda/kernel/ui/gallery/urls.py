"""Addresses of the gallery; included under /demo/ui/ where the demo is."""

from django.urls import path, re_path

from renda.kernel.ui.gallery import views

app_name = "gallery"
urlpatterns = [
    path("", views.page, name="index"),
    path("autosave/", views.autosave, name="autosave"),
    re_path(f"^(?P<name>{'|'.join(key for key, _ in views.PAGES)})/$", views.page, name="page"),
]
