from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "renda.assembly.ledger"
    label = "ledger"
    verbose_name = "督办台账"

    def ready(self) -> None:
        from renda.assembly.ledger import policies, processes, subscriptions
        from renda.kernel.documents import api as documents
        from renda.kernel.ui import api as ui

        processes.register()
        subscriptions.register()
        documents.readers("ledger.note", policies.may_read_note)
        ui.nav("监督", "督办台账", "ledger:list", "ledger.list", icon="clipboard-list", order=10, tab="台账")
