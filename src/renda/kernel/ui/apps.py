from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "renda.kernel.ui"
    label = "ui"
    verbose_name = "界面"

    def ready(self) -> None:
        from renda.kernel.ui.forms import speak_plainly

        speak_plainly()
