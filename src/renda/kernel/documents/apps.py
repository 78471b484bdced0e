from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "renda.kernel.documents"
    label = "documents"
    verbose_name = "公文与附件"
