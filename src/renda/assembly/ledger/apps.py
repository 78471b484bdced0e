from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "renda.assembly.ledger"
    label = "ledger"
    verbose_name = "督办台账"

    def ready(self) -> None:
        from renda.assembly.ledger import policies, processes  # noqa: F401

        processes.register()
