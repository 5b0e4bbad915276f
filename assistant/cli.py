"""The command ``tiaoju``: ask, index, corpus, eval. Exit codes: 0 answered or refused, 1 failure, 2 bad input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.backup import BackupError
from assistant.commands import corpus as corpus_commands
from assistant.commands import eval_export
from assistant.commands import staff as staff_commands
from assistant.commands import verify as verify_command
from assistant.feedback import FeedbackError
from assistant.settings import Settings
from assistant.types import ModelProblem
from corpus.types import CorpusError
from index.types import IndexProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.assistant import Assistant


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Errors go to stderr in Chinese, never as a traceback."""
    arguments = _parser().parse_args(argv)
    try:
        settings = Settings()
        code: int = arguments.run(arguments, settings)
        return code
    except (CorpusError, IndexProblem, FeedbackError, BackupError, ModelProblem) as error:
        print(f"出错了：{error}", file=sys.stderr)
    except ValueError as error:  # pydantic-settings: a setting that is no number, a port out of range…
        print(f"设置有误：{error}\n请检查以 TIAOJU_ 开头的环境变量和 .env 文件。", file=sys.stderr)
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        print(f"文件读写失败：{error}。请检查路径、权限和磁盘空间。", file=sys.stderr)
    except KeyboardInterrupt:
        print("已停止。", file=sys.stderr)
        return 130
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tiaoju", description="条条有据：政策规划问答，每句话都有条款原文作依据。")
    commands = parser.add_subparsers(required=True, metavar="命令")

    ask = commands.add_parser("ask", help="问一个问题")
    ask.add_argument("question", metavar="问题", help="用引号括起来的一句话；填 - 从标准输入读取")
    ask.add_argument("--json", action="store_true", help="输出 JSON")
    ask.add_argument("--staff", action="store_true", help="工作人员版式")
    ask.add_argument(
        "--after", metavar="上一问", action="append", default=[], help="前面问过的问题，可重复，先问的写前面"
    )
    ask.add_argument("--explain", action="store_true", help="列出找到的句子和选中的理由")
    ask.set_defaults(run=_ask)

    verify = commands.add_parser("verify", help="核对一段文字：每句话有没有依据，数字和引文对不对")
    verify_command.add(verify)
    verify.set_defaults(run=lambda a, s: verify_command.run(a, lambda: _assistant(s)))

    serve = commands.add_parser("serve", help="打开网页（与 python app.py 相同）")
    serve.add_argument("--host", help="地址，默认只有本机能打开")
    serve.add_argument("--port", type=int, help="端口")
    serve.set_defaults(run=_serve)

    index = commands.add_parser("index", help="建立或查看索引").add_subparsers(required=True, metavar="操作")
    index.add_parser("build", help="重新建立索引").set_defaults(run=_index_build)
    index.add_parser("status", help="查看索引状态").set_defaults(run=_index_status)

    corpus_commands.add(commands.add_parser("corpus", help="收录的文件：查看、导入、更新、移除"))

    staff_commands.add(commands.add_parser("staff", help="工作人员网页"))

    feedback = commands.add_parser("feedback", help="网页上收到的评价").add_subparsers(required=True, metavar="操作")
    export = feedback.add_parser("export", help="导出为评测题的候选（JSONL）")
    export.add_argument("file", metavar="文件", help="写到哪个文件；填 - 显示在屏幕上")
    export.set_defaults(run=_feedback_export)
    feedback.add_parser("clear", help="清空全部评价").set_defaults(run=_feedback_clear)

    backup = commands.add_parser("backup", help="备份导入的文件和评价（索引能重建，不备份）")
    backup.add_argument("file", metavar="文件", type=Path, help="写到哪个文件，例如 备份.tar.gz")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="从备份恢复；原来的先挪到一边，不删除")
    restore.add_argument("file", metavar="文件", type=Path)
    restore.set_defaults(run=_restore)

    doctor = commands.add_parser("doctor", help="检查安装：哪里不对、怎么办")
    doctor.set_defaults(run=_doctor)

    mcp = commands.add_parser("mcp", help="作为 MCP 工具运行（标准输入输出），供别的助手调用")
    mcp.set_defaults(run=_mcp)

    evaluate = commands.add_parser("eval", help="评测").add_subparsers(required=True, metavar="操作")
    run = evaluate.add_parser("run", help="运行评测，给出准确率等指标")
    run.add_argument(
        "--split",
        choices=("dev", "test", "all", "laws-dev", "laws-test"),
        default="dev",
        help="用哪一部分题目（默认 dev；laws- 开头的连同五部法律一起问）",
    )
    run.add_argument("--out", metavar="文件夹", help="报告（HTML、JSON）写到哪里；不填只在屏幕显示")
    run.add_argument("--model", action="store_true", help="再用设置好的对话模型答一遍，放在同一份报告里比较")
    run.add_argument("--no-baselines", action="store_true", help="不运行三个对照系统")
    run.add_argument("--predictions", metavar="文件", help="给别的系统的回答（JSONL）评分，不运行本系统")
    run.add_argument(
        "--show-test-misses", action="store_true", help="也列出测试集的错题（看过以后这套题就不能再当测试集）"
    )
    run.add_argument("--disturb", action="store_true", help="再用按规则改动过的题目各问一遍，看准确率掉多少")
    run.set_defaults(run=_eval_run)
    export = evaluate.add_parser("export", help="导出题目给别的系统答，或把回答转成 RAGAS 的列名")
    eval_export.add(export)
    export.set_defaults(run=lambda a, s: eval_export.run(a))
    return parser


def _ask(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.render import to_text
    from assistant.types import Outcome

    question = sys.stdin.read() if arguments.question == "-" else arguments.question
    assistant = _assistant(settings)
    answer = assistant.ask(question, arguments.after, "staff" if arguments.staff else "resident")
    print(answer.model_dump_json(indent=2) if arguments.json else to_text(answer, assistant.library))
    if arguments.explain:
        print(assistant.explain(question, arguments.after))
    return 2 if answer.outcome is Outcome.CLARIFY else 0


def _serve(arguments: argparse.Namespace, settings: Settings) -> int:

    host, port = arguments.host or settings.host, arguments.port or settings.port
    assistant = _assistant(settings)
    _notify("正在打开网页……")
    from assistant.staff import Door, Shelf
    from assistant.ui.server import PortTaken, serve

    try:
        serve(
            assistant,
            host,
            port,
            ready=lambda: _notify(f"请在浏览器打开 http://{host}:{port} （按 Ctrl+C 停止）"),
            data_dir=settings.data_dir,
            per_minute=settings.per_minute,
            api_key=settings.api_key.get_secret_value(),
            staff=(Door(settings.staff_password_hash.get_secret_value()), Shelf(assistant, settings)),
        )
    except PortTaken as problem:
        print(f"出错了：{problem}", file=sys.stderr)
        return 1
    return 0


def _index_build(arguments: argparse.Namespace, settings: Settings) -> int:
    from index.store import open_index

    with _progress() as progress:
        index = open_index(
            settings.index_dir,
            settings.library(),
            settings.embedder,
            rebuild=True,
            progress=progress,
            notify=_notify,
            chroma_url=settings.chroma_url,
        )
    print(f"索引已建成：{index.manifest.clauses} 条条款，{index.manifest.passages} 个片段。")
    return 0


def _index_status(arguments: argparse.Namespace, settings: Settings) -> int:
    from index.build import fingerprints, read_manifest, stale_because
    from index.words import Words

    found = read_manifest(settings.index_dir)
    if found is None:
        print("还没有索引。第一次提问时会自动建立，也可以运行 tiaoju index build。")
        return 0
    manifest = found[1]
    built = manifest.built_at.astimezone().strftime("%Y-%m-%d %H:%M")
    print(f"索引位置：{settings.index_dir}\n建立时间：{built}\n条款：{manifest.clauses}，片段：{manifest.passages}")
    print(f"向量模型：{manifest.fingerprints.embedder}")
    wanted = fingerprints(settings.library(), Words(settings.index_dir), settings.embedder, settings.chroma_url)
    stale = stale_because(manifest, wanted)
    print(f"需要更新：{'、'.join(stale)}有变化，下次提问时会自动重建。" if stale else "状态：与文件和设置一致。")
    return 0


def _feedback_export(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.feedback import export_candidates, load_feedback

    found = load_feedback(settings.data_dir)
    if not found:
        print("还没有收到评价。", file=sys.stderr)
        return 0
    text = export_candidates(found)
    if arguments.file == "-":
        print(text, end="")
    else:
        Path(arguments.file).write_text(text, encoding="utf-8")
        print(f"已导出{len(found)}条评价到 {arguments.file}。")
    return 0


def _feedback_clear(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.feedback import clear_feedback

    clear_feedback(settings.data_dir)
    print("已清空评价。")
    return 0


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.backup import back_up

    print(f"已备份 {back_up(settings.data_dir, arguments.file)} 个文件到 {arguments.file}。")
    return 0


def _restore(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.backup import restore

    count, aside = restore(settings.data_dir, arguments.file)
    print(f"已恢复 {count} 个文件。{f'原来的在 {aside}，确认无误后可以删除。' if aside else ''}下次提问时会更新索引。")
    return 0


def _doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.doctor import examine

    wrong = 0
    for finding in examine(settings):
        wrong += bool(finding.advice)
        print(f"{'需要处理' if finding.advice else '正常'}　{finding.name}：{finding.state}")
        if finding.advice:
            print(f"　　　　　{finding.advice}")
    print(f"有 {wrong} 处需要处理。" if wrong else "全部正常。")
    return 1 if wrong else 0


def _eval_run(arguments: argparse.Namespace, settings: Settings) -> int:
    from pathlib import Path

    from eval import EvalError, assistant_for, console, run_evaluation, with_model

    with _progress() as progress:
        assistant = assistant_for(arguments.split, settings=settings, progress=progress, notify=_notify)
    try:
        report = run_evaluation(
            arguments.split,
            Path(arguments.out) if arguments.out else None,
            baselines=not arguments.no_baselines,
            predictions=Path(arguments.predictions) if arguments.predictions else None,
            disturb=arguments.disturb,
            show_test_misses=arguments.show_test_misses,
            assistant=assistant,
            model_assistant=with_model(assistant, settings) if arguments.model else None,
        )
    except EvalError as error:
        print(f"出错了：{error}", file=sys.stderr)
        return 1
    print(console(report))
    if arguments.out:
        print(f"\n报告已写入 {arguments.out}（report.html、report.json）。")
    return 0


def _assistant(settings: Settings) -> Assistant:
    from assistant.assistant import Assistant

    with _progress() as progress:
        return Assistant.default(settings, progress=progress, notify=_notify)


def _mcp(arguments: argparse.Namespace, settings: Settings) -> int:
    from assistant.api import Desk, make_mcp

    make_mcp(Desk(_assistant(settings))).run("stdio")
    return 0


def _notify(message: str) -> None:
    print(message, file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr that appears with the first report."""
    from tqdm import tqdm

    bar: list[Any] = []

    def report(done: int, total: int) -> None:
        if not bar:
            shape = "{desc}：{n_fmt}/{total_fmt} 段（{percentage:.0f}%），{rate_noinv_fmt}，还要 {remaining}"
            bar.append(tqdm(total=total, unit="段", desc="建立索引", bar_format=shape, file=sys.stderr))
        bar[0].update(done - bar[0].n)

    try:
        yield report
    finally:
        for one in bar:
            one.close()


if __name__ == "__main__":
    sys.exit(main())
