from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "renda.kernel.numbering"
    label = "numbering"
    verbose_name = "文号"
