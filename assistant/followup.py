"""Follow-up questions made to stand alone: 那2020年呢, 这个补贴谁能领, 第二条说的是什么."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.figures import years
from assistant.types import Turn
from assistant.understand import Term, terms_of
from corpus.laws import is_article
from corpus.library import Library
from corpus.numerals import chinese_value
from corpus.types import Clause, DocumentKind
from index.words import Words, normalise

_OPENING = re.compile(r"^(那么?|还有|另外|再问一下|再问|接着问|然后|哦|嗯|好的?)[，,、\s]*")
_PRONOUN = re.compile(
    r"(?:上面|前面|刚才|刚刚)?(?:说的?|提到的?)?(?:这|那|该|此|上述)(?:个|项|种|笔|份|条|些|一?类|方面)?(?P<noun>[\u4e00-\u9fff]{0,4}?)(?=谁|怎|如|是|有|能|可|要|由|在|多|什|哪|的|到|会|按|属|包|具|呢|也|还|为|，|$)|它们?|他们|其中|前者|后者"
)
_SEVERAL = re.compile(
    r"(?:上面|前面|刚才)?(?:说的|提到的|问的)?这([两二三四几些])(?:个|项|种|样|条)?(?=[\u4e00-\u9fff\d])"
)  # turns together
_DOCUMENT = re.compile(r"(这|该|本)(个|份|项|部)?(规划|文件|通知)")  # means the document, not the turn before
_ORDINAL = re.compile(r"第([一二三四五六七八九十\d]+)(条|个|项|点)")
_COLUMN = re.compile(r"基期值?|目标值?|属性|约束性|预期性|指标")
_METRIC = re.compile(r"覆盖率|参保率|适配率|就业率|改造率|满意率|比例|目标值?|基期值?|补贴|约束性|预期性")
_ASKING = re.compile(r"(是|要|需|应|得)?(达到|达)?(多少|几[个人名户支项家所场次]|哪些|什么|怎么样?|如何|吗|谁).*$")
_SHORT = 14
_NEXT = re.compile(r"^(?:那么?)?(下|后|上|前)(?:面)?一条(?!路|街|腿)")
_SUPPOSE = re.compile(r"^(?:那么?)?(?:要是|如果|假如|假若|倘若|万一|换成|换作|要换成)(?P<case>.{1,16}?)(?:的话)?呢$")
_LATER = re.compile(r"^(?:那么?)?(之后|以后|然后|后来|接下来|剩下|到时候|这样一来|里面|里头)")
# a short question that begins with its predicate lacks a subject: 包括哪些内容, 由谁负责, 每个乡镇都要建吗
_PREDICATE = re.compile(
    r"^(包括|由谁|谁来|谁负责|谁管|怎么|如何|要|能|可以|需要|每个|各个|有哪些|有什么|具体|什么时候|哪些人|标准|条件|多久|在哪)"
)


def stand_alone(question: str, history: Sequence[Turn], library: Library, words: Words) -> str:
    """The question with what it leaves out taken from the turn before; unchanged where it lacks nothing.

    Args:
        question: cleaned and simplified.
        history: earlier turns, the latest last.
    """
    if not history:
        return question
    before = history[-1]
    if (several := _SEVERAL.search(question)) and len(history) > 1:
        count = chinese_value(several.group(1)) if several.group(1) not in "些几" else 2
        topics = (_topic(turn, library, words) for turn in history[-count:])
        return _SEVERAL.sub("和".join(dict.fromkeys(topics)), question, count=1)
    if following := _beside(question, before, library):
        return following
    if supposed := _SUPPOSE.search(normalise(question).rstrip("？?")):
        return f"{before.question.rstrip('？?。 ')}，{supposed.group('case')}"
    if _LATER.search(question):
        return f"{before.question.rstrip('？?。 ')}，{question}"
    body = _OPENING.sub("", question).strip()
    own = _subject(body, words)
    if _DOCUMENT.search(body):
        return question
    pronoun = _PRONOUN.search(body)
    opened = body != question
    if (ordinal := _ORDINAL.search(body)) and len(before.clause_ids) > 1 and len(own) == 0:
        number = int(ordinal.group(1)) if ordinal.group(1).isdigit() else chinese_value(ordinal.group(1))
        if 1 <= number <= len(before.clause_ids):
            return f"{library.clause(before.clause_ids[number - 1]).title}有什么规定"
    if pronoun and (len(own) <= 2 or pronoun.start() == 0):
        return _with_pronoun(body, pronoun, before, library, words)
    if _PREDICATE.search(body) and len(body) <= _SHORT and len(own) <= 1 and not opened:
        return f"{_topic(before, library, words)}{body}"
    if not (opened or body.rstrip("？?").endswith("呢") or not own):
        return question
    if not own:
        return f"{_topic(before, library, words)}{_tail(body)}"
    if opened or len(body) <= _SHORT:
        return _swap(body, before, words)
    return question


def on_topic(question: str, history: Sequence[Turn], library: Library, words: Words) -> str:
    """A question that names nothing, asked of what the turn before was about."""
    return f"{_topic(history[-1], library, words)}{_OPENING.sub('', question).strip()}" if history else question


def _beside(question: str, before: Turn, library: Library) -> str | None:
    """下一条: the article after (before) the one that the turn before cited first."""
    asked = _NEXT.search(normalise(question))
    if asked is None or not before.clause_ids or before.clause_ids[0] not in library:
        return None
    clause = library.clause(before.clause_ids[0])
    document = library.document(clause.document_id)
    articles = [c for c in document.clauses if is_article(c.label)]
    if clause not in articles:
        return None
    place = articles.index(clause) + (1 if asked.group(1) in "下后" else -1)
    return f"{document.name}{articles[place].label}说的是什么" if 0 <= place < len(articles) else None


def _with_pronoun(body: str, pronoun: re.Match[str], before: Turn, library: Library, words: Words) -> str:
    """Put what the pronoun stands for in its place; 这个补贴 takes the earlier term that ends so."""
    noun = pronoun.groupdict().get("noun") or ""
    topic = _topic(before, library, words)
    if noun and noun in topic:
        noun = ""
    return f"{body[: pronoun.start()]}{topic}{noun}{body[pronoun.end() :]}"


def _swap(body: str, before: Turn, words: Words) -> str:
    """那护理补贴呢: the new subject with the measure and the way of asking of the turn before."""
    subject = re.sub(r"[呢吗啊呀？?]+$", "", body)
    earlier = normalise(before.question)
    measure = "".join(m for m in dict.fromkeys(_METRIC.findall(earlier)) if m not in subject and m[-1] != subject[-1:])
    year = "".join(f"{y}年" for y in years(earlier)) if not years(subject) else ""
    asking = _ASKING.search(earlier)
    if _ASKING.search(body) and not body.rstrip("？?").endswith("呢"):
        return subject + (body[len(subject) :])
    # 多少人 becomes 多少: the new subject may be counted in another unit
    asked = re.sub(r"(多少|几)(人次|场次|人|名|个|户|支|项|家|所|场|次)", r"\1", asking.group()) if asking else ""
    return f"{subject}{year}{measure}{asked}"


def _topic(before: Turn, library: Library, words: Words) -> str:
    """What the turn before was about: the indicator's name, the document itself, or its own subject terms in order."""
    first = library.clause(before.clause_ids[0]) if before.clause_ids and before.clause_ids[0] in library else None
    if first is not None and first.role:
        return "这份规划" if library.document(first.document_id).kind is DocumentKind.PLAN else "这份文件"
    clause = _row(before, library)
    if clause is not None:
        return clause.title
    earlier = normalise(before.question)
    subject = _subject(earlier, words)
    if subject:
        start = min(earlier.find(t.word) for t in subject)
        end = max(earlier.find(t.word) + len(t.word) for t in subject)
        return re.sub(r"\d{4}年", "", earlier[start:end])
    return library.clause(before.clause_ids[0]).title if before.clause_ids else earlier


def _tail(body: str) -> str:
    """What a question without a subject asks: 2020年呢 -> 2020年是多少."""
    asked = re.sub(r"[呢？?]+$", "", body)
    return (
        asked
        if asked != body.rstrip("？?") and _ASKING.search(asked)
        else (f"{asked}是多少" if re.search(r"呢[？?]?$", body) and (years(asked) or _COLUMN.search(asked)) else asked)
    )


def _subject(text: str, words: Words) -> tuple[Term, ...]:
    return tuple(t for t in terms_of(normalise(text), words) if not _COLUMN.fullmatch(t.word))


def _row(before: Turn, library: Library) -> Clause | None:
    first = library.clause(before.clause_ids[0]) if before.clause_ids and before.clause_ids[0] in library else None
    return first if first is not None and first.cells else None
