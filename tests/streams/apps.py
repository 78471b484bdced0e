"""Registers the topic; the settings beside it put this application into a server under test."""

from __future__ import annotations

from django.apps import AppConfig


class StreamsConfig(AppConfig):
    name = "tests.streams"
    label = "streams"

    def ready(self) -> None:
        from renda.kernel.live import api as live

        live.topic("tests.all", may=lambda account, key: True, value=lambda key: {"n": 1})
