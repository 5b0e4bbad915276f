"""HTML: the part of a page that has the sentences, its paragraphs and its tables.

A saved page of a government's site is mostly menus. Sentences stand in one place: the deepest element that
holds nearly all characters of blocks with a full stop. Scripts, forms and everything hidden are no text.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from typing import Any

from lxml import html as lxml_html

from corpus.frontmatter import NUMBER, NUMBERED
from corpus.readers.types import Block, Paragraph, Rows, Source, assemble
from corpus.types import CorpusError

_BLOCK_NAMES = """address article aside blockquote body br dd div dl dt fieldset figcaption figure footer form h1 h2
    h3 h4 h5 h6 header hr li main nav ol p pre section td th tr ul"""
_NO_TEXT_NAMES = "script style noscript template head title meta link iframe object embed svg select button"
_BLOCKS, _NO_TEXT = frozenset(_BLOCK_NAMES.split()), frozenset(_NO_TEXT_NAMES.split())
_LEAF_NAMES = "p h1 h2 h3 h4 h5 h6 li td th dd dt pre blockquote"
_LEAVES = frozenset(_LEAF_NAMES.split())
_MOST = 0.8  # share of the sentences that the chosen element must hold
_DEEPEST = 400
_SENTENCE = re.compile(r"。|；$")
_SITE = re.compile(r"(?:网站?|首页|平台)$")
_LINKS = re.compile(
    r"^(?:(?:相关|附件|文件)?(?:附件|下载|链接|文件|阅读|新闻|解读|稿件)|(?:政策|文字|图文|视频)解读|一图读懂|分享|打印|关闭|上一篇|下一篇"
    r"|扫一扫)[^。，；]{0,30}?[：:]?\s*(?:https?://\S*|【[^】]*】)?$"
)
_FACT = re.compile(
    r"^(文\s*号|发文字号|实施日期|施行日期|失效日期|废止日期|发布机关|成文日期|发布日期)\s*[：:]\s*(\S.{0,40})$"
)


def looks_like(data: bytes) -> bool:
    """Whether bytes are HTML."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16: any two bytes may look like a tag
        return False
    tags = rb"<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>]|table[\s>]|div[\s>]|p[\s>])"
    return bool(re.search(tags, data[:4096], re.I))


def is_archive(data: bytes) -> bool:
    """Whether bytes are a page saved as one file (MHTML)."""
    head = data[:2048].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def read_archive(data: bytes, name: str) -> Source:
    """The main part of a page saved as one file: its first HTML, nothing else of it."""
    message = email.message_from_bytes(data)
    part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    payload = part.get_payload(decode=True) if part is not None else None
    if not isinstance(payload, bytes):
        raise CorpusError(f"文件“{name}”里没有网页，请在浏览器里打开，另存为“网页，仅 HTML”再导入。")
    return read(payload, name)


def read(data: bytes, name: str) -> Source:
    """The main part of a page."""
    from corpus.readers.plain import decode

    text = decode(data, name)
    source = read_markup(blocks_of(text), "html", title=_title(text))
    dated = re.search(r"<meta\s+name=[\"']PubDate[\"']\s+content=[\"']([^\"']{8,20})", text, re.I)
    return source.model_copy(update={"facts": source.facts | {"网页日期": dated[1]}}) if dated else source


def read_markup(blocks: list[tuple[Block, Any]], form: str, title: str = "") -> Source:
    """A source of blocks, each with the element that it stands in; menus around the text are left out."""
    if not blocks:
        raise CorpusError("网页里没有读到文字，请在浏览器里打开，另存为“网页，全部”再导入。")
    main = _main(blocks) if form == "html" else None
    chosen = [b for b, e in blocks if main is None or main is e or main in e.iterancestors()]
    left = [b for b, e in blocks if not (main is None or main is e or main in e.iterancestors())]
    facts = {
        re.sub(r"\s", "", m[1]): m[2].strip()
        for b, _ in blocks
        if isinstance(b, Paragraph) and (m := _FACT.match(" ".join(b.text.split())))
    }
    chosen = [b for b in chosen if not (isinstance(b, Paragraph) and _FACT.match(" ".join(b.text.split())))]
    while form == "html" and chosen and isinstance(chosen[-1], Paragraph) and _LINKS.match(chosen[-1].text):
        chosen.pop()
    lost = sum(len(b.text) for b in left if isinstance(b, Paragraph) and _SENTENCE.search(b.text))
    warnings = [f"网页上正文以外有{lost}字的句子没有导入（栏目、版权说明等），请对照原网页看一遍。"] if lost else []
    head = next((" ".join(b.text.split()) for b, e in blocks if isinstance(b, Paragraph) and e.tag == "h1"), "")
    numbered = any(isinstance(b, Paragraph) and NUMBER.match(b.text) for b in chosen[:10])
    if title and not _SITE.search(title) and not numbered and not any(_same(title, b) for b in chosen[:8]):
        chosen.insert(0, Paragraph(title))
        head = title
    return assemble(chosen, form, "", warnings, facts).model_copy(update={"title": head})


def blocks_of(text: str) -> list[tuple[Block, Any]]:
    """Paragraphs and tables of HTML in order, each with its element.

    Raises:
        CorpusError: it is nested beyond any page.
    """
    parser = lxml_html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    root = lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text), parser=parser)
    return list(_walk(root, 0))


def _walk(element: Any, depth: int) -> Iterator[tuple[Block, Any]]:
    """Blocks in order: text between two block elements is a paragraph of the element around it."""
    if depth > _DEEPEST:
        raise CorpusError("网页的层次太深，不像正常的网页，没有导入。")
    inline: list[str] = []

    def flush() -> Iterator[tuple[Block, Any]]:
        if text := " ".join("".join(inline).split()):
            yield Paragraph(_tight(text)), element
        inline.clear()

    inline.append(_marker(element) + (element.text or ""))
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _NO_TEXT or _hidden(child):
            pass
        elif child.tag == "table" and _is_grid(child):
            yield from flush()
            yield Rows(_rows(child)), child
        elif child.tag in _BLOCKS or child.tag in ("table", "tbody", "thead", "center") or _has_block(child):
            yield from flush()
            yield from _walk(child, depth + 1)
        else:
            inline.append(child.text_content())
        inline.append(child.tail or "")
    yield from flush()


def _marker(element: Any) -> str:
    """Number that a browser writes before an item of an ordered list; lists within lists count in （1）.

    What the item says by itself ("一、…") is its number, none is put before.
    """
    around = element.getparent() if element.tag == "li" else None
    if (
        around is None
        or around.tag != "ol"
        or around.get("type", "1") != "1"
        or NUMBERED.match(element.text_content().strip())
    ):
        return ""
    items = [child for child in around if child.tag == "li"]
    first = _whole(around.get("start"), 1)
    number = _whole(element.get("value"), first + items.index(element))
    inner = any(above.tag == "ol" for above in around.iterancestors())
    return f"（{number}）" if inner else f"{number}."


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else default


def _tight(text: str) -> str:
    """Without spaces that a page's source put between Chinese characters."""
    return re.sub(r"(?<=[\u3000-\u303f\uff00-\uffef]) | (?=[\u3000-\u303f\uff00-\uffef])", "", text)


def _hidden(element: Any) -> bool:
    return "hidden" in element.attrib or bool(re.search(r"display\s*:\s*none", element.get("style") or "", re.I))


def _has_block(element: Any) -> bool:
    return any(isinstance(d.tag, str) and (d.tag in _BLOCKS or d.tag == "table") for d in element.iterdescendants())


def _is_grid(table: Any) -> bool:
    """Whether a table holds data: two columns and rows or more, and no table or long text for layout."""
    rows = table.xpath(".//tr[not(ancestor::table[2])]")
    cells = [len(row.xpath("./td|./th")) for row in rows]
    return len(rows) > 1 and max(cells, default=0) > 1 and not table.xpath(".//table")


def _rows(table: Any) -> tuple[tuple[str | None, ...], ...]:
    """Rows with cells that span several columns or rows repeated."""
    carried: dict[int, tuple[int, str]] = {}  # column -> (rows left, text)
    found = []
    for row in table.iter("tr"):
        cells: list[str | None] = []
        waiting = list(row.xpath("./td|./th"))
        while waiting or len(cells) in carried:
            column = len(cells)
            if column in carried:
                left, text = carried.pop(column)
                cells.append(text or None)
                if left > 1:
                    carried[column] = (left - 1, text)
                continue
            cell = waiting.pop(0)
            text = _tight(" ".join(cell.text_content().split()))
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            for _ in range(wide):
                if tall > 1:
                    carried[len(cells)] = (tall - 1, text)
                cells.append(text or None)
        found.append(tuple(cells))
    return tuple(found)


def _span(cell: Any, name: str) -> int:
    return min(max(_whole(cell.get(name), 1), 1), 100)


def _main(blocks: list[tuple[Block, Any]]) -> Any:
    """The deepest element that holds nearly all sentences."""
    weights: dict[Any, int] = {}
    whole = 0
    for block, element in blocks:
        texts = [block.text] if isinstance(block, Paragraph) else [" ".join(c or "" for c in row) for row in block.rows]
        weight = sum(len(t) for t in texts if isinstance(block, Rows) or _SENTENCE.search(t))
        whole += weight
        own = () if element.tag in _LEAVES else (element,)  # what stands beside a paragraph belongs to it
        for around in (*own, *element.iterancestors()):
            weights[around] = weights.get(around, 0) + weight
    fitting = [e for e, weight in weights.items() if whole and weight >= _MOST * whole]
    return max(fitting, key=lambda e: sum(1 for _ in e.iterancestors()), default=None)


def _title(text: str) -> str:
    """The page's title without the name of the site."""
    named = re.search(r"<meta\s+name=[\"']ArticleTitle[\"']\s+content=[\"']([^\"']+)", text, re.I)
    found = named or re.search(r"<title[^>]*>(.*?)</title>", text, re.I | re.S)
    raw = lxml_html.fromstring(f"<p>{found.group(1)}</p>").text_content() if found and found.group(1).strip() else ""
    return re.split(r"\s+[-_|–—]\s*|_", " ".join(raw.split()))[0].strip()


def _same(title: str, block: Block) -> bool:
    plain = re.sub(r"\s", "", title)
    return isinstance(block, Paragraph) and plain in re.sub(r"\s", "", block.text)
