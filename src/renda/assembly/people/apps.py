from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "renda.assembly.people"
    label = "people"
    verbose_name = "人员与机构"

    def ready(self) -> None:
        from renda.assembly.people import entries, imports, policies, roles  # noqa: F401  (declarations)
        from renda.kernel.identity import api as identity

        roles.declare()
        imports.register()
        identity.reveal_policy("people.person", "people.reveal")
