from django.apps import AppConfig
from django.conf import settings


class PortalConfig(AppConfig):
    name = "renda.publishing.portal"
    label = "portal"
    verbose_name = "公众门户"

    def ready(self) -> None:
        from renda.kernel.ui import api as ui

        ui.nav("出版", "公开的建议", "portal:suggestions", public=True, order=10)
        ui.nav("出版", "反映意见", "portal:opinion", public=True, order=20)
        ui.nav("出版", "查办理进度", "portal:check", public=True, order=30)
        ui.nav("出版", "我关注的", "portal:followed", public=True, order=40)
        if settings.ZONE != "public":
            from renda.publishing.portal import desk

            desk.subscribe()
