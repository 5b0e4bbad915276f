"""The plan in other formats, made by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest

from corpus import ClauseKind, Document
from corpus.types import Clause

SHARED = Path(os.environ.get("TIAOJU_SHARED_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of further source documents, which is not part of the project."""
    if not SHARED.is_dir():
        pytest.skip(f"没有 {SHARED.name} 文件夹，跳过对更多真实文件的测试")
    return SHARED


def _paragraph(clause: Clause) -> str:
    style = "margin:0;text-align:center" if clause.role in ("title", "document_title") else "margin:0;text-indent:2em"
    return f'<p style="{style}">{escape(clause.text)}</p>'


def _table(head: Clause, rows: list[Clause]) -> str:
    names = "".join(f"<th>{escape(cell.column)}</th>" for cell in rows[0].cells)
    body = "".join("<tr>" + "".join(f"<td>{escape(c.value or '')}</td>" for c in row.cells) + "</tr>" for row in rows)
    title = f'<p style="margin:0;text-align:center">{escape(head.title)}</p>'
    return f'{title}<table border="1" cellspacing="0" width="100%"><tr>{names}</tr>{body}</table>'


@pytest.fixture(scope="session")
def plan_html(plan: Document) -> str:
    """The plan as a page, with menus around it, its table a real table."""
    parts = []
    for clause in plan.clauses:
        if clause.kind is ClauseKind.TABLE_HEAD:
            rows = [c for c in plan.clauses if c.cells and c.id.startswith(f"{clause.id}.")]
            parts.append(_table(clause, rows))
        elif not clause.cells:
            parts.append(_paragraph(clause))
    menu = "".join(f'<li><a href="#">栏目{n}</a></li>' for n in range(40))
    return (
        '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>市政府门户网站</title>'
        "<style>body{font-family:'WenQuanYi Zen Hei'}</style><script>document.write('广告。')</script></head>"
        f'<body><ul>{menu}</ul><div id="main">{"".join(parts)}</div><p>版权所有</p></body></html>'
    )


@pytest.fixture(scope="session")
def bare_html(plan_html: str) -> str:
    """The same without what a browser would leave out or show as menus: what an office program converts."""
    head, _, rest = plan_html.partition("<body>")
    main = rest.partition('<div id="main">')[2].rpartition("</div>")[0]
    return f"{head.partition('<script>')[0]}</head><body>{main}</body></html>"


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str, str], Path]:
    """Makes a web page a file of another format, by a real office program: name, page, format."""
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI 必须有 LibreOffice")
        pytest.skip("没有 LibreOffice，跳过由它生成文件的测试")
    folder = tmp_path_factory.mktemp("office")

    def make(name: str, page: str, form: str) -> Path:
        made = folder / f"{name}.{form.partition(':')[0]}"
        if not made.exists():
            # through Writer's own format: as a web page it would have no pages
            source = folder / f"{name}.{'html' if form == 'odt:writer8' else 'odt'}"
            if source.suffix == ".html":
                source.write_text(page, encoding="utf-8")
            elif not source.exists():
                make(name, page, "odt:writer8")
            command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form]
            if source.suffix == ".html":
                command += ["--infilter=HTML (StarWriter)"]
            command += ["--outdir", str(folder), str(source)]
            subprocess.run(command, check=True, capture_output=True, timeout=180)
        return made

    return make


@pytest.fixture(scope="session")
def convert(bare_html: str, office: Callable[[str, str, str], Path]) -> Callable[[str], Path]:
    """Makes the plan in a format."""
    return lambda form: office("plan", bare_html, form)
