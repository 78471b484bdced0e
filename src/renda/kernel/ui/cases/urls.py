"""Addresses of cases of any process."""

from django.urls import path

from renda.kernel.ui.cases import views

app_name = "cases"
urlpatterns = [
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/<slug:key>/", views.act, name="act"),
]
