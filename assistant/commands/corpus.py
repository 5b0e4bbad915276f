"""``tiaoju corpus``: what the library holds, and everything that changes it."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from assistant.settings import Settings
from corpus.library import Library
from corpus.types import Clause, CorpusError, Document, DocumentKind

if TYPE_CHECKING:
    from corpus.add import Given
    from corpus.diff import Change, Changed

_LATER = "下次提问时会更新索引，也可以现在运行 tiaoju index build。"
_KINDS = {"plan": "规划", "law": "法律", "regulation": "条例、办法", "notice": "通知"}
_CHANGES: dict[Change, str] = {"added": "增加", "removed": "删去", "changed": "修改", "moved": "换了编号"}
_FEW = 20  # documents that are listed one by one


def add(parser: argparse.ArgumentParser) -> None:
    """The commands' arguments."""
    commands = parser.add_subparsers(required=True, metavar="操作")
    listed = commands.add_parser("list", help="列出文件；给出文件编号则列出它的条款编号")
    listed.add_argument("document", metavar="文件编号", nargs="?")
    listed.set_defaults(run=_list)
    show = commands.add_parser("show", help="显示一条条款的原文")
    show.add_argument("clause", metavar="条款编号")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    show.set_defaults(run=_show)

    new = commands.add_parser("add", help="导入文件（文本、Markdown、网页、Word、PDF、扫描件）")
    new.add_argument("paths", metavar="文件或文件夹", nargs="+", type=Path)
    new.add_argument("--dry-run", action="store_true", help="只读一遍，看读出了什么，不导入")
    new.add_argument("--supersedes", metavar="文件编号", help="新文件代替哪一份导入过的文件")
    _metadata(new)
    new.set_defaults(run=_add)
    update = commands.add_parser("update", help="用新的文件内容更新一份导入过的文件，编号不变")
    update.add_argument("document", metavar="文件编号")
    update.add_argument("path", metavar="文件", type=Path)
    _metadata(update, with_id=False)
    update.set_defaults(run=_update)
    change = commands.add_parser("set", help="改一份导入过的文件的标题、日期、地区等，或注明它已经废止、被代替")
    change.add_argument("document", metavar="文件编号")
    _metadata(change, with_id=False)
    state = change.add_mutually_exclusive_group()
    state.add_argument("--superseded-by", metavar="文件编号", help="被哪一份文件代替")
    state.add_argument("--repealed", dest="status", action="store_const", const="repealed", help="已经废止")
    state.add_argument("--in-force", dest="status", action="store_const", const="in_force", help="现行有效")
    change.set_defaults(run=_set)
    undo = commands.add_parser("undo", help="撤销对一份文件的最近一次更新或移除")
    undo.add_argument("document", metavar="文件编号")
    undo.set_defaults(run=_undo)
    remove = commands.add_parser("remove", help="移除一份导入的文件")
    remove.add_argument("document", metavar="文件编号")
    remove.set_defaults(run=_remove)
    laws = commands.add_parser("add-laws", help="导入国家法律（需要先安装：pip install -e .[laws]）")
    laws.add_argument("names", metavar="法律名称", nargs="*", help="不填则导入与残疾人有关的五部法律")
    laws.add_argument("--all", action="store_true", help="导入全部法律（建立索引约八分钟）")
    laws.set_defaults(run=_add_laws)

    diff = commands.add_parser("diff", help="比较两份文件：哪些条款增加、删去、改了哪些字")
    diff.add_argument("old", metavar="旧（编号或文件）")
    diff.add_argument("new", metavar="新（编号或文件）")
    diff.set_defaults(run=_diff)
    check = commands.add_parser("check", help="检查文件：编号有没有空缺重复、有没有没认出的表格")
    check.add_argument("document", metavar="文件编号", nargs="?", help="不填则检查全部")
    check.set_defaults(run=_check)


def _metadata(parser: argparse.ArgumentParser, with_id: bool = True) -> None:
    if with_id:
        parser.add_argument("--id", metavar="编号", help="文件编号（小写字母、数字、短横线）；不填按发文字号或标题生成")
    parser.add_argument("--title", metavar="标题", help="不填用文件里的标题")
    kinds = "，".join(f"{key} {name}" for key, name in _KINDS.items())
    parser.add_argument("--kind", choices=list(_KINDS), help=f"文种：{kinds}")
    parser.add_argument("--number", metavar="文号", help="发文字号，如 温政发〔2021〕13号")
    parser.add_argument("--issuer", metavar="机关", help="发文机关")
    parser.add_argument("--region", metavar="地区", help="适用的地区，如 浙江省温州市")
    parser.add_argument("--issued", metavar="日期", type=_day, help="成文或公布日期，如 2025-12-01")
    parser.add_argument("--effective", metavar="日期", type=_day, help="施行日期，如 2026-01-01")
    parser.add_argument("--ends", metavar="日期", type=_day, help="失效日期（最后有效的一天）")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-01-01 这样") from None


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    library = settings.library()
    if arguments.document or len(library.documents) == 1:
        document = library.document(arguments.document) if arguments.document else library.documents[0]
        _tell(document, ())
        for clause in document.clauses:
            print(f"  {clause.id}\t{clause.label}\t{clause.title or clause.text[:20]}")
        return 0
    for document in library.documents:
        _tell(document, ())
    print(f"一共{len(library.documents)}份。看一份的条款编号：tiaoju corpus list 编号")
    return 0


def _show(arguments: argparse.Namespace, settings: Settings) -> int:
    library = settings.library()
    clause = library.clause(arguments.clause)
    print(clause.model_dump_json(indent=2) if arguments.json else _shown(clause, library))
    return 0


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.store import added_document

    files = list(_files(arguments.paths))
    if not files:
        raise CorpusError("文件夹里没有文件。")
    given = _given(arguments)
    if len(files) > 1 and (given.id or given.title or given.number):
        raise CorpusError("--id、--title 和 --number 只能用在一份文件上。")
    if arguments.supersedes:
        added_document(settings.added_dir, arguments.supersedes)  # before anything is saved
    known = {document.id: document for document in settings.library().documents}
    done = failed = 0
    for path in tqdm(files, desc="读取", unit="份", disable=True if len(files) == 1 else None):
        try:
            done += _add_one(path, given, known, arguments, settings)
        except CorpusError as error:
            failed += 1
            tqdm.write(f"没有导入 {path.name}：{error}", file=sys.stderr)
    if done:
        print(f"读出 {done} 份，没有保存（--dry-run）。" if arguments.dry_run else f"已导入 {done} 份。{_LATER}")
    return 1 if failed else 0


def _add_one(
    path: Path, given: Given, known: dict[str, Document], arguments: argparse.Namespace, settings: Settings
) -> bool:
    """Add one file; False where the library has it already, found by its bytes before it is read."""
    from corpus.add import read_document
    from corpus.readers.read import digest
    from corpus.store import save_document, supersede

    start = time.perf_counter()
    sha256 = digest(path)
    same = next((d for d in known.values() if d.sha256 == sha256 and given.id in (None, d.id)), None)
    if same is not None:
        tqdm.write(f"《{same.title}》已经收录（编号 {same.id}），内容没有变化。", file=sys.stdout)
        return False
    found = read_document(path, given)
    document = found.document
    if (other := known.get(document.id)) is not None:
        raise CorpusError(
            f"编号 {document.id} 已经有了：《{other.title}》。同一文件的新版本请用 tiaoju corpus update "
            f"{document.id} {path.name}；不同的文件请用 --id 另起编号。"
        )
    if not arguments.dry_run:
        save_document(settings.added_dir, document)
        if arguments.supersedes:
            supersede(settings.added_dir, arguments.supersedes, document.id)
    known[document.id] = document
    ended = () if arguments.supersedes else ended_by(document, known.values())
    _tell(document, (*found.warnings, *ended), time.perf_counter() - start)
    return True


def _update(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.add import read_document
    from corpus.diff import diff_documents
    from corpus.store import added_document, save_document

    old = added_document(settings.added_dir, arguments.document)
    found = read_document(arguments.path, _given(arguments), old)
    changes = diff_documents(old, found.document)
    if found.document == old:
        print(f"《{old.title}》的内容没有变化，没有更新。")
        return 0
    save_document(settings.added_dir, found.document)
    _tell(found.document, found.warnings)
    print(_summary(changes) + f" {_LATER}\n改错了可以撤销：tiaoju corpus undo {old.id}")
    return 0


def _set(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.store import added_document, save_document

    old = added_document(settings.added_dir, arguments.document)
    said = {name: value for name, value in _given(arguments).model_dump().items() if value is not None}
    if arguments.superseded_by:
        other = settings.library().document(arguments.superseded_by)
        if other.id == old.id:
            raise CorpusError("一份文件不能代替它自己。")
        said |= {"status": "superseded", "superseded_by": other.id}
    elif arguments.status:
        said |= {"status": arguments.status, "superseded_by": None}
    new = old.model_copy(update=said)
    if new == old:
        raise CorpusError("没有说要改什么。例如：tiaoju corpus set 编号 --effective 2026-01-01")
    save_document(settings.added_dir, new)
    _tell(new, ())
    print(f"改错了可以撤销：tiaoju corpus undo {old.id}")
    return 0


def _undo(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.store import undo

    document = undo(settings.added_dir, arguments.document)
    print(f"《{document.title}》（编号 {document.id}）已恢复到上一次的内容。{_LATER}")
    return 0


def _remove(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.store import remove_document

    remove_document(settings.added_dir, arguments.document)
    print(f"已移除 {arguments.document}。下次提问时会更新索引。移错了可以撤销：tiaoju corpus undo {arguments.document}")
    return 0


def _add_laws(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.laws import DISABILITY_LAWS, read_laws
    from corpus.store import load_documents, save_document

    documents = read_laws(None if arguments.all else arguments.names or DISABILITY_LAWS)
    known = {document.id: document for document in load_documents(settings.added_dir)}
    new = [document for document in documents if known.get(document.id) != document]
    for document in tqdm(new, desc="导入", unit="部", disable=True if len(new) <= _FEW else None):
        save_document(settings.added_dir, document)
    if len(documents) <= _FEW:
        for document in documents:
            print(f"《{document.title}》 编号 {document.id}，共 {len(document.clauses)} 条")
    print(f"已导入 {len(new)} 部法律{f'，原来就有 {had} 部' if (had := len(documents) - len(new)) else ''}。{_LATER}")
    return 0


def _diff(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.diff import diff_documents

    old, new = (_document(text, settings) for text in (arguments.old, arguments.new))
    changes = diff_documents(old, new)
    for change in changes:
        labels = dict.fromkeys(c.label for c in (change.old, change.new) if c is not None)
        print(f"【{_CHANGES[change.change]}】{' → '.join(labels)}")
        if change.parts:
            print("  " + "".join(a if a == b else f"[-{a}-]" * bool(a) + f"[+{b}+]" * bool(b) for a, b in change.parts))
        elif change.change != "moved":
            print("  " + "".join(c.text for c in (change.old, change.new) if c is not None))
    print(_summary(changes))
    return 0


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.check import check_document

    library = settings.library()
    documents = [library.document(arguments.document)] if arguments.document else library.documents
    bad = 0
    for document in documents:
        found = check_document(document)
        bad += bool(found)
        if found or len(documents) <= _FEW:
            print(f"《{document.title}》 {document.id}：{'没有发现问题' if not found else ''}")
        for warning in found:
            print(f"  - {warning}")
    print(f"检查了 {len(documents)} 份，{bad} 份有要看的地方。")
    return 0


def _document(text: str, settings: Settings) -> Document:
    """A document of the library by its id, or one read from a file."""
    from corpus.add import read_document

    path = Path(text)
    return read_document(path).document if path.is_file() else settings.library().document(text)


def _given(arguments: argparse.Namespace) -> Given:
    from pydantic import ValidationError

    from corpus.add import Given

    said = {
        "id": getattr(arguments, "id", None),
        "title": arguments.title,
        "kind": DocumentKind(arguments.kind) if arguments.kind else None,
        "number": arguments.number,
        "issuer": arguments.issuer,
        "region": arguments.region,
        "issued_on": arguments.issued,
        "effective_on": arguments.effective,
        "ends_on": arguments.ends,
    }
    try:
        return Given.model_validate(said)
    except ValidationError as error:
        raise CorpusError(
            "编号只能用小写字母、数字和短横线，以字母开头，如 wzf-2021-13；标题不超过120字，文号和机关不超过60字。"
        ) from error


def _files(paths: list[Path]) -> Iterator[Path]:
    """Files, and all files of folders, in order of their names.

    Left out are hidden ones, a program's temporary ones (~$…) and those that a browser puts beside a saved page.
    """
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not p.name.startswith((".", "~$")))
            yield from sorted(p for p in inside if not any(_of_page(folder) for folder in p.parents))
        else:
            yield path


def _of_page(folder: Path) -> bool:
    """Whether a folder is what a browser saves beside a page: its pictures and scripts."""
    stem = folder.name.removesuffix("_files").removesuffix(".files")
    return stem != folder.name and any((folder.parent / f"{stem}{end}").exists() for end in (".html", ".htm"))


def ended_by(document: Document, others: Iterable[Document]) -> list[str]:
    """What to do about documents that a new one says it ends."""
    from corpus.metadata import replaced

    return [
        f"这份文件写明《{old.title}》（编号 {old.id}）废止或失效。"
        f"要注明的话：tiaoju corpus set {old.id} --superseded-by {document.id}"
        for old in replaced(document, others)
    ]


def _tell(document: Document, warnings: tuple[str, ...], seconds: float | None = None) -> None:
    state = {"repealed": "已经废止", "superseded": f"已被代替（{document.superseded_by or '见新版本'}）"}
    facts = [
        state.get(document.status),
        _KINDS[document.kind.value],
        document.number,
        document.issuer,
        document.region,
        document.issued_on and f"{document.issued_on}公布",
        document.effective_on and f"{document.effective_on}施行",
        document.ends_on and f"有效到{document.ends_on}",
        f"共{len(document.clauses)}条",
        None if seconds is None else f"用时{seconds:.1f}秒",
    ]
    told = [f"《{document.title}》 编号 {document.id}：{'，'.join(str(fact) for fact in facts if fact)}"]
    tqdm.write("\n".join([*told, *(f"  请看：{warning}" for warning in warnings)]), file=sys.stdout)


def _summary(changes: tuple[Changed, ...]) -> str:
    if not changes:
        return "两份的条款完全相同。"
    counts = Counter(change.change for change in changes)
    return "条款变化：" + "，".join(f"{name}{counts[key]}条" for key, name in _CHANGES.items() if counts[key]) + "。"


def _shown(clause: Clause, library: Library) -> str:
    lines = [library.label(clause), *(f"所属：{' > '.join(clause.headings)}" for _ in clause.headings[:1]), clause.text]
    lines += [f"{cell.column}：{cell.value or '（空）'}" for cell in clause.cells]
    return "\n".join(lines)
