# Sourced: make .venv with what $1 names (". " or ".[test]"), in the versions of constraints.txt.
python="${PYTHON:-python3}"
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "需要 Python 3.11 或更高版本（可用 PYTHON=/路径/python3.11 指定）。" >&2
  exit 1
fi
stamp=".venv/.installed-$(cat constraints.txt pyproject.toml | cksum | tr -d ' ')-$(echo "$1" | cksum | tr -d ' ')"
if [ ! -f "$stamp" ]; then
  echo "正在准备运行环境（第一次约需几分钟）……" >&2
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check -c constraints.txt -e "$1"
  touch "$stamp"
fi
