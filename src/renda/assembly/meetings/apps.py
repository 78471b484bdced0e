from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "renda.assembly.meetings"
    label = "meetings"
    verbose_name = "会议"

    def ready(self) -> None:
        from renda.assembly.ledger import api as ledger
        from renda.assembly.meetings import policies, processes, queries
        from renda.assembly.votes import api as votes
        from renda.kernel.documents import api as documents
        from renda.kernel.live import api as live
        from renda.kernel.ui import api as ui

        processes.register()
        ledger.declare_kind("deliberation", "常委会审议意见")
        documents.readers("meetings.paper", policies.may_read_paper)
        votes.on_setting(queries.setting)
        votes.on_hidden(queries.hidden_votes)
        live.topic(
            "meetings.sitting",
            may=lambda account, key: queries.may_follow(account, key),
            value=lambda key: dict(queries.hall(int(key))) if key.isdecimal() else {},
        )
        ui.nav("会议", "会议", "meetings:list", "meetings.list", icon="calendar-days", order=10)
