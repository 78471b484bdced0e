"""Write docs/matrix.md, the matrix role × act, from the policies that all rooms declare.

python scripts/matrix.py           write it
python scripts/matrix.py --check   exit code 1 if the page on disk is not what the program says
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "matrix.md"


def main() -> int:
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renda.site.settings")
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("RENDA_HOME", home)
        import django

        django.setup()
        from renda.kernel.identity import api as identity

        text = identity.matrix_markdown()
    if "--check" in sys.argv:
        same = PAGE.exists() and PAGE.read_text("utf-8") == text
        if not same:
            print("docs/matrix.md 与程序不一致，请执行 python scripts/matrix.py")
        return 0 if same else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
