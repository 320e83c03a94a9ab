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
# The pre-commit test installs the hook from these wheels, so that the test itself needs no network.
[ -n "${WHEELHOUSE:-}" ] || { WHEELHOUSE=$PWD/build/wheelhouse; python -m pip wheel --quiet --wheel-dir "$WHEELHOUSE" . hatchling; }
WHEELHOUSE=$WHEELHOUSE python -m pytest "$@"
# What the linter says of little projects against what Celery's own workers do with them.
python -m pytest -m celery tests/launchers
