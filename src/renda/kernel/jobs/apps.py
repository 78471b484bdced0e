from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "renda.kernel.jobs"
    label = "jobs"
    verbose_name = "定时任务"
