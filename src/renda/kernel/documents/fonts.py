"""Which font draws which part of a paper, and which characters nobody can draw.

A part of a paper has a *role* (仿宋 body, 小标宋 title …). For each role the first font found is used, in
this order: the office's own licensed fonts (``HOME/fonts/<role>/``, put there by ``add_font``), Fandol
where Debian has it, the free Song, Hei and Kai that come with the program, Noto CJK of the system. Later
ones fill in characters that earlier ones lack. System fonts are never searched beyond that: the same paper
looks the same on each machine of an office.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.ttLib.ttCollection import TTCollection

from renda.kernel.documents.errors import FontMissing, Refused
from renda.kernel.documents.typesetter import typesetter

POINTS = 0x110000  # code points of Unicode
PACKAGED = Path(__file__).resolve().parent / "fonts"
FANDOL = (
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    Path("/usr/share/texmf/fonts/opentype/public/fandol"),
    Path("/usr/share/fonts/opentype/fandol"),
)
NOTO = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))

ROLES = {"fangsong": "仿宋", "title": "小标宋", "hei": "黑体", "kai": "楷体", "song": "宋体", "rare": "补字"}
WEIGHTS = {"fangsong": 300, "title": 700, "hei": 500, "kai": 400, "song": 300, "rare": 400}
SUFFIXES = frozenset([".ttf", ".otf", ".ttc", ".otc"])
# File names of the free fonts by role, best first.
FREE: dict[str, tuple[str, ...]] = {
    "fangsong": ("FandolFang-Regular.otf", "NotoSerifSC-Light.ttf"),
    "title": ("FandolSong-Bold.otf", "NotoSerifSC-Bold.ttf", "NotoSerifCJK-Bold.ttc"),
    "hei": ("FandolHei-Regular.otf", "NotoSansSC-Medium.ttf", "NotoSansCJK-Regular.ttc"),
    "kai": ("FandolKai-Regular.otf", "LXGWWenKaiLite-Regular.ttf"),
    "song": ("NotoSerifSC-Light.ttf", "FandolSong-Regular.otf"),
    "rare": ("NotoSerifSC-Light.ttf", "NotoSerifCJK-Regular.ttc", "NotoSansSC-Medium.ttf"),
}
# How an office's font is recognised when no role is given: parts of family names.
KNOWN = {
    "fangsong": ("仿宋", "fangsong", "fang song", "simfang"),
    "title": ("小标宋", "xiaobiaosong", "fzxbs"),
    "hei": ("黑体", "simhei", "heiti"),
    "kai": ("楷体", "楷体_gb2312", "kaiti", "simkai"),
    "song": ("宋体", "simsun", "songti"),
}


@dataclass(frozen=True, slots=True)
class Face:
    """One font of a role.

    Args:
        role: key of ``ROLES``.
        family: family name as the typesetter knows it.
        path: file.
        index: number inside a collection.
        own: whether the office supplied it.
    """

    role: str
    family: str
    path: Path
    index: int
    own: bool


@dataclass(frozen=True)
class Fontset:
    """The fonts in use: chains of families by role, and the folders that the typesetter reads."""

    faces: tuple[Face, ...]
    folders: tuple[Path, ...]

    def chain(self, role: str) -> list[str]:
        """Families of a role, best first, with the fonts for rare characters at the end."""
        families = [face.family for face in self.faces if face.role == role]
        families += [face.family for face in self.faces if face.role == "rare"]
        return list(dict.fromkeys(families))

    def covered(self) -> bytes:
        """A bit for each code point that can be drawn in every role (a set of them would take megabytes)."""
        every = (1 << POINTS) - 1
        for role in ROLES:
            some = 0
            for face in self.faces:
                if face.role in (role, "rare"):
                    some |= _cmap(face.path, face.index, face.path.stat().st_mtime_ns)
            every &= some
        return every.to_bytes(POINTS // 8, "little")

    def data(self) -> dict[str, Any]:
        """What the template needs: by role, families and weight.

        Fandol's 仿宋 and 楷体 have Latin letters and digits of another kind; those come from the Song font.
        """
        out: dict[str, Any] = {}
        for role in ROLES:
            chain: list[Any] = list(self.chain(role))
            if chain[0].startswith(("FandolFang", "FandolKai")):
                chain.insert(0, {"ascii": self.chain("song")[0]})
            out[role] = {"font": chain, "weight": WEIGHTS[role]}
        return out


def own_folder() -> Path:
    """Where the office's own fonts lie, one folder for each role."""
    return Path(settings.HOME) / "fonts"


def fontset() -> Fontset:
    """The fonts in use now; read anew when a folder of fonts changes."""
    return _fontset(_state())


def missing_glyphs(text: str) -> list[str]:
    """Characters of a text that no font for body text has, each once, in order."""
    return uncovered(text, fontset())


def uncovered(text: str, fonts: Fontset) -> list[str]:
    """Characters of a text that a set of fonts can't draw, each once, in order."""
    covered = _covered(fonts)
    return [
        c for c in dict.fromkeys(text) if c not in "\n\r\t" and not covered[ord(c) >> 3] >> (ord(c) & 7) & 1
    ]


def add_font(path: Path, role: str = "") -> tuple[str, str]:
    """Takes an office's own licensed font into use; papers made from now on are drawn with it.

    Args:
        path: a .ttf, .otf, .ttc or .otc file.
        role: key or Chinese name of ``ROLES``; recognised from the font's names where empty.

    Returns:
        The Chinese name of the role, and the font's family.

    Raises:
        Refused: not a font, no Chinese in it, or the role can't be told.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise Refused("字体文件应是 .ttf、.otf、.ttc 或 .otc。", 415)
    try:
        found = _names(path)
        points = _cmap(path, 0, path.stat().st_mtime_ns)
    except Exception as error:
        raise Refused(f"“{path.name}”不是可用的字体文件。", 415) from error
    if not all(points >> ord(c) & 1 for c in "人民代表大会") and _role_key(role) != "rare":
        raise Refused(f"“{path.name}”里没有中文常用字，不能用于公文。只补生僻字的，请指明 --role 补字。")
    key = _role_key(role) or next(
        (k for k, marks in KNOWN.items() if any(m in name.lower() for m in marks for name in found)), ""
    )
    if not key:
        roles = "、".join(ROLES.values())
        raise Refused(f"看不出“{path.name}”是哪一种字体，请用 --role 指明：{roles}。")
    folder = own_folder() / key
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{path.name}.part"
    shutil.copyfile(path, temporary)
    temporary.replace(folder / path.name)
    return ROLES[key], next(iter(found))


def list_fonts() -> list[tuple[str, str, str]]:
    """For the operator: role, family, where it comes from (本单位, 随程序, 系统)."""
    out = []
    for face in fontset().faces:
        origin = "本单位" if face.own else "随程序" if face.path.is_relative_to(PACKAGED) else "系统"
        out.append((ROLES[face.role], face.family, origin))
    return out


def _role_key(role: str) -> str:
    if role in ROLES or not role:
        return role
    for key, label in ROLES.items():
        if role == label:
            return key
    raise Refused(f"没有“{role}”这种用途，只有：{'、'.join(ROLES.values())}。")


def _folders() -> list[Path]:
    own = [own_folder() / role for role in ROLES]
    return [folder for folder in (*own, *FANDOL, PACKAGED, *NOTO) if folder.is_dir()]


def _state() -> tuple[tuple[str, int], ...]:
    return tuple((str(folder), folder.stat().st_mtime_ns) for folder in _folders())


@lru_cache(maxsize=2)
def _fontset(state: tuple[tuple[str, int], ...]) -> Fontset:
    folders = [Path(folder) for folder, _ in state]
    by_path: dict[Path, list[dict[str, Any]]] = {}
    for info in typesetter.fonts(folders):
        by_path.setdefault(Path(info["path"]), []).append(info)
    faces: list[Face] = []
    for role in ROLES:
        own = sorted(path for path in by_path if path.parent == own_folder() / role)
        faces += [
            Face(role, by_path[path][0]["family"], path, by_path[path][0]["index"], True) for path in own
        ]
        for name in FREE[role]:
            for path in by_path:
                if path.name == name and own_folder() not in path.parents:
                    info = _simplified(by_path[path])
                    faces.append(Face(role, info["family"], path, info["index"], False))
    for role in ROLES:
        if not any(face.role in (role, "rare") for face in faces):
            raise FontMissing(
                "没有找到中文字体，无法生成公文。请运行 make install 安装随程序的字体，"
                "或用 renda fonts add 上传本单位的字体。"
            )
    return Fontset(tuple(faces), tuple(folders))


def _simplified(infos: list[dict[str, Any]]) -> dict[str, Any]:
    """The mainland form of a collection that has several."""
    return next((info for info in infos if info["family"].endswith(" SC")), infos[0])


@lru_cache(maxsize=2)
def _covered(fonts: Fontset) -> bytes:
    return fonts.covered()


@lru_cache(maxsize=64)
def _cmap(path: Path, index: int, _changed: int) -> int:
    """The code points of a font as bits of one number."""
    number = index if path.suffix.lower() in (".ttc", ".otc") else -1
    bits = bytearray(POINTS // 8)
    with TTFont(path, fontNumber=number, lazy=True) as font:
        for point in font.getBestCmap():
            bits[point >> 3] |= 1 << (point & 7)
    return int.from_bytes(bits, "little")


def _names(path: Path) -> dict[str, None]:
    fonts = (
        TTCollection(path, lazy=True).fonts
        if path.suffix.lower() in (".ttc", ".otc")
        else [TTFont(path, lazy=True)]
    )
    found: dict[str, None] = {}
    for font in fonts:
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                found[str(record)] = None
    return found
