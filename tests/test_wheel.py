"""The wheel needs Python alone: everything the code reads at run time is in it, tests are not."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.product import ROOT

pytestmark = pytest.mark.slow
CODE = {".py", ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from a copy of the sources, so that nothing is left behind in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    copy.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            folder,
            copy,
        ],
        check=True,
        capture_output=True,
    )
    return zipfile.ZipFile(next(folder.glob("renda-*.whl")))


def test_everything_beside_the_code_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packed = set(wheel.namelist())
    missing = []
    for path in sorted((ROOT / "src" / "renda").rglob("*")):
        name = path.relative_to(ROOT / "src").as_posix()
        beside = path.is_file() and path.suffix not in CODE and not path.name.startswith(".")
        if beside and "/tests/" not in name and "__pycache__" not in name and name not in packed:
            missing.append(name)
    assert not missing, "\n".join(missing)
    assert "renda/kernel/ui/static/vendor/icons.svg" in packed


def test_no_test_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if "/tests/" in name] == []
