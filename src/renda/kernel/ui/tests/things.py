"""A table of things for tests of lists; made and dropped by the fixture ``things``."""

from django.db import models


class Thing(models.Model):
    number = models.IntegerField()
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=12, db_index=True)
    due_on = models.DateField(null=True, db_index=True)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    made_at = models.DateTimeField(null=True)
    owner = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="owned")

    class Meta:
        app_label = "ui"

    def __str__(self):
        return self.title
