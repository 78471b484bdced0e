"""The search page, under /search/."""

from django.urls import path

from renda.kernel.search import views

app_name = "search"
urlpatterns = [path("", views.search, name="search")]
