"""简明版 of an answer: one thing a line and terms explained, without changing a word that was verified.

Rewriting is where figures and 可以/应当 drift, so nothing is rewritten: a statement is only broken
into lines at its own punctuation. A condition stays on one line with what depends on it.
"""

from __future__ import annotations

import re

from assistant.understand import load_data

_PIECE = re.compile(r"[^；。！？，,]*[；。！？，,]?")
# a piece that opens like this says for whom, when or under what condition the next one holds
_CONDITION = re.compile(
    r"^(?:其中|并|或|且|但|以及|不得|对|对于|在|经|由|为|向|从|与|和|因|如|若|凡|按|依|根据|通过|以|至|到|当|除|把|将|给|没有|未|已|只有|除非|即使|属于|符合|有下列"
    r"|《)"
)
_OPEN = re.compile(r"(?:的|者|时|后|前|内|下|外|上|中|等|年|月|日|人员|家庭|对象|机构|部门|政府|组织|单位|机关)[，,]$")
_CONTINUES = re.compile(
    r"^(?:并|或者?|且|但|以及|其|该|此|不得|应当?|可以?|必须|由|予以|给予|享受|按|不|仍|还|也|才|就|均|都)"
)
_SHORTEST = 15  # characters of a line that a comma may end


def plain_lines(text: str) -> tuple[str, ...]:
    """The text as short lines: ``"".join(lines) == text``, whatever comes in.

    A line ends at ；。！？ always, and at ， only where what stands before it is whole in itself and
    what follows does not lean on it.
    """
    lines: list[str] = []
    line = ""
    pieces = [m.group() for m in _PIECE.finditer(text) if m.group()]
    for at, piece in enumerate(pieces):
        line += piece
        following = pieces[at + 1] if at + 1 < len(pieces) else ""
        if _ends(line, piece, following):
            lines.append(line)
            line = ""
    return tuple([*lines, line] if line else lines)


def explained(text: str) -> tuple[tuple[str, str], ...]:
    """(term, explanation) for each glossary term of a text, in the order of its first place.

    A term inside a longer one that is explained (适配 in 辅助器具适配 is not inside, 无障碍 in 无障碍改造 is)
    is left out where it stands nowhere by itself.
    """
    found = []
    left = text
    for term in sorted(load_data("glossary")["terms"], key=len, reverse=True):
        if term in left:
            found.append(term)
            left = left.replace(term, "\n" * len(term))
    return tuple((term, load_data("glossary")["terms"][term]) for term in sorted(found, key=text.index))


def _ends(line: str, piece: str, following: str) -> bool:
    if piece.endswith(("；", "。", "！", "？")):
        return True
    if not piece.endswith(("，", ",")) or not following or following[0].isdigit():
        return False
    whole = len(line) >= _SHORTEST and not _CONDITION.match(piece) and not _OPEN.search(piece)
    return whole and not _CONTINUES.match(following) and _balanced(line)


def _balanced(line: str) -> bool:
    """Whether no bracket or quotation is left open."""
    return all(line.count(a) == line.count(b) for a, b in ("（）", "“”", "《》"))
