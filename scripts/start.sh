#!/usr/bin/env bash
# Set up (first time: a few minutes) and start the page. Options go on to app.py: scripts/start.sh --port 8080
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/setup.sh .
exec .venv/bin/python app.py "$@"
