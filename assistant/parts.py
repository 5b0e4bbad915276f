"""Several questions in one: 怎么发，覆盖率又是多少; 养老保险和医疗保险的目标各是多少.

Two ways of asking twice: question after question, and one question on two subjects joined by 和, 与,
以及… Each part is made to stand alone with what it shares with the others.
"""

from __future__ import annotations

import re

from assistant.understand import terms_of
from index.words import Words, normalise

MOST = 3  # parts of one question
_SEGMENT = re.compile(r"[^，,。；;？?！!：:]+[，,。；;？?！!：:]*")
_ASKS = re.compile(
    r"(?:什么|啥)(?![\u4e00-\u9fff]{0,3}[都也])|百分之[几多]|多[少久长高大远]|(?<![这那前后近])几(?:天|日|个?月|年|个?小时)之?内|"
    r"(?:是|能|会|该|可以|有|要|算|得)[^，,。]{0,12}吧$|(?<![十好上这那前后近用过们])几(?!个月|天|年的)[个项条类种人名户家所年岁成次场支折倍级趟回号]|哪|谁(?!都|也)|怎么(?!也|都)|怎样|如何|咋|吗|么$|是不是|有没有|能不能|可不可以|"
    r"要不要|是否|能否|可否|为何|为什么|呢|分别|各是|各有|各要|([\u4e00-\u9fff]{1,2})[不没]\1|是[^，,。]{1,10}还是|([\u4e00-\u9fff])[^，,。]{1,10}还是\2|"
    r"(?<=[\u4e00-\u9fff]{2})(?<![也都还就是从并要可岂绝决])不$|(?:有[^，,。没]{1,10}|了|过)(?<![也都还])没有?$"
)
_WISHES = re.compile(r"^(我?们?(就|还|也)?想|请|麻烦)?(知道|了解|打听|说说|讲讲|介绍|列出|告诉我)")
_POINTS = re.compile(
    r"这([两二三])(样|条路?|条|类|项|种|件|个|方面|点|块|者|件事|种情况|拨|笔)(人才|事情?|问题|人|钱|路)?"
)
_COUNT = {"两": 2, "二": 2, "三": 3}
_NEXT = re.compile(r"[，,、。；;](?=(我|他|她|家里)?(也|另外|还想|还要|还有|再就是|同时|又想|又要))")
_ANOTHER = re.compile(r"(?<=[\u4e00-\u9fff]{4})(?=(还有|另外|同时|顺便)[\u4e00-\u9fff]{4})")  # asked in one breath
_AGAIN = re.compile(r"^(又|还|再|另外|还有|以及|并且?|同时|而且|那么?|然后)+")
_JOIN = re.compile(r"和|与|跟|及(?!时)|以及|、|还有")
_GENERIC = re.compile(
    r"温州市?|规划|法律|文件|政策|程度|做到|达到|目标|要求|规定|标准|办法|情况|安排|国家|市里|政府"
)  # no subject
_SOURCE = re.compile(r"[，,]?[\u4e00-\u9fff]{1,8}(法律?|规划)[里上]?(要求|规定|怎么|说)?")
_UNTOLD = re.compile(r"(不|没有?|不肯|从不|从没)(告诉|说|讲|交代|通知)[^，,。；;？?！!]*")  # 没告诉我用到哪里去了: told
_CONFIRMS = re.compile(
    r"^(是|对|行|好|可以|有|能|真的|没错|正确|属实)?(吗|么|不对|不是|没有|不行|不能|吧|呢|不)*$|^(对不对|是不是|行不行|是吗|对吗|对吧|有没有|能不能).{0,2}$"
)


def asks(text: str) -> bool:
    """Whether a text has a word that asks."""
    return bool(_ASKS.search(text))


def asked_in_turn(text: str, words: Words) -> tuple[str, ...]:
    """Questions that follow one another in a text, each stand-alone; fewer than two: none.

    What is told before a question belongs to it: 我爸瘫了，能领什么补贴，谁来照顾 are two questions on
    one story.
    """
    if pointed := _pointed_at(text, words):
        return pointed
    parts: list[str] = []
    told = ""
    for segment in (match.group() for match in _SEGMENT.finditer(_ANOTHER.sub("，", text))):
        body = segment.strip("，,。；;？?！! ")
        marked = segment.rstrip().endswith(("？", "?")) and bool(told)  # 听说坐车不用投币，真有这回事？
        if not (marked or _asks_for(body, words)) or _CONFIRMS.match(normalise(body)):
            if parts and _CONFIRMS.match(normalise(body)):
                continue  # 补贴有没有，是不是: asks the same once more
            told += segment
            continue
        body = _AGAIN.sub("", body) or body
        if parts and not told and len(terms_of(_GENERIC.sub("", normalise(body)), words)) < 2:
            subject = _subject(parts[0])
            body = (_SOURCE.sub("", subject) if _SOURCE.search(body) else subject) + body
        parts.append(f"{told}{body}")
        told = ""
    if told and parts:
        parts[-1] += f"，{told}"
    return tuple(parts) if 2 <= len(parts) <= MOST else ()


def _pointed_at(text: str, words: Words) -> tuple[str, ...]:
    """想看电影，也想听广播，这两样有什么安排: the question at the end, asked of each thing told before it."""
    points = _POINTS.search(text)
    if points is None:
        return ()
    start = max(text.rfind(mark, 0, points.start()) for mark in "，,。；;？?！!：:") + 1
    told = text[:start]
    tail = text[start : points.start()] + text[points.end() :]
    for pieces in (_NEXT.split(told), _SEGMENT.findall(told)):
        pieces = [p for p in pieces if p and len(p) > 1 and terms_of(normalise(p), words)]
        if len(pieces) == _COUNT[points.group(1)] and _ASKS.search(normalise(tail)):
            return tuple(f"{piece.strip('，,、。；;？?！!：: ')}，{tail}" for piece in pieces)
    return ()


def _asks_for(body: str, words: Words) -> bool:
    """Whether a segment asks, by a word that asks or by 想知道, 说说… with a subject after it."""
    if _ASKS.search(_UNTOLD.sub("", normalise(body))):
        return True
    wishes = _WISHES.search(normalise(body))
    return wishes is not None and bool(terms_of(normalise(body)[wishes.end() :], words))


def asked_together(text: str, words: Words) -> tuple[tuple[str, str], ...]:
    """The two subjects that one question joins, each with the whole question asked of it alone.

    Returns:
        Pairs of (subject, question); none where nothing is joined. Subjects are the runs of content
        words on both sides of the joining word, the left one about as long as the right.
    """
    text = re.sub("[“”「」]", "", text)
    for join in _JOIN.finditer(text):
        left, right = _run_before(text, join.start(), words), _run_after(text, join.end(), words)
        if not left or not right:
            continue
        other, one = "".join(right), ""
        while left and len(one) < len(other):
            one = left.pop() + one
        start = join.start() - len(one)
        prefix, suffix = text[:start], text[join.end() + len(other) :]
        if one != other and (_ASKS.search(normalise(suffix + prefix)) or not _ASKS.search(normalise(text))):
            return (one, f"{prefix}{one}{suffix}"), (other, f"{prefix}{other}{suffix}")
    return ()


def _run_before(text: str, end: int, words: Words) -> list[str]:
    run: list[str] = []
    for token in reversed(words.cut_exact(text[:end])):
        if not _content(token, words):
            break
        run.insert(0, token)
    return run


def _run_after(text: str, start: int, words: Words) -> list[str]:
    run: list[str] = []
    for token in words.cut_exact(text[start:]):
        if not _content(token, words):
            break
        run.append(token)
    return run


def _content(token: str, words: Words) -> bool:
    return normalise(token) not in words.stopwords and bool(re.fullmatch(r"\w+", token)) and not _ASKS.search(token)


def _subject(text: str) -> str:
    """What a question is about: its words before it begins to ask."""
    asking = _ASKS.search(text)
    return text[: asking.start()] if asking else ""
