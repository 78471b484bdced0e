"""The command line ``renda``. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

from renda.site.cli.words import app, main, mount

# Rooms' own commands, loaded when they are called: (name, where, what the list of commands says).
mount("law", "renda.kernel.law.cli:app", "法规规则：列出、解释、计算、核对。", django=False)
mount("record", "renda.kernel.record.cli:app", "工作记录：校验、导出、链头。")

import renda.site.cli.data  # noqa: E402
import renda.site.cli.running  # noqa: E402, F401

__all__ = ["app", "main"]
