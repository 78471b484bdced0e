"""Copies the free Chinese fonts of the front-end packages into the documents package (part of the assets
step).

Usage: python scripts/fonts.py [NODE_MODULES] [DESTINATION]

Song (light, the stand-in for 仿宋, and bold, for 小标宋) and Hei come as whole files; Kai comes as web
slices, which are put together into one file again. All are under the SIL Open Font License; the licence
texts go along. Run again, it does nothing while source and target agree.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
WHOLE = {
    "@expo-google-fonts/noto-serif-sc/300Light/NotoSerifSC_300Light.ttf": "NotoSerifSC-Light.ttf",
    "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf": "NotoSerifSC-Bold.ttf",
    "@expo-google-fonts/noto-sans-sc/500Medium/NotoSansSC_500Medium.ttf": "NotoSansSC-Medium.ttf",
    "@expo-google-fonts/noto-serif-sc/LICENSE_FONT": "OFL-NotoSerifSC.txt",
    "@expo-google-fonts/noto-sans-sc/LICENSE_FONT": "OFL-NotoSansSC.txt",
    "lxgw-wenkai-lite-webfont/OFL.txt": "OFL-LXGWWenKaiLite.txt",
}
SLICES = "lxgw-wenkai-lite-webfont/files"
SLICE_PATTERN = "lxgwwenkailite-regular-subset-*.woff2"
JOINED = "LXGWWenKaiLite-Regular.ttf"
LAYOUT_TABLES = ("GSUB", "GPOS", "GDEF", "FFTM", "bsln", "feat", "morx", "prop", "vhea", "vmtx", "gasp")


def join(parts: list[Path], target: Path) -> None:
    """One TrueType font from web slices that share units and metrics; layout tables are left out.

    fontTools.merge does the same with every table and takes half a minute; body text needs glyphs and widths.
    """
    base: Any = TTFont(parts[0])
    for table in LAYOUT_TABLES:
        if table in base:
            del base[table]
    base.flavor = None
    order: list[str] = list(base.getGlyphOrder())
    glyphs = {name: _whole(base["glyf"], name) for name in order}
    widths = dict(base["hmtx"].metrics)
    cmap: dict[int, str] = dict(base.getBestCmap())
    for path in parts[1:]:
        part: Any = TTFont(path)
        new = {name: f"{name}.{path.stem.rsplit('-', 1)[1]}" for name in part.getGlyphOrder()}
        for name in part.getGlyphOrder():
            glyph = _whole(part["glyf"], name)
            if glyph.isComposite():
                for component in glyph.components:
                    component.glyphName = new[component.glyphName]
            glyphs[new[name]] = glyph
            widths[new[name]] = part["hmtx"].metrics[name]
            order.append(new[name])
        for code, name in part.getBestCmap().items():
            cmap.setdefault(code, new[name])
    base.setGlyphOrder(order)
    base["glyf"].glyphs, base["glyf"].glyphOrder = glyphs, order
    base["hmtx"].metrics = widths
    base["maxp"].numGlyphs = len(order)
    base["post"].formatType = 3.0
    for table in base["cmap"].tables:
        table.cmap = {c: g for c, g in cmap.items() if table.format == 12 or c <= 0xFFFF}
    if not any(table.format == 12 for table in base["cmap"].tables):
        base["cmap"].tables.append(_full_cmap(cmap))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".part")
    base.save(temporary)
    temporary.replace(target)


def _whole(glyf: Any, name: str) -> Any:
    glyph = glyf[name]
    glyph.expand(glyf)
    return glyph


def _full_cmap(cmap: dict[int, str]) -> Any:
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, dict(cmap)
    return table


def main(modules: Path, destination: Path) -> int:
    destination.mkdir(parents=True, exist_ok=True)
    for source, name in WHOLE.items():
        origin, target = modules / source, destination / name
        if not origin.is_file():
            sys.stderr.write(f"缺少字体 {source}：请先运行前端资源的安装（make install）。\n")
            return 1
        if not target.is_file() or target.stat().st_size != origin.stat().st_size:
            shutil.copyfile(origin, target)
    parts = sorted((modules / SLICES).glob(SLICE_PATTERN))
    if not parts:
        sys.stderr.write(f"缺少字体 {SLICES}：请先运行前端资源的安装（make install）。\n")
        return 1
    joined = destination / JOINED
    if not joined.is_file() or joined.stat().st_mtime < max(part.stat().st_mtime for part in parts):
        join(parts, joined)
    return 0


if __name__ == "__main__":
    arguments = [Path(a) for a in sys.argv[1:]]
    raise SystemExit(
        main(
            arguments[0] if arguments else ROOT / "frontend" / "node_modules",
            arguments[1] if len(arguments) > 1 else ROOT / "src/renda/kernel/documents/fonts",
        )
    )
