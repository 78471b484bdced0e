"""Addresses of the desk, under /intake/."""

from django.urls import path

from renda.assembly.intake.views import cases, classes, listing

app_name = "intake"
urlpatterns = [
    path("", listing.opinions, name="opinions"),
    path("new/", cases.enter, name="enter"),
    path("classes/", classes.classes, name="classes"),
    path("classes/new/", classes.new_class, name="class_new"),
    path("classes/on/", classes.switch, {"on": True}, name="classes_on"),
    path("classes/off/", classes.switch, {"on": False}, name="classes_off"),
    path("group/", cases.tie, name="tie"),
    path("group/<int:pk>/", cases.group, name="group"),
    path("<int:pk>/", cases.page, name="opinion"),
    path("<int:pk>/class/", cases.take_class, name="take_class"),
    path("<int:pk>/alike/", cases.alike, name="alike"),
    path("<int:pk>/untie/", cases.untie, name="untie"),
    path("<int:pk>/<slug:key>/", cases.act, name="act"),
]
