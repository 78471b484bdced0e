"""What is too long for a request: reading big files, applying many rows."""

from __future__ import annotations

import logging

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_tasks import task

from renda.kernel.tabular import progress, services
from renda.kernel.tabular.models import Upload
from renda.kernel.tabular.schema import TabularError

logger = logging.getLogger(__name__)

READ_AT_ONCE = 3 * 1024 * 1024  # bytes up to which a request reads the file itself
APPLY_AT_ONCE = 1000  # rows up to which a request applies them itself
_FAULT = "处理时出错，什么也没有改变。请稍后再试；仍不行的，请把文件交给系统管理员。"


def begin_reading(upload: Upload) -> None:
    """Read a small file now, hand a big one to the worker.

    Raises:
        TabularError: a small file that is refused.
    """
    if upload.size <= READ_AT_ONCE:
        services.look_through(upload)
        return
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(state=Upload.State.READING)
        read_file.enqueue(str(upload.pk))


def begin_applying(upload: Upload, mode: str) -> None:
    """Apply few rows now, hand many to the worker. A second call while it runs does nothing.

    Raises:
        TabularError: few rows, and they cannot be applied.
    """
    if int(upload.summary.get("rows_ok", 0)) <= APPLY_AT_ONCE:
        services.apply(str(upload.pk), actor=upload.account, mode=mode)
        return
    with transaction.atomic():
        taken = Upload.objects.filter(pk=upload.pk, state=Upload.State.READY).update(
            state=Upload.State.APPLYING, message=""
        )
        if taken:
            progress.tell(str(upload.pk), 0, int(upload.summary.get("rows_ok", 0)))
            apply_file.enqueue(str(upload.pk), mode)


@task()
def read_file(upload_id: str) -> None:
    """Read a big file. A file that expired meanwhile is nobody's any more."""
    upload = Upload.objects.filter(pk=upload_id).first()
    if upload is None:
        return
    try:
        services.look_through(upload)
    except TabularError as refusal:
        Upload.objects.filter(pk=upload_id).update(state=Upload.State.FAILED, message=str(refusal))
    except Exception:
        logger.exception("reading upload %s failed", upload_id)
        Upload.objects.filter(pk=upload_id).update(state=Upload.State.FAILED, message=_FAULT)


@task()
def apply_file(upload_id: str, mode: str) -> None:
    """Apply many rows. Taken over after a crash it begins anew: the transaction left nothing behind."""
    upload = Upload.objects.filter(pk=upload_id, state=Upload.State.APPLYING).first()
    if upload is None:
        return
    try:
        services.apply(
            upload_id,
            actor=upload.account,
            mode=mode,
            tell=lambda done, of: progress.tell(upload_id, done, of),
        )
    except (TabularError, PermissionDenied) as refusal:
        Upload.objects.filter(pk=upload_id).update(state=Upload.State.READY, message=str(refusal))
    except Exception:
        logger.exception("applying upload %s failed", upload_id)
        Upload.objects.filter(pk=upload_id).update(state=Upload.State.READY, message=_FAULT)
