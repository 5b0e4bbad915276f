"""What is said of a claim, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.claims.sources import Source
from assistant.claims.types import Difference, Standing
from assistant.claims.wording import Held
from assistant.types import Citation

_NEAR = 0.7  # share of a claim's words from which it is told what differs from the nearest clause
_MOST = 3  # differences that are told; the rest stands in the finding


def explain(held: Held, standing: Standing = Standing.NOT_IN_CORPUS, quoted: Sequence[Difference] = ()) -> str:
    """Why a claim does not stand."""
    if standing is Standing.FIGURE_DIFFERS:
        told = "；".join(_difference(d) for d in held.figures[:_MOST])
        return f"数字与原文不同：{told}。" + ("引号里的话也不是逐字的原文。" if quoted else "")
    if standing is Standing.QUOTE_NOT_VERBATIM:
        return f"引号里的话与原文有出入：{'；'.join(_difference(d) for d in quoted[:_MOST])}。"
    if held.fit < _NEAR:
        return "收录的文件里没有找到足够的依据。" + ("最接近的条款列在这里，供对照。" if held.fit else "")
    if held.force:
        return f"用词的分量与最接近的条款不同：{'；'.join(_difference(d) for d in held.force[:_MOST])}。"
    if held.dropped:
        return f"最接近的条款还有限定或条件：“{'”“'.join(held.dropped[:_MOST])}”，这句话没有写。"
    if held.added:
        return f"最接近的条款没有写“{'”“'.join(held.added[:_MOST])}”。"
    if held.alien and held.fit:
        return f"最接近的条款没有这样说（对不上：“{'”“'.join(held.alien[:_MOST])}”）。"
    return "收录的文件里没有找到足够的依据。"


def missing_text(source: Source, carried: Citation | None) -> str:
    """What is said where the source named is not here; ``carried``: where the words do stand."""
    if source.problem == "document":
        text = f"没有收录{source.written}，无法核对。"
    else:
        text = f"没有{source.written}，请核对编号。"
    return text + (f"这句话在{carried.label}。" if carried else "")


def other_text(sources: Sequence[Source], carried: Citation) -> str:
    """What is said where the words stand in another clause than the one named."""
    named = "、".join(dict.fromkeys(s.written for s in sources))
    return f"{named}里没有这句话；它在{carried.label}。"


def _difference(difference: Difference) -> str:
    if not difference.stated:
        return f"这里写了“{difference.written}”，原文没有"
    if not difference.written:
        return f"原文有“{difference.stated}”，这里没有写"
    return f"这里写“{difference.written}”，原文是“{difference.stated}”"
