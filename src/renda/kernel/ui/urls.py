"""Addresses of the shell itself: how a page is displayed."""

from django.urls import path

from renda.kernel.ui import views

app_name = "ui"
urlpatterns = [path("display/", views.display, name="display")]
