from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "renda.kernel.ui"
    label = "ui"
    verbose_name = "界面"
