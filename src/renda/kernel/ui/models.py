"""Whom to call: the one thing the shell keeps in a table of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Contact(models.Model):
    """The clerk's number of a congress, or of the whole installation (scope ``all``)."""

    scope = models.CharField("范围", max_length=64, unique=True)
    label = models.CharField("科室", max_length=40)
    number = models.CharField("电话", max_length=32)
    hours = models.CharField("接听时间", max_length=40, blank=True)

    class Meta:
        verbose_name = "打电话问"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(number=""), name="ui_contact_has_number"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.number}"
