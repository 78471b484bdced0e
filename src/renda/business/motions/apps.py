from django.apps import AppConfig


class MotionsConfig(AppConfig):
    name = "renda.business.motions"
    label = "motions"
    verbose_name = "议案建议"

    def ready(self) -> None:
        from renda.business.motions import policies, processes, schedule, subscriptions  # noqa: F401

        processes.register()
        subscriptions.declare()
