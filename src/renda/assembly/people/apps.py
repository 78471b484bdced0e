from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "renda.assembly.people"
    label = "people"
    verbose_name = "人员与机构"

    def ready(self) -> None:
        from renda.assembly.people import entries, fields, imports, policies, roles  # noqa: F401  (declarations)
        from renda.kernel.identity import api as identity
        from renda.kernel.ui import api as ui

        roles.declare()
        imports.register()
        fields.register()
        identity.reveal_policy("people.person", "people.reveal")
        ui.nav("代表", "代表名册", "people:deputies", "people.view", icon="users", order=60)
        ui.nav("管理", "机构", "people:organisations", "people.view", icon="landmark", order=20)
        ui.nav("管理", "届次与会议", "people:terms", "people.view", icon="calendar-days", order=30)
