"""What every page knows: the shell's navigation and who looks at it."""

from renda.kernel.ui.context import shell

__all__ = ["shell"]
