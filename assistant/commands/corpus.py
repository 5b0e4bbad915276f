"""``tiaoju corpus``: what the library holds, and everything that changes it."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

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
    listed = commands.add_parser("list", help="列出文件和条款编号")
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
    undo = commands.add_parser("undo", help="撤销对一份文件的最近一次更新或移除")
    undo.add_argument("document", metavar="文件编号")
    undo.set_defaults(run=_undo)
    remove = commands.add_parser("remove", help="移除一份导入的文件")
    remove.add_argument("document", metavar="文件编号")
    remove.set_defaults(run=_remove)
    laws = commands.add_parser("add-laws", help="导入国家法律（需要先安装：pip install -e .[laws]）")
    laws.add_argument("names", metavar="法律名称", nargs="*", help="不填则导入与残疾人有关的五部法律")
    laws.add_argument("--all", action="store_true", help="导入全部法律（建立索引约半小时）")
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
    parser.add_argument("--region", metavar="地区", help="适用的地区，如 浙江省温州市")
    parser.add_argument("--effective", metavar="日期", type=_day, help="施行日期，如 2026-01-01")
    parser.add_argument("--ends", metavar="日期", type=_day, help="失效日期（最后有效的一天）")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-01-01 这样") from None


def _list(arguments: argparse.Namespace, settings: Settings) -> int:
    for document in settings.library().documents:
        print(f"《{document.title}》 {document.number or ''} 编号 {document.id}，共 {len(document.clauses)} 条")
        for clause in document.clauses:
            print(f"  {clause.id}\t{clause.label}\t{clause.title or clause.text[:20]}")
    return 0


def _show(arguments: argparse.Namespace, settings: Settings) -> int:
    library = settings.library()
    clause = library.clause(arguments.clause)
    print(clause.model_dump_json(indent=2) if arguments.json else _shown(clause, library))
    return 0


def _add(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.add import read_document
    from corpus.store import save_document, supersede

    files = list(_files(arguments.paths))
    if not files:
        raise CorpusError("文件夹里没有文件。")
    given = _given(arguments)
    if len(files) > 1 and (given.id or given.title):
        raise CorpusError("--id 和 --title 只能用在一份文件上。")
    known = {document.id: document for document in settings.library().documents}
    done = failed = 0
    for path in files:
        start = time.perf_counter()
        try:
            found = read_document(path, given)
            document = found.document
            same = known.get(document.id)
            if same is not None and same.sha256 == document.sha256:
                print(f"《{document.title}》已经收录（编号 {document.id}），内容没有变化。")
                continue
            if same is not None:
                raise CorpusError(
                    f"编号 {document.id} 已经有了：《{same.title}》。同一文件的新版本请用 tiaoju corpus update "
                    f"{document.id} {path.name}；不同的文件请用 --id 另起编号。"
                )
            if not arguments.dry_run:
                save_document(settings.added_dir, document)
                if arguments.supersedes:
                    supersede(settings.added_dir, arguments.supersedes, document.id)
        except CorpusError as error:
            failed += 1
            print(f"没有导入 {path.name}：{error}", file=sys.stderr)
            continue
        known[document.id] = document
        done += 1
        _tell(document, found.warnings, time.perf_counter() - start)
    if done:
        print(f"读出 {done} 份，没有保存（--dry-run）。" if arguments.dry_run else f"已导入 {done} 份。{_LATER}")
    return 1 if failed else 0


def _update(arguments: argparse.Namespace, settings: Settings) -> int:
    from corpus.add import read_document
    from corpus.diff import diff_documents
    from corpus.store import added_document, save_document

    old = added_document(settings.added_dir, arguments.document)
    kept = {"id": old.id, "title": old.title, "kind": old.kind, "region": old.region}
    given = _given(arguments, **kept)
    found = read_document(arguments.path, given)
    new = found.document.model_copy(update={"status": old.status, "superseded_by": old.superseded_by})
    changes = diff_documents(old, new)
    save_document(settings.added_dir, new)
    _tell(new, found.warnings)
    print(_summary(changes) + f" {_LATER}\n改错了可以撤销：tiaoju corpus undo {old.id}")
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
    from corpus.store import save_document

    documents = read_laws(None if arguments.all else arguments.names or DISABILITY_LAWS)
    for document in documents:
        save_document(settings.added_dir, document)
    if len(documents) <= _FEW:
        for document in documents:
            print(f"《{document.title}》 编号 {document.id}，共 {len(document.clauses)} 条")
    print(f"已导入 {len(documents)} 部法律。{_LATER}")
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


def _given(arguments: argparse.Namespace, **kept: object) -> Given:
    from pydantic import ValidationError

    from corpus.add import Given

    said = {
        "id": getattr(arguments, "id", None),
        "title": arguments.title,
        "kind": DocumentKind(arguments.kind) if arguments.kind else None,
        "region": arguments.region,
        "effective_on": arguments.effective,
        "ends_on": arguments.ends,
    }
    try:
        return Given.model_validate(kept | {name: value for name, value in said.items() if value is not None})
    except ValidationError as error:
        raise CorpusError("编号只能用小写字母、数字和短横线，以字母开头，如 wzf-2021-13；标题不超过120字。") from error


def _files(paths: list[Path]) -> Iterator[Path]:
    """Files, and all files of folders, in order of their names; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        else:
            yield path


def _tell(document: Document, warnings: tuple[str, ...], seconds: float | None = None) -> None:
    facts = [
        _KINDS[document.kind.value],
        document.number,
        document.region,
        document.issued_on and f"{document.issued_on}公布",
        document.effective_on and f"{document.effective_on}施行",
        document.ends_on and f"有效到{document.ends_on}",
        f"共{len(document.clauses)}条",
        None if seconds is None else f"用时{seconds:.1f}秒",
    ]
    print(f"《{document.title}》 编号 {document.id}：{'，'.join(str(fact) for fact in facts if fact)}")
    for warning in warnings:
        print(f"  请看：{warning}")


def _summary(changes: tuple[Changed, ...]) -> str:
    if not changes:
        return "两份的条款完全相同。"
    counts = Counter(change.change for change in changes)
    return "条款变化：" + "，".join(f"{name}{counts[key]}条" for key, name in _CHANGES.items() if counts[key]) + "。"


def _shown(clause: Clause, library: Library) -> str:
    lines = [library.label(clause), *(f"所属：{' > '.join(clause.headings)}" for _ in clause.headings[:1]), clause.text]
    lines += [f"{cell.column}：{cell.value or '（空）'}" for cell in clause.cells]
    return "\n".join(lines)
