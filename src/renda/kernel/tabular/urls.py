"""Pages of imports, under /import/."""

from django.urls import path

from renda.kernel.tabular import views

app_name = "tabular"
urlpatterns = [
    path("", views.index, name="index"),
    path("file/<uuid:upload_id>/", views.file, name="file"),
    path("file/<uuid:upload_id>/explain/", views.explain, name="explain"),
    path("file/<uuid:upload_id>/apply/", views.apply, name="apply"),
    path("file/<uuid:upload_id>/drop/", views.drop, name="drop"),
    path("file/<uuid:upload_id>/bad.xlsx", views.bad, name="bad"),
    path("batch/<int:batch_id>/", views.batch, name="batch"),
    path("batch/<int:batch_id>/undo/", views.undo, name="undo"),
    path("<str:kind>/", views.kind, name="kind"),
    path("<str:kind>/blank.xlsx", views.blank, name="blank"),
    path("<str:kind>/forget/<int:mapping>/", views.forget, name="forget"),
]
