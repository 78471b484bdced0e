#!/usr/bin/env bash
# Puts Fandol (Song, Hei, Kai and a true 仿宋; GPL with the font exception) among an office's own fonts, on Debian and
# its relatives: takes four files out of the package texlive-lang-chinese without installing TeX. No root needed.
# Usage: bash scripts/fandol.sh [HOME of Renda, default var]
set -euo pipefail
home="$(realpath -m "${1:-var}")"
command -v apt-get >/dev/null || { echo "本机不是 Debian 系：请把有使用权的字体用 renda fonts add 加入。"; exit 1; }
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq texlive-lang-chinese || { echo "取不到软件包：请先运行 apt-get update，或检查网络。"; exit 1; }
dpkg-deb --fsys-tarfile texlive-lang-chinese_*.deb \
  | tar -x --wildcards --strip-components=8 './usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/*.otf'
put() { mkdir -p "$home/fonts/$1"; find . -name "$2" -exec install -m 644 {} "$home/fonts/$1/" \; ; }
put fangsong FandolFang-Regular.otf
put title FandolSong-Bold.otf
put hei FandolHei-Regular.otf
put kai FandolKai-Regular.otf
echo "已放入 $home/fonts：仿宋、小标宋、黑体、楷体（Fandol）。"
