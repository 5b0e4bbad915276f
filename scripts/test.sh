#!/usr/bin/env bash
# Set up with the test tools, then lint, types, tests. Options go on to pytest: scripts/test.sh -k verify
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/setup.sh ".[test]"
.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/mypy
.venv/bin/python -m pytest "$@"
