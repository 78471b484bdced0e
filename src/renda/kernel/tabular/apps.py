"""Spreadsheets in and out."""

from django.apps import AppConfig


class TabularConfig(AppConfig):
    name = "renda.kernel.tabular"
    label = "tabular"
    verbose_name = "表格"

    def ready(self) -> None:
        from renda.kernel.identity import api as identity
        from renda.kernel.tabular import entries, policies, schedule, store  # noqa: F401  register themselves

        identity.derived_copy(
            "待导入的表格",
            store.forget,
            way="加密存放，24 小时后连同密钥删除；销毁个人信息时一并删除，由上传人重新上传。",
        )
