from django.apps import AppConfig


class MotionsConfig(AppConfig):
    name = "renda.business.motions"
    label = "motions"
    verbose_name = "议案建议"
