from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "renda.assembly.intake"
    label = "intake"
    verbose_name = "民意"
