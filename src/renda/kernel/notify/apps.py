from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "renda.kernel.notify"
    label = "notify"
    verbose_name = "通知"
