from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "renda.kernel.documents"
    label = "documents"
    verbose_name = "公文与附件"

    def ready(self) -> None:
        from renda.kernel.documents import entries, schedule  # noqa: F401  register
