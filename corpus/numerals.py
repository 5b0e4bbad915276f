"""Chinese numerals: 三千五百 <-> 3500."""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}


def chinese_value(text: str) -> int:
    """Value of a Chinese numeral: 三千五百 -> 3500, 二〇二五 -> 2025."""
    if not set(text) & (_TENS.keys() | _MYRIADS.keys()):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _TENS:
            section += (digit or (1 if char == "十" else 0)) * _TENS[char]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS[char]
            section = digit = 0
    return total + section + digit


def chinese_numeral(value: int) -> str:
    """A number from 1 to 9,999 as it is written in 第三款, 第十二条, 第一千二百零五条."""
    digits, written, gap = "零一二三四五六七八九", "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            written += ("零" if gap else "") + digits[digit] + name
        gap = bool(written) and not digit
    return written.removeprefix("一") if written.startswith("一十") else written
