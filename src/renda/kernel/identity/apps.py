from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "renda.kernel.identity"
    label = "identity"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        from renda.kernel.identity import checks, entries, policies  # noqa: F401  they register themselves
        from renda.kernel.identity.vault.reveal import reveal_policy

        reveal_policy("identity.account", "identity.reveal")
