from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "renda.assembly.intake"
    label = "intake"
    verbose_name = "群众意见"

    def ready(self) -> None:
        from renda.assembly.intake import (  # noqa: F401  (declarations)
            entries,
            forms,
            imports,
            indexing,
            policies,
            processes,
            schedule,
            subscriptions,
        )
        from renda.kernel.identity import api as identity
        from renda.kernel.ui import api as ui

        policies.declare()
        processes.register()
        imports.register()
        indexing.declare()
        subscriptions.register()
        forms.register()
        identity.reveal_policy("intake.opinion", "intake.reveal")
        ui.nav(
            "联络站",
            "群众意见",
            "intake:opinions",
            "intake.view",
            icon="message-square",
            order=30,
            tab="意见",
        )
