from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "renda.kernel.identity"
    label = "identity"
    verbose_name = "账号与权限"
