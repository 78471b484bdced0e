"""Addresses of the room, under /ledger/."""

from django.urls import path

from renda.assembly.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.ledger, name="list"),
    path("<int:pk>/", views.page, name="matter"),
]
