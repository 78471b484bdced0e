from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "renda.kernel.calendar"
    label = "calendar"
    verbose_name = "日历"
