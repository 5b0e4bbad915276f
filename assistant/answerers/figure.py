"""How many, what share: the figure whose own subject is the one asked about."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from assistant.answerers.passage import lead, outside_age
from assistant.draft import Draft, cite, say_of, tidy
from assistant.evidence import Evidence, Unit
from assistant.figures import Figure, figures, years
from assistant.scope import missing
from assistant.types import Outcome, Statement
from assistant.understand import Question, Term
from corpus.types import DocumentKind

_FINE = re.compile(
    r"罚(款|金|钱)?(我们?|[他她]们?|你们?|咱们?|人家?|单位|公司)?(最多|最少|是|要|会)?(多少|几)|(多少|几)(倍|元|万元)?(的)?罚款|怎么罚|罚款.{0,4}(多少|几)"
)
_FINE_NEAR = 0.6  # of the best sentence: which offence it is stands in the items of a long article
_PART = re.compile(
    r"[^，,；;。]+(?:(?<=[日天月年]内)[，,][^，,；;。]+)?"
)  # 应当在七日内，将文件备案: what has to be done goes with it
_FIT = 0.45  # least fit of a figure's subject to the question
_ARTICLE, _ARTICLE_NEXT = 0.3, 0.4  # least coverage of the question by the best sentence of a law, and by the next
_ASKED = 0.5  # how near a question on record must be that the sentence answers, where words do not tell
_SAME_QUESTION = 0.9  # from here on it asks for the same
_BESIDE = 0.8  # of the best part's fit, from which another part of its sentence is said too
_VOTED = 0.5  # share of the vote from which a sentence is on what is asked, whatever its words
_VOTED_CLAUSE, _VOTED_BESIDE = 0.8, 0.2  # the same of a clause, and of each of its sentences then
_KINDS = re.compile('几[个大]?(?:[项类种条块步样点关“"]|方面|部分)')  # what is counted is listed, not numbered
_LISTS = re.compile("、.+、|分为|包括|下列")
_NUMBERS = "(多少|几|百分之[几多]|多[高大长])"
_TWICE = re.compile(rf"{_NUMBERS}.*{_NUMBERS}|分别|各自|各[是有要为]?(多少|几)")
_NUMBER_ASKED = re.compile("多少|几|百分之|多[高宽长深厚重大久]")
_SUBJECT = 1.0  # least weight of the question's terms: "有多少残疾人" names no subject of its own
_UNIT_ASKED = re.compile(
    r"(?:多少|(?<![我你他她咱们])几)(?:个|多)?(工作日|人次|场次|人|名|月|个月|小时|分钟|个|户|支|场|项|家|所|年|岁|周岁|次|万人|天|日|级|分(?!之)|部|张|门|节|倍|层|辆|台|间)"
)
_SIZE_ASKED = re.compile(r"多[高宽长深厚重](?![的]?(就业|目标|比例|时间|水平|率|久|期))")
_SIZES = frozenset(["米", "厘米", "毫米", "公斤", "平方米"])
_OF_IT = re.compile(
    r"[期度率量]?(的|是|有|为|占|大概|一般|目前|现在|最[高低多少]|至少|能?收|不[得能]?(低于|少于|高于|超过)|要|需|得|该|应当?|买|达?到){0,4}"
    r"(多少|几|百分之|多[高宽长深厚重])"
)
_SHARE_ASKED = re.compile(r"率|(?<!按)比例|百分之|百分比|占多少|成$")
_COUNT_ASKED = re.compile(r"人数|(多少|(?<![我你他她咱们])几)[个名位]?[\u4e00-\u9fff]{0,5}(人|学生|员工?|医生|孩子|者)")
_AMOUNT_WORDS = "标准 每人 每月 每年 一个月 钱 金额 多少钱 现在 目前 一共 大概 领 发 拿 给"  # name no benefit
_SAME_UNIT = {
    "人": {"人", "名", "人次"},
    "名": {"人", "名"},
    "个": {"个", "家", "所", "户", "支", "名", "人"},
    "家": {"家", "个", "所", "户"},
    "所": {"所", "个", "家"},
    "岁": {"岁", "周岁"},
    "天": {"天", "日", "个工作日", "工作日"},
    "日": {"天", "日", "个工作日", "工作日"},
    "工作日": {"工作日", "个工作日", "日", "天"},
    "月": {"月", "个月"},
    "个月": {"个月", "月"},
    "场": {"场", "场次"},
    "次": {"次", "人次", "场次"},
}
# what can be counted one by one, of which a share tells nothing: 要建多少家 is not answered by 覆盖率≥90%
_COUNTED = re.compile(
    r"(?:多少|(?<![我你他她咱们好哪这那没了第])几)(?:家|所|座|支|处|间|辆|套|个(?!月|小时|钱|点|百分|人|工作日|方面|大|[“\"]))"
)
_COUNTS = frozenset("个家所座支处间辆套户名人项条场次")


class Fact(NamedTuple):
    """A figure in its part of a sentence, with how well that part's subject fits the question."""

    unit: Unit
    part: str
    figures: tuple[Figure, ...]
    fit: float


def answer_figure(question: Question, evidence: Evidence) -> Draft | None:
    """The part of a sentence that gives the figure asked for."""
    if question.kind != "figure":
        return None
    fact = best_fact(question, evidence)
    if _FINE.search(question.form):
        fines = [u for u in evidence.said[:12] if "罚款" in u.quote and u.score >= _FINE_NEAR * evidence.said[0].score]
        return (
            Draft(outcome=Outcome.ANSWERED, statements=(lead(fines[0], question, evidence),))
            if fines
            else missing("罚款的数额", evidence)
        )
    if fact is None:
        fact = _in_article(question, evidence)
    if fact is None or not _of_what_is_asked(fact, question, evidence):
        voted = _voted(question, evidence)
        if len(voted) > 1:  # 登记是几天、认定是几天: each in a sentence of its own
            statements = tuple(fact_statement(one, evidence) for one in voted)
            return Draft(outcome=Outcome.ANSWERED, statements=statements)
        fact = voted[0] if voted else None
    if fact is None:
        return None if _told_otherwise(question, evidence) else missing("这个数", evidence)
    if outside_age(question, fact.part):
        return Draft(outcome=Outcome.ANSWERED, statements=(lead(fact.unit, question, evidence),))
    # whose amount it is, and under which conditions, goes with it; so do other figures asked for
    if question.asks_money or _TWICE.search(question.form) or _alike(fact, question, evidence):
        fact = fact._replace(part=fact.unit.quote)
    return Draft(outcome=Outcome.ANSWERED, statements=(fact_statement(fact, evidence),))


def lacks_count(question: Question, draft: Draft) -> bool:
    """Whether a number of things is asked for and no statement of an answer has one, whatever is counted."""
    if question.kind != "figure" or not _COUNTED.search(question.form):
        return False
    return not any(figure.unit in _COUNTS for said in draft.statements for figure in figures(said.text))


def _in_article(question: Question, evidence: Evidence) -> Fact | None:
    """The best sentence of a law with a figure of the unit asked: an article names its subject once, for all
    its parts, so a part's own words say too little."""
    for place, unit in enumerate(evidence.said[:3]):
        law = evidence.library.document(unit.clause.document_id).kind is not DocumentKind.PLAN
        found = tuple(f for f in figures(unit.quote) if not _calendar(f) and _unit_fits(f, question))
        fact = Fact(unit, unit.quote, found, unit.coverage)
        named = not question.asks_money or _names_all(fact, question, evidence)
        near = unit.coverage >= (_ARTICLE_NEXT if place else _ARTICLE) or unit.asked >= _ASKED
        if law and found and named and near:
            return fact
    return None


def _alike(fact: Fact, question: Question, evidence: Evidence) -> bool:
    """Whether another part of the sentence fits as well, so that the reader should see both (适配服务率, 满意率)."""
    others = [f for f in facts_of(fact.unit, question, evidence) if f.part not in fact.part]
    return any(f.fit >= _BESIDE * fact.fit and any(_unit_fits(v, question) for v in f.figures) for f in others)


def _voted(question: Question, evidence: Evidence) -> list[Fact]:
    """Figures of the unit asked in the sentence that the questions on record vote for and in those of its clause that
    a good part of the vote is for, which together have most of it."""
    best = max(evidence.said, key=lambda unit: unit.said_share, default=None)
    facts = []
    for unit in sorted(evidence.said, key=lambda unit: -unit.said_share):
        if best is not None and unit.clause.id == best.clause.id and unit.said_share >= _VOTED_BESIDE:
            found = tuple(f for f in figures(unit.quote) if not _calendar(f) and _unit_fits(f, question))
            facts += [Fact(unit, unit.quote, found, unit.coverage)] if found else []
    sure = bool(facts) and facts[0].unit is best and facts[0].unit.said_share >= _VOTED
    return facts if sure or sum(fact.unit.said_share for fact in facts) >= _VOTED_CLAUSE else []


def _told_otherwise(question: Question, evidence: Evidence) -> bool:
    """Whether the sentence that most of the vote is for answers in another unit (多少人点头: 三分之二) or names what
    is to be counted (分几大块), or the question has a word for a share but asks for none (超过比例有什么好处)."""
    voted = (unit for unit in evidence.said if unit.share >= _VOTED_CLAUSE)
    if _KINDS.search(question.form) and any(_LISTS.search(unit.quote) for unit in voted):
        return True
    if evidence.sure is None or question.asks_money:
        return False
    return not _NUMBER_ASKED.search(question.form) or any(not _calendar(f) for f in figures(evidence.sure.quote))


def fact_statement(fact: Fact, evidence: Evidence) -> Statement:
    """The part with the figure as a sentence, resting on the whole sentence."""
    return Statement(
        text=say_of("says_target", fact.unit.clause, evidence.library, text=tidy(fact.part)),
        citations=(cite(evidence.library, fact.unit.clause, fact.unit.span),),
    )


def best_fact(question: Question, evidence: Evidence) -> Fact | None:
    """The figure whose subject fits the question best; None where none fits well enough."""
    facts = [fact for unit in evidence.said[:12] for fact in facts_of(unit, question, evidence)]
    wanted = [fact for fact in facts if any(_unit_fits(figure, question) for figure in fact.figures)]
    if not wanted and _COUNT_ASKED.search(question.form) and not question.asks_money:
        wanted = [fact for fact in facts if any(figure.unit == "%" for figure in fact.figures)]  # how many: a share
    if question.asks_money:
        wanted = _latest([fact for fact in wanted if _names_all(fact, question, evidence)], question)
    # a rule that no longer holds gives a figure only where none that holds fits
    holding = [fact for fact in wanted if fact.unit.in_force and fact.fit >= _FIT]
    heads = _heads(question)
    named = [f for f in holding or wanted if heads and all(evidence.coverage((head,), f.part) > 0 for head in heads)]
    best = max(named or holding or wanted, key=lambda fact: fact.fit, default=None)
    if best is not None and best.fit >= _FIT and sum(map(evidence.weight, question.terms)) >= _SUBJECT:
        return best
    counted = _UNIT_ASKED.search(question.form) or _COUNT_ASKED.search(question.form)
    same = [fact for fact in wanted if counted and fact.unit.asked >= _SAME_QUESTION]
    return same[0] if len(same) == 1 else None


def _of_what_is_asked(fact: Fact, question: Question, evidence: Evidence) -> bool:
    """Whether the sentence with a figure speaks of what it is asked of (有效期 in 有效期是几年)."""
    if fact.unit.asked >= _SAME_QUESTION:
        return True
    text = " ".join((*fact.unit.clause.headings, fact.unit.clause.title, fact.unit.quote, fact.unit.asked_as))
    return all(evidence.coverage((head,), text) > 0 for head in _heads(question))


def _heads(question: Question) -> tuple[Term, ...]:
    """The words right before the number asked for (满意度 in 满意度不能低于多少)."""
    form = question.form
    return tuple(t for t in question.terms if any(_OF_IT.match(form, at) for at in _ends(t.word, form)))


def _ends(word: str, text: str) -> list[int]:
    """Where a word ends in a text."""
    return [at + len(word) for at in range(len(text)) if text.startswith(word, at)]


def _names_all(fact: Fact, question: Question, evidence: Evidence) -> bool:
    """Whether an amount is that of all that is asked about: another benefit's amount harms whoever relies on it."""
    context = " ".join((*fact.unit.clause.headings, fact.unit.clause.title, fact.unit.quote))
    terms = (t for t in question.terms if t.word not in _AMOUNT_WORDS.split() and evidence.known(t))
    return all(evidence.coverage((term,), fact.part, context) > 0 for term in terms)


def _latest(facts: list[Fact], question: Question) -> list[Fact]:
    """Of amounts for several years those of the year asked about, else of the last one."""
    dated = {fact: set(years(f"{fact.unit.clause.title} {fact.unit.quote}")) for fact in facts}
    asked = set(question.years)
    if asked:
        return [fact for fact in facts if dated[fact] & asked] or [fact for fact in facts if not dated[fact]]
    last = max((year for found in dated.values() for year in found), default=0)
    return [fact for fact in facts if last in dated[fact] or not dated[fact]]


def facts_of(unit: Unit, question: Question, evidence: Evidence) -> list[Fact]:
    """Parts of a sentence with a figure, each with its fit to the question."""
    facts, before = [], ""
    for match in _PART.finditer(unit.quote):
        part = match.group()
        found = tuple(f for f in figures(part) if not _calendar(f))
        if not found and "覆盖" in question.form and "全覆盖" in part:
            found = (Figure(value=Decimal(100), unit="%", comparator="", text="全覆盖"),)  # only weighed, never said
        subject = evidence.terms(part)
        if found and len(subject) < 2 and before:
            part = f"{before}，{part}"  # the subject stands in the part before
            subject = evidence.terms(part)
        if found:
            facts.append(Fact(unit, part, found, _fit(part, subject, unit, question, evidence)))
        before = match.group()
    return facts


def _fit(part: str, subject: tuple[Term, ...], unit: Unit, question: Question, evidence: Evidence) -> float:
    """How well a part's subject is the one asked about: mostly recall of the question's terms.

    The subject's own terms that the question does not have count against it, so that of two equal
    figures (培训残疾人 2000人次, 培训维权工作人员 2000人次) the one with nothing unasked wins.
    """
    context = " ".join((*unit.clause.headings, unit.clause.title, unit.quote))
    terms = tuple(filter(evidence.known, question.terms))  # what is told beside (简历) names no subject
    own = evidence.coverage(terms, part)
    recall = evidence.coverage(terms, part, context)
    weights = {term: evidence.weight(term) for term in subject}
    asked = question.form + question.expansion
    precision = sum(w for t, w in weights.items() if t.word in asked) / (sum(weights.values()) or 1)
    return 0.4 * own + 0.35 * recall + 0.15 * precision + 0.1 * unit.rank


def _unit_fits(figure: Figure, question: Question) -> bool:
    if _COUNT_ASKED.search(question.form) and figure.unit in _SAME_UNIT["人"]:
        return True
    if asked := _UNIT_ASKED.search(question.form):
        unit = asked.group(1).removeprefix("万")
        return figure.unit == unit or figure.unit in _SAME_UNIT.get(unit, set())
    if question.asks_money:
        return figure.unit == "元"
    if _SIZE_ASKED.search(question.form):
        return figure.unit in _SIZES
    if _SHARE_ASKED.search(question.form):
        return figure.unit == "%"
    return bool(figure.unit)


def _calendar(figure: Figure) -> bool:
    return figure.unit in ("年", "月", "日") and not figure.comparator and figure.value > 1000
