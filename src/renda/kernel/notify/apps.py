from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "renda.kernel.notify"
    label = "notify"
    verbose_name = "消息"

    def ready(self) -> None:
        from renda.kernel.identity import api as identity
        from renda.kernel.notify import ways
        from renda.kernel.notify.adapters.sms import Sms
        from renda.kernel.notify.services import forget

        identity.derived_copy("消息的联系方式", forget, way="删除邮箱和企业微信账号")
        sms = ways.configured().get("sms")
        if isinstance(sms, Sms):
            identity.set_code_sender(sms.send_code)
