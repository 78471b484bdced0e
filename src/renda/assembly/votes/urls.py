"""Addresses of the room, under /votes/."""

from django.urls import path

from renda.assembly.votes import views

app_name = "votes"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="vote"),
    path("<int:pk>/put/", views.put, name="put"),
    path("<int:pk>/ballot/", views.ballot, name="ballot"),
    path("<int:pk>/deposit/", views.deposit, name="deposit"),
    path("<int:pk>/paper/", views.paper, name="paper"),
    path("<int:pk>/hall/", views.hall, name="hall"),
]
