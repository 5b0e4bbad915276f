"""One document in many formats is one and the same; what cannot be read says why, and nothing is half read."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import CorpusError, Document, DocumentKind
from corpus.add import Given, read_document
from corpus.check import check_document
from corpus.diff import diff_documents
from corpus.laws import read_laws
from corpus.library import DOCUMENTS
from corpus.readers.read import read_bytes, read_source

FOUND = "温政发〔2021〕13号-温州市残疾人事业发展“十四五”规划.txt"


def tree(document: Document) -> list[tuple[object, ...]]:
    """Everything that is cited, white space of the printed page aside."""
    plain = lambda text: re.sub(r"\s", "", text)  # noqa: E731
    return [
        (c.id, c.kind, c.label, c.headings, plain(c.title), plain(c.text), tuple((x.column, x.value) for x in c.cells))
        for c in document.clauses
    ]


def test_the_plan_as_text_in_every_encoding(plan: Document, tmp_path: Path) -> None:
    text = (DOCUMENTS / FOUND).read_text(encoding="utf-8")
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(text.encode(encoding))
        assert tree(read_document(path).document) == tree(plan)


def test_traditional_text_in_big5(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    lines = ("關於殘疾人補貼的通知", "一、對象", "持有證件的殘疾人，可以申請生活補貼。", "二、標準", "每人每月二百元。")
    path.write_bytes("\n".join(lines).encode("big5"))
    document = read_document(path).document
    assert [c.label for c in document.clauses if not c.role] == ["一", "二"]
    assert document.clauses[-1].text.endswith("每人每月二百元。")


def test_the_plan_as_a_web_page_with_menus(plan: Document, plan_html: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(plan_html.encode())
    found = read_document(path)
    assert found.form == "html" and tree(found.document) == tree(plan)
    assert "栏目1" not in str(found.document.clauses) and "广告" not in str(found.document.clauses)


@pytest.mark.parametrize("form", ["docx", "pdf", "doc", "rtf", "odt:writer8"])
def test_the_plan_from_an_office_program(form: str, plan: Document, convert: Callable[[str], Path]) -> None:
    path = convert(form)
    named = path.rename(path.with_suffix(".bin"))  # its content says what it is, not its name
    try:
        found = read_document(named)
    finally:
        named.rename(path)
    assert found.form == {"docx": "docx", "pdf": "pdf"}.get(form, "office")
    assert tree(found.document) == tree(plan)


def test_the_official_pdf_has_the_clauses_of_its_text(shared: Path) -> None:
    pdf = read_document(shared / "pdf" / "govdoc_cn_397.pdf").document
    text = read_document(shared / "pdf" / "govdoc_cn_397.txt").document
    assert (pdf.number, pdf.title, pdf.issued_on) == (text.number, text.title, text.issued_on)
    labels = lambda d: [c.label for c in d.clauses if re.fullmatch(r"[一二三四五]（[一二三]）", c.label)]  # noqa: E731
    assert labels(pdf) == labels(text) and len(labels(pdf)) == 9
    plain = lambda d: re.sub(r"[\s\u00ad-]|。(?=税务部门|对|与|充|强|建|加)", "", "".join(c.text for c in d.clauses))  # noqa: E731
    assert abs(len(plain(pdf)) - len(plain(text))) < 30


def test_every_shared_document_is_read_whole(shared: Path) -> None:
    files = sorted(p for p in shared.rglob("*") if p.is_file() and p.name != "README.md")
    assert len(files) > 30
    for path in files:
        found = read_document(path)
        assert not [w for w in found.warnings if "不在任何条款" in w or "编号不连续" in w], (path.name, found.warnings)
        source = read_source(path)
        for clause in found.document.clauses:
            own = "".join(source.text[a:b] for a, b in clause.spans)
            assert (
                clause.cells or clause.kind == "table_head" or re.sub(r"\s", "", clause.text) == re.sub(r"\s", "", own)
            )


def test_laws_in_markdown_have_the_articles_of_the_law_pack(shared: Path) -> None:
    for name in ("残疾人保障法", "无障碍环境建设法", "就业促进法", "慈善法"):
        (path,) = (shared / "laws_md").glob(f"{name}(*")
        document = read_document(path).document
        (law,) = read_laws([name])
        assert document.id == law.id and document.kind is DocumentKind.LAW
        mine = {c.id: re.sub(r"\s", "", c.text) for c in document.clauses if not c.role}
        theirs = {c.id: re.sub(r"\s", "", c.text) for c in law.clauses}
        assert mine.keys() == theirs.keys()
        same = sum(mine[key] == theirs[key] for key in mine)
        assert same > 0.9 * len(mine), (name, same, len(mine))


def test_what_a_page_says_of_itself(shared: Path) -> None:
    path = next((shared / "web_pages").glob("26_*"))
    document = read_document(path).document
    assert document.number == "穗民规字〔2025〕2号" and document.region == "广州市"
    assert (str(document.effective_on), str(document.ends_on)) == ("2025-06-01", "2026-06-01")
    assert any(c.text.endswith("全市城乡最低生活保障标准为每人每月1309元。") for c in document.clauses)
    assert not any("市委组织部" in c.text for c in document.clauses)
    local = read_document(next((shared / "laws_md").glob("浙江省*"))).document
    assert (local.kind, local.region, str(local.effective_on)) == (DocumentKind.REGULATION, "浙江省", "2010-01-01")


TABLE = """<html><body><h1>关于补贴标准的通知</h1><p>一、标准</p><p>各区标准如下。</p>
<table><tr><th rowspan="2">序号</th><th rowspan="2">地区</th><th colspan="2">每人每月（元）</th></tr>
<tr><th>生活补贴</th><th>护理补贴</th></tr>
<tr><td>1</td><td rowspan="2">甲区</td><td>209</td><td>280</td></tr><tr><td>2</td><td>217</td><td></td></tr></table>
<p>二、时间</p><p>自2026年1月1日起施行，有效期3年。</p></body></html>"""


def test_a_table_with_merged_cells_has_its_columns_named(tmp_path: Path) -> None:
    path = tmp_path / "t.html"
    path.write_text(TABLE, encoding="utf-8")
    document = read_document(path).document
    rows = [c for c in document.clauses if c.cells]
    assert [[(x.column, x.value) for x in row.cells] for row in rows] == [
        [("序号", "1"), ("地区", "甲区"), ("每人每月（元）生活补贴", "209"), ("每人每月（元）护理补贴", "280")],
        [("序号", "2"), ("地区", "甲区"), ("每人每月（元）生活补贴", "217"), ("每人每月（元）护理补贴", None)],
    ]
    assert rows[0].label == "一表第1项" and rows[0].title == "甲区"
    assert (str(document.effective_on), str(document.ends_on)) == ("2026-01-01", "2028-12-31")


def test_what_fits_no_outline_still_gets_paragraphs_and_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "faq.md"
    path.write_text("# 残疾人证问答\n\n问：哪里办残疾人证？\n\n答：在户籍所在地的县级残联。\n", encoding="utf-8")
    found = read_document(path)
    assert [c.text for c in found.document.clauses if not c.role] == [
        "问：哪里办残疾人证？",
        "答：在户籍所在地的县级残联。",
    ]
    assert any("按段落收录" in warning for warning in found.warnings)


def test_holes_and_doubles_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    articles = "\n\n".join(f"第{n}条 内容{n}，应当遵守这一条的规定。" for n in ("一", "二", "三", "五", "五"))
    path.write_text(f"# 某某办法\n\n{articles}\n", encoding="utf-8")
    warnings = " ".join(check_document(read_document(path).document))
    assert "缺少第四条" in warnings and "编号重复：第五条" in warnings


def test_a_difference_is_told_by_clause_and_word(plan: Document, tmp_path: Path) -> None:
    text = (DOCUMENTS / FOUND).read_text(encoding="utf-8")
    path = tmp_path / "new.txt"
    path.write_text(re.sub(r"2000(?=\s*人次)", "2500", text, count=1), encoding="utf-8")
    new = read_document(path, Given(id=plan.id)).document
    (change,) = diff_documents(plan, new)
    assert change.change == "changed" and change.new is not None and change.new.label == "二（二）5"
    assert [(a, b) for a, b in change.parts if a != b] == [("2000", "2500")]
    assert diff_documents(plan, plan) == ()


# -- what cannot be read


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
_RELS = (
    b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="word/document.xml"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _docx(body: str, dtd: str = "") -> bytes:
    document = f'<?xml version="1.0"?>{dtd}<w:document {_WORD}><w:body>{body}</w:body></w:document>'.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELS)
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


_ENTITIES = (
    "<!DOCTYPE x ["
    + '<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "是空的"),
        (b" \n\x00\n ", "是空的"),
        (b"\x00\x01\x02\x03" * 100, "不是文本"),
        (b"MZ\x90\x00" + bytes(range(256)) * 20, "不是文本"),
        (b"%PDF-1.7\nbroken", "可能已经损坏"),
        (b"PK\x03\x04broken", "已经损坏"),
        (_zip(a=b"x"), "压缩包"),
        (_zip(word__document=b"x", xl__workbook=b"x"), "Excel"),
        (_docx("<w:p>"), "可能已经损坏"),
        (_docx("<w:p/>"), "没有读到文字"),
        (_docx("<w:p><w:r><w:t>&i;</w:t></w:r></w:p>", _ENTITIES), ""),
        (b"\x89PNG\r\n\x1a\nbroken", "打不开"),
        ("你好".encode(), "没有读出任何条款|"),
        (b"<html><body></body></html>", "没有读到文字"),
        (b"<html><body>" + b"<div>" * 20_000 + b"x</div></body></html>", ""),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "file.docx"
    path.write_bytes(data)
    try:
        document = read_document(path).document
    except CorpusError as error:
        assert any("\u4e00" <= c <= "\u9fff" for c in str(error)) and re.search(says, str(error))
    else:
        assert "|" in says or not says
        assert sum(len(c.text) for c in document.clauses) < 10_000


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = _zip(**{"word__document.xml": b"\x00" * 400_000_000})
    assert len(bomb) < 1_000_000
    with pytest.raises(CorpusError, match="解压后太大"):
        read_bytes(bomb, "bomb.docx")


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容。", encoding="utf-8")
    dtd = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    body = "<w:p><w:r><w:t>一、标题</w:t></w:r></w:p><w:p><w:r><w:t>内容&e;在这里。</w:t></w:r></w:p>"
    try:
        assert "机密" not in read_bytes(_docx(body, dtd), "x.docx").text
    except CorpusError as error:
        assert "机密" not in str(error)


def test_200_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(CorpusError, match="超过 50 MB"):
        read_source(path)


def test_an_encrypted_pdf_says_so(tmp_path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    plain = io.BytesIO()
    document.save(plain)
    broken = plain.getvalue().replace(b"trailer", b"trailer", 1)
    encrypted = re.sub(
        rb"(/Root \d+ 0 R)",
        rb"\1 /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <"
        + b"11" * 32
        + b"> /U <"
        + b"22" * 32
        + b"> >> /ID [<00><00>]",
        broken,
    )
    with pytest.raises(CorpusError, match=r"密码|损坏"):
        read_bytes(encrypted, "x.pdf")


def test_script_in_a_page_is_text_nowhere(tmp_path: Path) -> None:
    page = (
        "<html><body><p>一、办理</p><p>可以申请<script>alert(1)</script><b onclick='x()'>补贴</b>。</p></body></html>"
    )
    assert "可以申请补贴。" in read_bytes(page.encode(), "x.html").text
    assert "alert" not in read_bytes(page.encode(), "x.html").text


@given(st.binary(max_size=2_000))
def test_any_bytes_are_borne(data: bytes) -> None:
    try:
        read_bytes(data, "x")
    except CorpusError as error:
        assert str(error)


@given(
    st.text(alphabet="一二三四第条章（）()1234567890.、。：\n残疾人补贴〔〕号年月日起施行附件表序号% ", max_size=400)
)
def test_any_text_is_parsed_whole(text: str) -> None:
    from corpus.outline import parse

    for wrapped in (True, False):
        clauses = parse(text, "x", (), wrapped)
        covered = sum(len(re.sub(r"\s", "", text[a:b])) for c in clauses for a, b in c.spans)
        assert covered <= len(re.sub(r"\s", "", text))
        for clause in clauses:
            assert clause.spans and all(0 <= a < b <= len(text) for a, b in clause.spans)


def test_a_scanned_page_is_recognised(convert: Callable[[str], Path], plan: Document) -> None:
    pytest.importorskip("rapidocr_onnxruntime", reason="没有安装文字识别（extra ocr）")
    import pypdfium2

    document = pypdfium2.PdfDocument(convert("pdf"))
    image = io.BytesIO()
    document[2].render(scale=2).to_pil().save(image, "PNG")
    source = read_bytes(image.getvalue(), "page.png")
    assert source.form == "scan" and any("逐个核对" in w for w in source.warnings)
    body = re.sub(r"\s", "", "".join(c.text for c in plan.clauses))
    read = [line for line in source.text.split("\n") if len(line) > 20]
    sample = [line[i : i + 8] for line in read for i in range(0, len(line) - 8, 8)]
    assert sum(re.sub(r"\s", "", s) in body for s in sample) > 0.7 * len(sample)
