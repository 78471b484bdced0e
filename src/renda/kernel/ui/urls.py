"""Addresses of the shell itself: how a page is displayed."""

from django.apps import apps
from django.urls import path

from renda.kernel.ui import views

app_name = "ui"
urlpatterns = [path("display/", views.display, name="display")]
if apps.is_installed("renda.kernel.identity"):  # not in the public zone
    urlpatterns.append(path("contact/", views.contact, name="contact"))
