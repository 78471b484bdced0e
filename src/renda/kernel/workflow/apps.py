from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "renda.kernel.workflow"
    label = "workflow"
    verbose_name = "流程"

    def ready(self) -> None:
        from renda.kernel.calendar import api as calendar
        from renda.kernel.law import api as law
        from renda.kernel.notify import api as notify
        from renda.kernel.workflow import notices, recompute, schedule, services, settings_made  # noqa: F401

        notify.declare_kind(notices.KIND, "轮到您办理")
        services.on_turn(notices.tell_turn)
        calendar.on_change(recompute.arranged)
        law.on_setting(settings_made.record_setting)
