"""``python -m renda.site.cli``: the same as ``renda``."""

from renda.site.cli import main

main()
