"""What clerks really have: attachments, lists that Word numbers, tables over pages, questions and answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus import Document, Span
from corpus.add import Given, make_document, read_document
from corpus.check import check_document
from corpus.laws import place_in_article
from corpus.metadata import replaced
from corpus.numerals import chinese_numeral, chinese_value
from corpus.readers.read import read_bytes


def document(text: str, name: str = "文件.txt") -> Document:
    return make_document(read_bytes(text.encode(), name), name, Given()).document


def labels(made: Document) -> list[str]:
    return [c.label for c in made.clauses if not c.role]


def clause(made: Document, label: str) -> str:
    return next(c.text for c in made.clauses if c.label == label)


NOTICE = """乙山市民政局文件
乙民发〔2026〕5号
乙山市民政局 乙山市财政局关于做好残疾人两项补贴工作的通知
各县（市、区）民政局、财政局：
现将有关事项通知如下。
一、提高认识
依照本通知第二条的规定办理。
二、规范发放
（一）按月发放。补贴按月发放到人。
（二）动态管理。每季度核对一次。
本通知自2026年3月1日起施行，有效期至2028年12月31日。《关于旧补贴的通知》（乙民发〔2020〕8号）同时废止。
附件：1.残疾人两项补贴实施细则
2.补贴标准一览表
乙山市民政局 乙山市财政局
2026年2月10日
（此件公开发布）
附件1
残疾人两项补贴实施细则
第一章 总则
第一条 为规范补贴发放，制定本细则。
第二条 本细则适用于本市。
第三条 符合第二条规定的残疾人，可以申请。
第四条 本细则由市民政局解释。
附件2
补贴标准一览表
一、城镇标准
每人每月300元。
二、农村标准
每人每月280元。
抄送：市残联。
乙山市民政局办公室 2026年2月11日印发
"""


def test_attachments_are_numbered_from_their_own_beginning() -> None:
    made = document(NOTICE)
    assert labels(made) == [
        "引言", "一", "二", "二（一）", "二（二）", "结束语",
        "附件1", "附件1第一条", "附件1第二条", "附件1第三条", "附件1第四条", "附件2", "附件2一", "附件2二",
    ]  # fmt: skip
    assert clause(made, "附件2二") == "二、农村标准\n每人每月280元。"
    assert clause(made, "附件说明") == "附件：1.残疾人两项补贴实施细则\n2.补贴标准一览表"
    assert (made.issuer, made.region) == ("乙山市民政局 乙山市财政局", "乙山市")
    assert (str(made.effective_on), str(made.ends_on)) == ("2026-03-01", "2028-12-31")
    assert check_document(made, NOTICE) == ()


def test_what_follows_the_date_of_a_notice_is_an_attachment_without_its_mark_too() -> None:
    made = document(NOTICE.replace("附件1\n", ""))
    assert labels(made)[:6] == ["引言", "一", "二", "二（一）", "二（二）", "结束语"]
    assert [label for label in labels(made) if "第三条" in label] == ["附件第三条"]


def test_a_hole_in_an_attachment_is_told() -> None:
    assert "缺少附件1第二条" in " ".join(check_document(document(NOTICE.replace("第二条 本细则适用于本市。\n", ""))))


def test_what_a_document_says_it_ends_is_found() -> None:
    old = document("关于旧补贴的通知\n一、标准\n每人每月一百元。\n")
    numbered = old.model_copy(update={"id": "old", "title": "关于某事的通知", "number": "乙民发〔2020〕8号"})
    other = old.model_copy(update={"id": "other", "title": "关于新补贴的通知"})
    assert replaced(document(NOTICE), [old, numbered, other]) == (old, numbered)


def test_a_notice_that_only_passes_on_its_attachment_gives_it_its_place() -> None:
    text = (
        "乙民发〔2026〕6号\n关于印发《乙山市补贴办法》的通知\n各县民政局：\n现印发给你们。\n乙山市民政局\n2026年2月10日\n"
        "附件\n乙山市补贴办法\n第一条 制定本办法。\n第二条 适用于本市。\n第三条 自2026年3月1日起施行。\n"
    )
    made = document(text)
    assert made.title == "乙山市补贴办法" and labels(made) == ["第一条", "第二条", "第三条"]


def test_levels_may_be_left_out_and_a_paragraph_counts_under_its_heading() -> None:
    made = document(
        "关于服务的通知\n一、内容\n1.上门服务。\n为老年人上门服务。\n2.日间照料。\n二、对象\n1.老年人。\n户籍不限。\n"
    )
    assert labels(made) == ["一", "一1", "一2", "二", "二1"]
    assert clause(made, "二1") == "1.老年人。\n户籍不限。"
    top = document(
        "关于材料的通知\n（一）身份证是必须带的材料，没有的不予受理，请提前办好，以免白跑一趟。\n另附照片。\n（二）户口本。\n还要复印。\n"
    )
    assert labels(top) == ["（一）", "（一）附段1", "（二）"]


def test_items_within_a_paragraph_are_told_apart() -> None:
    made = document("关于停发的通知\n一、停发\n1.死亡的；2.迁出的；3.有下列情形：3.5万元以上的。\n")
    assert labels(made) == ["一", "一1", "一2", "一3"]
    assert clause(made, "一3") == "3.有下列情形：3.5万元以上的。"


def test_lines_of_a_text_that_is_not_wrapped_are_paragraphs() -> None:
    made = document("关于标准的通知\n一、标准\n各区标准如下\n二、时间\n自2026年1月1日起施行。\n")
    assert labels(made) == ["一", "二"] and str(made.effective_on) == "2026-01-01"


@pytest.mark.parametrize("gap", ["\t", "     "])
def test_columns_of_a_text_are_a_table(gap: str) -> None:
    rows = [("地区", "生活补贴", "护理补贴"), ("东区", "200", "300"), ("西区", "210", "310")]
    made = document("关于标准的通知\n一、标准\n" + "\n".join(gap.join(row) for row in rows) + "\n二、时间\n即日。\n")
    assert [c.cell("护理补贴") for c in made.clauses if c.cells] == ["300", "310"] and labels(made)[-1] == "二"


def test_a_question_and_its_answer_are_one_clause() -> None:
    made = document(
        "<html><h1>残疾人证办理问答</h1><p>问：在哪里办？</p><p>答：县级残联。</p><p>也可以网上办。</p>"
        "<p>问：多久？</p><p>答：三十天。</p></html>",
        "a.html",
    )
    assert labels(made) == ["第1问", "第2问"]
    assert clause(made, "第1问") == "问：在哪里办？\n答：县级残联。\n也可以网上办。"
    assert next(c.title for c in made.clauses if c.label == "第2问") == "多久？"


def test_ordered_lists_keep_the_numbers_that_a_reader_sees() -> None:
    made = document(
        "# 关于服务的通知\n\n一、内容\n\n1. 上门\n   1. 洗衣\n   2. 做饭\n2. 照料\n\n二、对象\n\n老人。\n", "a.md"
    )
    assert labels(made) == ["一", "一1", "一1（1）", "一1（2）", "一2", "二"]


def test_a_page_in_gb2312_is_read_by_what_it_declares() -> None:
    markup = '<div class="a"><a href="x">x</a></div>' * 300
    page = (
        f'<html><head><meta charset="gb2312"></head><body>{markup}<h1>关于补贴的通知</h1><p>一、对象</p></body></html>'
    )
    assert "关于补贴的通知" in read_bytes(page.encode("gbk"), "a.html").text


def test_a_page_saved_as_one_file_is_read() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
    head += "--b\nContent-Type: text/html; charset=utf-8\n\n"
    page = "<html><body><h1>关于补贴的通知</h1><p>一、对象</p><p>残疾人。</p></body></html>"
    made = make_document(read_bytes((head + page + "\n--b--\n").encode(), "a.mht"), "a.mht", Given())
    assert made.form == "html" and labels(made.document) == ["一"]


def test_links_at_the_end_of_a_page_are_no_text() -> None:
    page = (
        "<html><h1>关于补贴的通知</h1><p>一、对象</p><p>残疾人可以申请。</p>"
        "<p>相关附件</p><p>政策解读：https://x.cn/a.html</p></html>"
    )
    assert "政策解读" not in str(document(page, "a.html").clauses)


@pytest.mark.parametrize("brackets", ["（）", "()"])
def test_an_item_is_cited_by_paragraph_and_item(brackets: str) -> None:
    text = "甲应当做。\n乙须有下列条件：\n{0}一{1}有人；\n{0}三{1}有钱。".format(*brackets)
    start = text.index("有钱")
    assert place_in_article(text, Span(start, start + 2)) == "第二款第（三）项"


def test_numerals_of_long_laws() -> None:
    assert [chinese_numeral(n) for n in (10, 99, 101, 110, 1260)] == [
        "十",
        "九十九",
        "一百零一",
        "一百一十",
        "一千二百六十",
    ]
    assert all(chinese_value(chinese_numeral(n)) == n for n in range(1, 2000))


_NUMBERING = f"""<w:abstractNum {nsdecls("w")} w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl></w:abstractNum>"""


def _word() -> docx.document.Document:
    made = docx.Document()
    numbering = made.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    return made


def _saved(made: docx.document.Document) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_numbers_that_word_writes_by_itself_are_read() -> None:
    made = _word()
    made.add_paragraph("关于发放补贴的通知")
    for level, text in (
        (0, "对象"),
        (1, "困难残疾人"),
        (2, "持证的。"),
        (2, "低保的。"),
        (1, "重度残疾人"),
        (0, "标准"),
    ):
        number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="90"/></w:numPr>'
        made.add_paragraph(text)._p.get_or_add_pPr().append(parse_xml(number))
    read = make_document(read_bytes(_saved(made), "a.docx"), "a.docx", Given()).document
    assert labels(read) == ["一", "一（一）", "一（一）1", "一（一）2", "一（二）", "二"]


def test_cells_boxes_and_revisions_of_word_are_read() -> None:
    made = _word()
    made.add_paragraph("关于发放补贴的通知")
    table = made.add_table(rows=4, cols=3)
    for row, texts in enumerate(
        (("地区", "标准（元）", ""), ("", "生活", "护理"), ("东区", "200", "300"), ("西区", "210", ""))
    ):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    inner = table.cell(3, 2).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "首次", "310"
    revised = made.add_paragraph("标准已经")
    revised._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="a"><w:r><w:t>提高。</w:t></w:r></w:ins>'))
    revised._p.append(
        parse_xml(f'<w:del {nsdecls("w")} w:id="2" w:author="a"><w:r><w:delText>降低。</w:delText></w:r></w:del>')
    )
    source = read_bytes(_saved(made), "a.docx")
    read = make_document(source, "a.docx", Given()).document
    rows = [[(x.column, x.value) for x in c.cells] for c in read.clauses if c.cells]
    assert rows == [
        [("地区", "东区"), ("标准（元）生活", "200"), ("标准（元）护理", "300")],
        [("地区", "西区"), ("标准（元）生活", "210"), ("标准（元）护理", "首次 310")],
    ]
    assert "标准已经提高。" in source.text and "降低" not in source.text and any("修订" in w for w in source.warnings)


_STYLE = "<meta charset='utf-8'><style>body{font-family:'WenQuanYi Zen Hei'}</style>"


def _page(table: str) -> str:
    return (
        f"<html><head>{_STYLE}</head><body><p align='center'>关于服务标准的通知</p><p>一、标准</p><p>标准见下表。</p>"
        f"{table}<p>二、时间</p><p>自2026年1月1日起施行。</p></body></html>"
    )


def test_a_table_over_pages_of_a_pdf_is_one(office: Callable[[str, str, str], Path]) -> None:
    rows = "".join(
        f"<tr>{f'<td rowspan=20>类别{n // 20 + 1}</td>' if n % 20 == 0 else ''}<td>项目{n + 1}</td>"
        f"<td>{'说明比较长，要占好几行。' * (9 if n % 9 == 8 else 1)}</td><td>{n}</td></tr>"
        for n in range(60)
    )
    head = "<tr><th rowspan=2>类别</th><th rowspan=2>项目</th><th colspan=2>内容</th></tr>"
    head += "<tr><th>说明</th><th>标准</th></tr>"
    path = office("long", _page(f"<table border=1 width='100%'><thead>{head}</thead>{rows}</table>"), "pdf")
    made = read_document(path).document
    cells = [tuple(x.value for x in c.cells) for c in made.clauses if c.cells]
    assert [(a, b, d) for a, b, _, d in cells] == [(f"类别{n // 20 + 1}", f"项目{n + 1}", str(n)) for n in range(60)]
    assert {c for _, _, c, _ in cells} == {"说明比较长，要占好几行。", "说明比较长，要占好几行。" * 9}
    assert [x.column for c in made.clauses if c.cells for x in c.cells][:4] == ["类别", "项目", "内容说明", "内容标准"]
    assert labels(made)[-1] == "二"


def test_a_table_of_a_pdf_without_lines_has_its_columns(office: Callable[[str, str, str], Path]) -> None:
    rows = "".join(
        f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (("地区", "补贴"), ("东区", "200"), ("西区", "210"))
    )
    made = read_document(office("bare", _page(f"<table border=0 width='100%'>{rows}</table>"), "pdf")).document
    assert [(c.cell("地区"), c.cell("补贴")) for c in made.clauses if c.cells] == [("东区", "200"), ("西区", "210")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99 + "EncryptedPackage".encode("utf-16-le"), "加了密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99 + "Workbook".encode("utf-16-le"), "Excel"),
    ],
)
def test_an_office_file_that_is_no_text_says_what_it_is(data: bytes, says: str) -> None:
    with pytest.raises(Exception, match=says):
        read_bytes(data, "a.docx")


@pytest.mark.parametrize("day", ["2026年2月30日", "2026年13月1日"])
def test_a_day_that_no_calendar_has_is_no_date(day: str) -> None:
    made = document(f"关于某事的通知\n一、甲\n本通知自{day}起施行。\n乙山市民政局\n{day}\n")
    assert made.issued_on is None and made.effective_on is None


def test_a_title_above_its_number_is_the_title() -> None:
    articles = "".join(f"第{n}条 补贴按月发放，事项{n}由民政部门负责。\n" for n in "一二三四")
    made = document(f"乙山市困难残疾人生活补贴实施办法\n乙民发〔2026〕5号\n{articles}")
    assert (made.title, made.number) == ("乙山市困难残疾人生活补贴实施办法", "乙民发〔2026〕5号")
    assert labels(made) == [f"第{n}条" for n in "一二三四"]
