"""What a person with a keyboard, a screen reader or a small screen meets on the page."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant
from assistant.feedback import load_feedback

ANSWERED = "坐公交车有优惠吗"
REFUSED = "困难残疾人生活补贴每个月多少钱"
Open = Callable[..., Any]


def ask(page: Any, question: str) -> None:
    count = page.locator("#conversation article").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_function(f"document.querySelectorAll('#conversation article').length > {count}")
    page.wait_for_function("document.activeElement.tagName === 'H3'")


def violations(page: Any) -> list[tuple[str, list[str]]]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in found]


def test_language_and_title_before_any_script(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    assert page.get_attribute("html", "lang") == "zh-CN"
    assert "条条有据" in page.title()
    context.close()


def test_ask_by_keyboard_only_and_read_the_cited_clause(open_page: Open) -> None:
    page = open_page()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "tj-skip":
            break
    page.keyboard.press("Enter")  # skip link leads to the box
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'H3'")
    assert ANSWERED in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "依据1：二（一）3"
    page.keyboard.press("Tab")
    assert "查看二（一）3全文" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.wait_for_url("**/clause/wzf-2021-13_2.1.3")
    assert "全面做好残疾人乘坐市内公共交通工具优惠与便利工作。" in page.inner_text("blockquote")


def test_an_answer_reads_in_order_with_its_roles(open_page: Open) -> None:
    page = open_page()
    ask(page, ANSWERED)
    article = page.locator("#conversation article").first
    assert article.get_attribute("aria-labelledby") == article.locator("h3").get_attribute("id")
    assert article.locator("h4:visible").all_inner_texts()[:2] == ["依据", "提醒"]
    tree = article.aria_snapshot()
    places = [tree.index(part) for part in ("heading", "全面做好残疾人乘坐", "依据1：二（一）3", "blockquote")]
    assert places == sorted(places)
    assert "list" in tree and 'heading "依据" [level=4]' in tree


def test_box_and_choices_have_names(open_page: Open) -> None:
    page = open_page()
    assert page.get_by_role("textbox", name="您的问题").count() == 1
    assert page.get_by_role("radio", name="居民").is_checked()
    assert page.get_by_role("button", name="提问").count() == 1


def test_live_region_is_told_once_for_each_answer(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        """() => { window.told = [];
        new MutationObserver(() => { const t = document.getElementById('tj-status').textContent; if (t) told.push(t); })
          .observe(document.getElementById('tj-status'), {childList: true, characterData: true, subtree: true}); }"""
    )
    ask(page, ANSWERED)
    ask(page, REFUSED)
    page.wait_for_timeout(1500)
    assert page.evaluate("told.filter(text => text !== '正在查找条款')") == [
        "回答已生成：1句，1条依据。",
        "文件中没有规定，列出2条相关条款。",
    ]


def test_refusal_comes_first_and_related_clauses_after(open_page: Open) -> None:
    page = open_page()
    ask(page, REFUSED)
    article = page.locator("#conversation article").first
    assert article.locator(".conclusion").inner_text().startswith("规划没有写具体金额或标准")
    assert article.locator("h4:visible").first.inner_text() == "相关条款"


def test_follow_up_and_suggestion_and_clear(open_page: Open) -> None:
    page = open_page()
    ask(page, "到2025年残疾人之家覆盖率要达到多少")
    ask(page, "那2020年呢")
    assert "80%" in page.locator("#conversation article").first.locator(".conclusion").inner_text()
    page.locator(".suggestion").first.click()
    page.wait_for_function("document.querySelectorAll('#conversation article').length === 3")
    page.click("#clear-button")
    page.wait_for_function("document.querySelectorAll('#conversation article').length === 0")


def test_an_example_asks(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="哪些指标是约束性的？").click()
    page.wait_for_selector("#conversation article")
    assert "共9项" in page.inner_text("#conversation article .conclusion")


@pytest.mark.parametrize(
    "question", ["<img src=x onerror='window.hit=1'><script>window.hit=1</script>补贴", "{{7*7}}${7*7}补贴"]
)
def test_what_is_typed_is_text(open_page: Open, question: str) -> None:
    page = open_page()
    ask(page, question)
    assert page.evaluate("window.hit") is None
    assert question in page.inner_text("#conversation article h3")


@pytest.mark.parametrize("question", ["😀😀", "残" * 10_000])
def test_bad_input_is_answered_with_a_way_out(open_page: Open, question: str) -> None:
    page = open_page()
    ask(page, question)
    assert "请" in page.inner_text("#conversation article .conclusion")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_no_accessibility_violation_in_any_state(open_page: Open, scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    assert violations(page) == []
    for question in (ANSWERED, REFUSED, "到2025年残疾人之家覆盖率要达到多少", "😀"):
        ask(page, question)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", ["/clause/wzf-2021-13_1.2.t1.4", "/document/wzf-2021-13", "/clause/nowhere"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_document_pages_have_no_violation_and_reflow(open_page: Open, path: str, scheme: str) -> None:
    page = open_page(path, color_scheme=scheme, viewport={"width": 320, "height": 800})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.get_attribute("html", "lang") == "zh-CN"


def test_document_page_has_the_table_and_every_clause(open_page: Open) -> None:
    page = open_page("/document/wzf-2021-13")
    assert page.locator("table caption").inner_text() == "“十四五”时期残疾人事业发展主要指标"
    assert page.locator("tbody tr").count() == 14
    assert page.locator("[id='wzf-2021-13_2.10.3']").count() == 1


def test_nothing_leaves_this_machine(open_page: Open, site: str) -> None:
    page = open_page()
    ask(page, ANSWERED)
    assert page.hosts == {site.removeprefix("http://")}


def test_focus_is_visible(open_page: Open) -> None:
    page = open_page()
    page.focus("#question textarea")
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_reading_settings_by_keyboard_stay_after_a_reload(open_page: Open) -> None:
    page = open_page()
    size = "parseFloat(getComputedStyle(document.querySelector('#intro .lead')).fontSize)"
    before = page.evaluate(size)
    page.locator(".reading summary").press("Enter")
    page.get_by_role("radio", name="标准").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.get_by_role("radio", name="特大").is_checked()
    assert page.evaluate(size) > 1.5 * before
    page.reload()
    page.wait_for_selector(".reading summary")
    page.locator(".reading summary").press("Enter")
    assert page.get_by_role("radio", name="特大").is_checked()
    assert page.evaluate(size) > 1.5 * before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_high_contrast_large_and_wide_has_no_violation_and_reflows(open_page: Open, scheme: str, width: int) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    page.locator(".reading summary").press("Enter")
    for name in ("特大", "黑底白字", "宽松"):
        page.get_by_role("radio", name=name).check()
    for question in (ANSWERED, REFUSED, "😀"):
        ask(page, question)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    link = "getComputedStyle(document.querySelector('.marks a')).color"
    assert page.evaluate(link) == "rgb(255, 230, 0)"


def test_an_answer_is_read_aloud_in_words_at_the_chosen_speed_and_stops(open_page: Open) -> None:
    page = open_page()
    page.evaluate(
        "window.said = []; "
        "speechSynthesis.speak = v => { window.said.push({text: v.text, lang: v.lang, rate: v.rate}) }; 0"
    )
    page.locator(".reading summary").press("Enter")
    page.get_by_role("radio", name="慢").check()
    ask(page, "到2025年残疾人之家覆盖率要达到多少")
    page.get_by_role("button", name="朗读回答").press("Enter")
    text, language, rate = page.evaluate("[said[0].text, said[0].lang, said[0].rate]")
    assert "大于等于百分之90" in text and "%" not in text
    assert language == "zh-CN" and rate == pytest.approx(0.7)
    assert page.get_by_role("button", name="停止朗读").count() == 1
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="朗读回答").count() == 1


def test_an_answer_is_saved_copied_and_printed_with_its_sources(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ANSWERED)
    with page.expect_download() as download:
        page.get_by_role("button", name="存为文本文件").press("Enter")
    saved = download.value.path().read_text(encoding="utf-8-sig")
    for part in (ANSWERED, "依据", "二（一）3", "全面做好残疾人乘坐市内公共交通工具优惠与便利工作。", "规划期已经结束"):
        assert part in saved
    page.get_by_role("button", name="复制回答和依据").press("Enter")
    page.wait_for_function("document.getElementById('tj-status').textContent === '已复制回答和依据'")
    assert page.evaluate("navigator.clipboard.readText()").strip() == saved.strip()
    ask(page, REFUSED)
    page.evaluate(
        "window.print = () => { window.shown = [...document.querySelectorAll('.answer')].map("
        "a => a.classList.contains('printed')) }"
    )
    page.get_by_role("button", name="打印这个回答").nth(1).press("Enter")
    assert page.evaluate("shown") == [False, True]


def test_feedback_is_kept_only_after_a_yes(open_page: Open, data_dir: Path) -> None:
    page = open_page()
    ask(page, f"我的手机是13800138000，{ANSWERED}")
    kept = len(load_feedback(data_dir))
    page.get_by_role("button", name="引用有误").press("Enter")
    dialog = page.get_by_role("dialog", name="保存您的评价吗？")
    assert dialog.is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not dialog.is_visible() and len(load_feedback(data_dir)) == kept
    assert page.evaluate("document.activeElement.textContent") == "引用有误"
    page.keyboard.press("Enter")
    page.get_by_role("button", name="同意并保存").press("Enter")
    page.wait_for_function("document.getElementById('tj-status').textContent === '已记下您的评价，谢谢'")
    judged = load_feedback(data_dir)[-1]
    assert judged.rating == "wrong_citation" and judged.clause_ids == ("wzf-2021-13_2.1.3",)
    assert "13800138000" not in judged.question and ANSWERED in judged.question
    assert page.get_by_role("button", name="引用有误").get_attribute("aria-pressed") == "true"


def test_voice_is_heard_only_after_a_yes_where_it_would_leave_the_machine(browser: Any, site: str) -> None:
    context = browser.new_context(locale="zh-CN")
    context.add_init_script(
        "window.SpeechRecognition = window.webkitSpeechRecognition = class { "
        "start() { window.heard = this.lang; this.onstart(); "
        "this.onresult({results: [[{transcript: '坐公交车有优惠吗'}]]}); this.onend(); } };"
    )
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name="语音输入").press("Enter")
    assert page.get_by_role("dialog", name="用语音输入吗？").is_visible()
    assert violations(page) == []
    page.get_by_role("button", name="不用了").press("Enter")
    assert page.evaluate("window.heard") is None
    page.get_by_role("button", name="语音输入").press("Enter")
    page.get_by_role("button", name="同意并开始").press("Enter")
    page.wait_for_function("document.querySelector('#question textarea').value === '坐公交车有优惠吗'")
    assert page.evaluate("window.heard") == "zh-CN"
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    context.close()


def test_plain_version_is_chosen_once_and_stays(open_page: Open) -> None:
    page = open_page()
    page.locator(".reading summary").press("Enter")
    page.get_by_role("radio", name="简明").check()
    ask(page, "家里想装扶手政府管不管")
    article = page.locator("#conversation article").first
    assert not article.locator(".conclusion").is_visible()
    assert article.locator(".plain li").count() > article.locator(".plain .marks").count()
    assert article.get_by_text("词语解释（不是文件原文）").is_visible()
    assert violations(page) == []
    page.reload()
    page.wait_for_selector(".example")
    assert page.evaluate("document.documentElement.dataset.form") == "plain"


def test_an_error_is_said_with_a_way_out_and_keeps_the_question(
    open_page: Open, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()

    def fail(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(assistant, "stream", fail)
    page.fill("#question textarea", ANSWERED)
    page.press("#question textarea", "Enter")
    page.wait_for_selector("[role=alert]")
    assert "请再试一次" in page.inner_text("[role=alert]")
    assert page.input_value("#question textarea") == ANSWERED
    assert violations(page) == []


def test_waiting_is_told_once_and_has_no_violation(
    open_page: Open, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page()
    go = threading.Event()
    answer = assistant.stream

    def slowly(*arguments: Any) -> Any:
        go.wait(30)
        return answer(*arguments)

    monkeypatch.setattr(assistant, "stream", slowly)
    page.fill("#question textarea", ANSWERED)
    page.press("#question textarea", "Enter")
    page.wait_for_function("document.getElementById('tj-status').textContent === '正在查找条款'")
    assert violations(page) == []
    go.set()
    page.wait_for_selector("#conversation article")


def test_the_outline_folds_out_by_keyboard_and_leads_to_the_clause(open_page: Open) -> None:
    page = open_page("/document/wzf-2021-13")
    link = page.get_by_role("link", name="二（一）3 完善残疾人专项福利补贴制度")
    assert not link.is_visible()
    page.locator("summary", has_text="二 主要任务").press("Enter")
    page.locator("summary", has_text="二（一）").press("Enter")
    link.press("Enter")
    assert page.evaluate("decodeURIComponent(location.hash)") == "#wzf-2021-13_2.1.3"
    assert violations(page) == []


def test_search_in_a_document_takes_everyday_words(open_page: Open) -> None:
    page = open_page("/document/wzf-2021-13")
    page.get_by_role("searchbox", name="在本文件里查找").fill("轮椅 <b>")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    assert page.get_by_role("heading", name="查找“轮椅 <b>”：0条条款").count() == 1
    page.get_by_role("searchbox").fill("轮椅")
    page.get_by_role("button", name="查找").press("Enter")
    found = page.get_by_role("region", name="查找“轮椅”")
    assert "也按文件里的说法查找：辅助器具" in found.inner_text()
    assert found.get_by_role("link", name="二（四）5 优化残疾人辅助器具适配服务").count() == 1
    assert violations(page) == []


def test_the_chart_says_its_values(open_page: Open) -> None:
    page = open_page("/document/wzf-2021-13")
    text = page.locator("figure svg desc").text_content()
    assert "“残疾人之家”覆盖率：2020年基期值 80%，2025年目标值 ≥90%" in text
    assert page.get_by_role("img", name="基期值和目标值").count() == 1


def test_documents_follow_the_reading_settings(open_page: Open) -> None:
    page = open_page("/document/wzf-2021-13", viewport={"width": 320, "height": 800})
    page.locator(".reading summary").press("Enter")
    for name in ("特大", "黑底白字", "宽松"):
        page.get_by_role("radio", name=name).check()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 25
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("path", ["/", "/document/wzf-2021-13", "/clause/wzf-2021-13_2.1.3"])
def test_targets_are_large_enough(open_page: Open, path: str) -> None:
    """WCAG 2.5.8: 24 CSS px, apart from links within a sentence."""
    page = open_page(path)
    if path == "/":
        ask(page, ANSWERED)
    small = page.evaluate(
        "[...document.querySelectorAll('a, button, input, summary, textarea')]"
        ".filter(e => e.checkVisibility() && !e.closest('.skip'))"
        ".map(e => [e.closest('label') || e, e]).filter(([e]) => { const r = e.getBoundingClientRect(); "
        "return r.width && (r.height < 24 || r.width < 24) }).map(([, e]) => e.outerHTML.slice(0, 80))"
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_focus_is_visible_with_contrast(open_page: Open, scheme: str) -> None:
    """WCAG 2.4.7 and 1.4.11: each stop of the Tab key has an outline of 3:1 on the page's ground."""
    page = open_page(color_scheme=scheme, reduced_motion="reduce")
    ask(page, ANSWERED)
    page.evaluate("window.scrollTo(0, 0); document.body.focus(); document.activeElement.blur()")
    faint = []
    for _ in range(30):
        page.keyboard.press("Tab")
        name, outline, width, ground = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e); return [e.outerHTML.slice(0, 80), "
            "s.outlineColor, parseFloat(s.outlineWidth), getComputedStyle(document.body).backgroundColor] })()"
        )
        if name.startswith("<body"):
            continue
        if width < 2 or contrast(outline, ground) < 3:
            faint.append((name[:60], outline, width, ground))
    assert faint == []


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two CSS colours rgb(r, g, b)."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("path", ["/", "/document/wzf-2021-13"])
def test_text_of_twice_the_size_loses_nothing(open_page: Open, path: str) -> None:
    """WCAG 1.4.4 by the browser's own larger text, at the width of a small laptop."""
    page = open_page(path, viewport={"width": 1280, "height": 800})
    page.add_style_tag(content="html { font-size: 200% !important; }")
    if path == "/":
        ask(page, ANSWERED)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    cut = page.evaluate(
        "[...document.querySelectorAll('button, label, summary, p, li, h1, h2, h3, h4')]"
        ".filter(e => e.checkVisibility() && getComputedStyle(e).overflow === 'hidden' "
        "&& (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert cut == []
