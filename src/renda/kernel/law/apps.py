from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "renda.kernel.law"
    label = "law"
    verbose_name = "法规规则"
