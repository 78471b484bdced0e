from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "renda.publishing.reports"
    label = "reports"
    verbose_name = "报告"
