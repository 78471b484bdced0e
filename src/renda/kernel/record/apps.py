from django.apps import AppConfig


class RecordConfig(AppConfig):
    name = "renda.kernel.record"
    label = "record"
    verbose_name = "记录"
