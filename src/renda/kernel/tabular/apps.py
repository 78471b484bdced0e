from django.apps import AppConfig


class TabularConfig(AppConfig):
    name = "renda.kernel.tabular"
    label = "tabular"
    verbose_name = "表格"
