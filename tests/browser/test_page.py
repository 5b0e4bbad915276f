"""What a person with a keyboard, a screen reader or a small screen meets on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

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
