from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class RecordConfig(AppConfig):
    name = "renda.kernel.record"
    label = "record"
    verbose_name = "记录"

    def ready(self) -> None:
        from renda.kernel.record.guards import after_migration, before_migration

        pre_migrate.connect(before_migration, dispatch_uid="record.guards")
        # Without a sender: migrations of any app may have touched the tables.
        post_migrate.connect(after_migration, dispatch_uid="record.guards")
