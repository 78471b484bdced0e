"""The page shell."""

from django.apps import AppConfig, apps


class UiConfig(AppConfig):
    name = "renda.kernel.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from renda.kernel.ui.forms import speak_plainly
        from renda.kernel.ui.navigation import nav

        speak_plainly()
        if apps.is_installed("renda.kernel.identity"):  # not in the public zone
            from renda.kernel.ui import entries, policies  # noqa: F401  (declarations)

            nav("管理", "咨询电话", "ui:contact", "ui.contact", icon="phone", order=90)
