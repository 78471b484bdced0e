from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "renda.kernel.workflow"
    label = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        from renda.kernel.workflow import schedule  # noqa: F401
