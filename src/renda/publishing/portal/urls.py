"""The public zone's addresses."""

from django.urls import path

from renda.publishing.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/<str:key>/", views.suggestion, name="suggestion"),
    path("suggestions/<str:key>/follow/", views.follow, name="follow"),
    path("suggestions/<str:key>/feed.xml", views.Feed(), name="feed"),
    path("followed/", views.followed, name="followed"),
    path("opinion/", views.opinion, name="opinion"),
    path("opinion/received/<str:receipt>/", views.received, name="received"),
    path("check/", views.check, name="check"),
    path("check/rate/", views.rate, name="rate"),
]
