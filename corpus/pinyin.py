"""How characters are read aloud, one by one."""

from __future__ import annotations

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # its 47,000 phrases cost 0.2 s of each start and are not asked


def readings(char: str) -> tuple[str, ...]:
    """Readings of a character with tone marks, the commonest first; empty for what is no Chinese character."""
    from pypinyin.pinyin_dict import pinyin_dict  # 50 ms, and most questions ask for no reading

    return tuple(filter(None, pinyin_dict.get(ord(char), "").split(",")))
