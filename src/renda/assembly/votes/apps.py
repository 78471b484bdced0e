from django.apps import AppConfig


class VotesConfig(AppConfig):
    name = "renda.assembly.votes"
    label = "votes"
    verbose_name = "表决"

    def ready(self) -> None:
        from renda.assembly.votes import fields, policies, processes, queries, schedule  # noqa: F401
        from renda.kernel.live import api as live
        from renda.kernel.ui import api as ui

        fields.register()
        processes.register()
        live.topic(
            "votes.vote",
            may=policies.may_follow,
            value=lambda key: dict(queries.hall(int(key))) if key.isdecimal() else {},
        )
        ui.nav("会议", "表决", "votes:list", "votes.list", icon="circle-check", order=20)
