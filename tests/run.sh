#!/bin/sh
# Everything that CI checks, in the order of how fast it fails. Needs the project installed with its `dev` extra. The tests
# in which the kernel judges real workers need the `kernel` extra, redis-server and a memory cgroup, and those that look at a
# page need Chromium; what is missing is said.
set -eu
cd "$(dirname "$0")/.."
ruff check .
ruff format --check .
mypy
lint-imports
zizmor --quiet --offline .github action.yml
# Where a speech model hangs after the fork is tested with a real one, of a library too large to be asked of everybody.
python -c 'import faster_whisper' 2>/dev/null || python -m pip install --quiet 'faster-whisper>=1.1' || echo "faster-whisper cannot be installed"
# The pre-commit test installs the hook from these wheels, so that the test itself needs no network.
[ -n "${WHEELHOUSE:-}" ] || { WHEELHOUSE=$PWD/build/wheelhouse; python -m pip wheel --quiet --wheel-dir "$WHEELHOUSE" . hatchling; }
WHEELHOUSE=$WHEELHOUSE python -m pytest "$@"
# What the linter says of little projects against what Celery's own workers do with them, and workers that are measured.
python -m pytest -m celery tests/launchers tests/measure
