from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "renda.publishing.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        from renda.kernel.ui import api as ui
        from renda.publishing.reports import policies  # noqa: F401  (declarations)

        ui.nav("出版", "工作报告数字", "reports:work_now", "reports.view", icon="chart-column", order=50)
