"""Addresses of the room, under /meetings/."""

from django.urls import path

from renda.assembly.meetings import views

app_name = "meetings"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.page, name="sitting"),
    path("<int:pk>/items/new/", views.new_item, name="new_item"),
    path("<int:pk>/items/<int:item_pk>/", views.item, name="item"),
    path("<int:pk>/people/", views.participants, name="people"),
    path("<int:pk>/here/", views.here, name="here"),
    path("<int:pk>/conduct/", views.conduct, name="conduct"),
    path("<int:pk>/hall/", views.hall, name="hall"),
    path("<int:pk>/notice/", views.notice, name="notice"),
    path("<int:pk>/script/", views.script, name="script"),
    path("<int:pk>/minutes/", views.minutes, name="minutes"),
]
