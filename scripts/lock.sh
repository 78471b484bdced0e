#!/usr/bin/env bash
# Rewrites the lock files from pyproject.toml: hashes, no registry address. Needs uv (pip install uv).
set -euo pipefail
cd "$(dirname "$0")/.."
common=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet)
uv pip compile pyproject.toml requirements/build.in --extra scale "${common[@]}" -o requirements/run.txt
uv pip compile pyproject.toml requirements/build.in --extra scale --extra test "${common[@]}" -c requirements/run.txt -o requirements/test.txt
