from django.apps import AppConfig


class MotionsConfig(AppConfig):
    name = "renda.business.motions"
    label = "motions"
    verbose_name = "议案建议"

    def ready(self) -> None:
        from renda.assembly.ledger import api as ledger
        from renda.business.motions import (  # noqa: F401  (declarations)
            desks,
            fields,
            imports,
            indexing,
            policies,
            processes,
            queries,
            receiving,
            schedule,
            subscriptions,
        )
        from renda.kernel.documents import api as documents
        from renda.kernel.ui import api as ui

        processes.register()
        subscriptions.declare()
        indexing.declare()
        desks.declare()
        fields.register()
        ledger.declare_kind("suggestion", "建议答复的承诺")
        imports.register()
        documents.readers("motions.suggestion", queries.may_read_files)
        ui.nav(
            "代表",
            "我的建议",
            "motions:mine",
            roles={"deputy", "secretary"},
            icon="pencil",
            order=5,
            tab="建议",
        )
        ui.nav("代表", "代表建议", "motions:list", "motions.list", icon="file-text", order=10, tab="全部建议")
