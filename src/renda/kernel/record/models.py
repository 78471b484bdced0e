"""The record's tables. All but the queue are append-only: guards in the database refuse every change."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now  # noqa: TID251  the one place: recorded_at is the database's clock


class EntryRow(models.Model):
    """One act, as it was written. Subject, actor and principal are references with the names of that day."""

    id: models.BigAutoField[int, int] = models.BigAutoField(primary_key=True)
    kind = models.CharField("种类", max_length=80)
    subject_kind = models.CharField("对象种类", max_length=80)
    subject_id = models.CharField("对象编号", max_length=64)
    subject_title = models.CharField("对象名称", max_length=500, blank=True)
    actor_id = models.BigIntegerField("经办账号", null=True)
    actor_name = models.CharField("经办人", max_length=200, blank=True)
    on_behalf_of = models.JSONField("代何人", null=True, encoder=DjangoJSONEncoder)
    happened_at = models.DateTimeField("发生时间")
    recorded_at = models.DateTimeField("入库时间", db_default=Now(), editable=False)
    origin = models.JSONField("来源")
    payload = models.JSONField("内容")

    class Meta:
        db_table = "record_entry"
        verbose_name = "记录"
        verbose_name_plural = "记录"
        indexes: ClassVar = [
            models.Index(
                fields=["subject_kind", "subject_id", "happened_at", "id"], name="record_entry_subject"
            ),
            models.Index(fields=["kind", "happened_at"], name="record_entry_kind"),
            models.Index(fields=["happened_at"], name="record_entry_happened"),
            models.Index(
                fields=["actor_id", "happened_at"],
                name="record_entry_actor",
                condition=models.Q(actor_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}"


class Pending(models.Model):
    """The queue of entries without a seal: the database fills it on each insert, the sealer empties it.

    An entry of a transaction that commits late appears here when it commits, whatever its number; so none is
    passed over. The table is tiny, and asking it costs nothing however long the record has become.
    """

    entry = models.OneToOneField(
        EntryRow, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )

    class Meta:
        db_table = "record_pending"
        verbose_name = "待封存记录"
        verbose_name_plural = "待封存记录"

    def __str__(self) -> str:
        return str(self.pk)


class Seal(models.Model):
    """A batch of entries under one Merkle root, chained to the batch before. Digests are SHA-256 in hex."""

    number: models.BigIntegerField[int, int] = models.BigIntegerField("批号", primary_key=True)
    count = models.PositiveIntegerField("条数")
    first_id = models.BigIntegerField("最小编号")
    last_id = models.BigIntegerField("最大编号")
    root = models.CharField("默克尔根", max_length=64)
    previous = models.CharField("上一批摘要", max_length=64, unique=True)
    sealed_at = models.DateTimeField("封存时间")
    digest = models.CharField("本批摘要", max_length=64, unique=True)

    class Meta:
        db_table = "record_seal"
        verbose_name = "封存"
        verbose_name_plural = "封存"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(number__gte=1), name="record_seal_number"),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="record_seal_count"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 批"


class SealLink(models.Model):
    """Which seal an entry is under, at which place, and its leaf digest: so that a changed entry is named."""

    entry = models.OneToOneField(EntryRow, models.DO_NOTHING, primary_key=True, related_name="+")
    seal = models.ForeignKey(Seal, models.DO_NOTHING, related_name="links", db_index=False)
    position = models.PositiveIntegerField("位置")
    leaf = models.CharField("叶摘要", max_length=64)

    class Meta:
        db_table = "record_seal_link"
        verbose_name = "封存关系"
        verbose_name_plural = "封存关系"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seal", "position"], name="record_seal_link_place"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} @ {self.position}"
