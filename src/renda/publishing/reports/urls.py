"""Addresses of the room, under /reports/."""

from django.urls import path

from renda.publishing.reports import views

app_name = "reports"
urlpatterns = [
    path("work/", views.now, name="work_now"),
    path("work/<int:year>/", views.work, name="work"),
    path("work/<int:year>/paper/", views.paper, name="paper"),
    path("work/<int:year>/<slug:key>/", views.entries, name="entries"),
]
