#!/usr/bin/env bash
# Compile requirements*.in into pinned sets with hashes. Run by hand, when a direct choice changes:
#   scripts/pin.sh            keep what is pinned, add what is new
#   scripts/pin.sh --upgrade  take the newest of everything
# Compile with the oldest Python we promise (3.11): what it leaves out for newer ones is nothing today, and
# the markers in the .in files say what is for one kind of machine only.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${PIN_TOOLS:-.venv-pin}
[ -x "$tools/bin/pip-compile" ] || { python3 -m venv "$tools" && "$tools/bin/pip" install -q pip-tools; }
for name in requirements requirements-intake requirements-dev requirements-bench requirements-node; do
  "$tools/bin/pip-compile" --quiet --no-config --generate-hashes --allow-unsafe --strip-extras \
    --no-header --no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
    "$@" --output-file "$name.txt" "$name.in"
done
if grep -nE '://|^--' requirements.txt requirements-intake.txt requirements-dev.txt requirements-bench.txt requirements-node.txt; then
  echo "an address or an option got into a pinned set: take it out" >&2
  exit 1
fi
