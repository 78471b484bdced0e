"""Take the pictures of README.md from the running demo.

python scripts/pictures.py [URL]

Without a URL it fills a data folder with the demo city and serves it on a free port. With one, the folder of
that server is taken from RENDA_HOME (its demo.json holds the accounts). Needs Chromium; pictures go to
docs/pictures/, as PNG with a palette, each under 150 kB.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = os.environ.get("RENDA_CHROMIUM", "/usr/bin/chromium")
PHONE, DESKTOP = (360, 740), (1280, 800)
MOST = 150_000  # bytes


@contextmanager
def demo() -> Iterator[tuple[str, Path]]:
    """The address of a running demo and its data folder."""
    if len(sys.argv) > 1:
        yield sys.argv[1].rstrip("/") + "/", Path(os.environ["RENDA_HOME"])
        return
    sys.path.insert(0, str(ROOT))
    from tests import product

    with (
        tempfile.TemporaryDirectory() as folder,
        product.serving(product.demo_home(Path(folder) / "home"), RENDA_PAPER_PLANE="1") as server,
    ):
        yield server.url, server.home


def link(page: Any, words: str) -> str:
    """The address of the first link that says this."""
    return str(page.locator(f"main a:has-text('{words}')").first.get_attribute("href"))


def shots(address: str, home: Path, browser: Any) -> Iterator[tuple[str, Any]]:
    """Names of pictures with the page as it stands."""
    accounts = json.loads((home / "demo.json").read_text("utf-8"))["accounts"]
    passwords = {one["username"]: one["password"] for one in accounts}

    def enter(name: str, size: tuple[int, int]) -> Any:
        phone = size == PHONE
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=2 if phone else 1,
            is_mobile=phone,
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        if name:
            page.goto(f"{address}login/")
            page.fill("input[name=login]", name)
            page.fill("input[name=password]", passwords[name])
            page.click("form:has(input[name=password]) button.primary")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    def at(page: Any, path: str) -> Any:
        page.goto(address + path.lstrip("/"))
        page.wait_for_load_state("networkidle")
        return page

    deputy = enter("deputy1", PHONE)
    yield "desk-phone", at(deputy, "")
    at(deputy, "motions/mine/")
    yield "case-phone", at(deputy, link(deputy, "路口拥堵"))
    office = enter("office", DESKTOP)
    yield "grid", at(office, "motions/grid/")
    at(office, "motions/?q=集中供热")
    case = link(office, "集中供热")
    yield "case", at(office, case)
    office.locator("details.why > summary").first.click()
    yield "why", office
    yield "board", at(office, "motions/board/")
    yield "work-report", at(office, "reports/work/")
    public = enter("", PHONE)
    yield "public-phone", at(public, "public/")


def saved(name: str, shot: bytes) -> int:
    """Write one picture with a palette; fewer colours until it is small enough.

    Returns:
        its size in bytes.
    """
    from PIL import Image

    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in (128, 64, 32, 16):
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MOST:
            break
    (FOLDER / f"{name}.png").write_bytes(out.getvalue())
    return out.tell()


def main() -> int:
    from playwright.sync_api import sync_playwright

    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as (address, home), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, page in shots(address, home, browser):
            print(f"{name}.png {saved(name, page.screenshot()) // 1000} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
