"""Files cut short or changed, two builders at once, a clock that jumps: served right, or mended, never half."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.cli import main
from corpus import Library
from index import SearchIndex, open_index
from index.build import read_manifest

ROOT = Path(__file__).resolve().parent.parent.parent
QUERY = "残疾人事业发展规划"


def found(index: SearchIndex) -> list[str]:
    return [hit.passage.id for hit in index.search(QUERY, k=10)]


@pytest.fixture(scope="module")
def sound(small: Library, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with an index, and what it finds."""
    folder = tmp_path_factory.mktemp("sound")
    index = open_index(folder, small)
    hits = found(index)
    index.close()
    return folder, hits


def _copy(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to, ignore=shutil.ignore_patterns(".lock"))
    return next((to / "builds").iterdir())


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_files_cut_short_are_mended(
    small: Library, sound: tuple[Path, list[str]], tmp_path: Path, share: float
) -> None:
    """Each file of the build in turn ends early, as after a crash of the machine or a full disk."""
    home = next((sound[0] / "builds").iterdir())
    files = sorted(path.relative_to(home) for path in home.rglob("*") if path.is_file() and path.stat().st_size)
    assert len(files) > 6
    for number, name in enumerate(files):
        victim = _copy(sound[0], tmp_path / str(number)) / name
        os.truncate(victim, int(share * victim.stat().st_size))
        index = open_index(tmp_path / str(number), small)
        assert found(index) == sound[1], name
        index.close()


def test_bytes_changed_in_the_store_of_vectors_never_crash(
    small: Library, sound: tuple[Path, list[str]], tmp_path: Path
) -> None:
    """Chroma's database with a stretch overwritten: opened, mended or told; the process lives (Chroma is native)."""
    draw = random.Random(1)
    for number in range(8):
        home = _copy(sound[0], tmp_path / str(number))
        database = home / "chroma" / "chroma.sqlite3"
        with database.open("r+b") as file:
            file.seek(draw.randrange(database.stat().st_size - 4096))
            file.write(draw.randbytes(4096))
        index = open_index(tmp_path / str(number), small)
        assert found(index)
        index.close()


@pytest.mark.parametrize("name", ["words.cache", "vectors.db", "current"])
def test_files_beside_the_builds_may_be_damaged(
    small: Library, sound: tuple[Path, list[str]], tmp_path: Path, name: str
) -> None:
    for number, content in enumerate([b"", b"broken", bytes(range(256)) * 16]):
        _copy(sound[0], tmp_path / str(number))
        assert (tmp_path / str(number) / name).exists()
        (tmp_path / str(number) / name).write_bytes(content)
        for rebuild in (False, True):
            index = open_index(tmp_path / str(number), small, rebuild=rebuild)
            assert found(index) == sound[1]
            index.close()


@pytest.fixture
def notice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Data folder of an installation that has one short notice."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "n.txt").write_text("关于优待乘车的通知\n\n一、残疾人凭证免费乘坐市内公共汽车。\n", encoding="utf-8")
    (documents / "catalogue.toml").write_text(
        '[[document]]\nid = "n-1"\nfile = "n.txt"\nkind = "notice"\nstatus = "in_force"\n', encoding="utf-8"
    )
    monkeypatch.setenv("TIAOJU_DOCUMENTS_DIR", str(documents))
    monkeypatch.setenv("TIAOJU_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_two_builders_at_once_leave_one_whole_index(notice: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "assistant.cli", "index", "build"]
    builders = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) for _ in range(2)]
    for builder in builders:
        _, said = builder.communicate(timeout=600)
        assert builder.returncode == 0, said.decode()
    assert len(list((notice / "index" / "builds").iterdir())) == 1
    assert main(["ask", "残疾人坐公共汽车要钱吗"]) == 0


@pytest.mark.parametrize("day", [dt.date(1970, 1, 1), dt.date(2020, 12, 31), dt.date(9999, 12, 31)])
def test_a_clock_that_jumped_changes_notices_and_no_quote(assistant: Assistant, day: dt.date) -> None:
    at_that_day = Assistant(assistant.library, assistant.index, today=lambda: day)
    now, then = assistant.ask("坐公交车有优惠吗"), at_that_day.ask("坐公交车有优惠吗")
    assert [c.quote for c in then.citations] == [c.quote for c in now.citations]
    assert ("已经结束" in "".join(n.text for n in then.notices)) == (day.year > 2025)


def test_an_index_built_in_the_future_serves(small: Library, sound: tuple[Path, list[str]], tmp_path: Path) -> None:
    _copy(sound[0], tmp_path / "x")
    manifest = read_manifest(tmp_path / "x")
    assert manifest is not None
    later = manifest[1].model_copy(update={"built_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)})
    (manifest[0] / "manifest.json").write_text(later.model_dump_json(), encoding="utf-8")
    told: list[str] = []
    index = open_index(tmp_path / "x", small, notify=told.append)
    assert found(index) == sound[1] and told == []
    index.close()


def test_an_index_of_an_older_version_is_built_anew_and_says_why(
    notice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The way up from an earlier program: its index is recognised, told, and replaced at the next question."""
    assert main(["index", "build"]) == 0
    manifest = read_manifest(notice / "index")
    assert manifest is not None
    prints = manifest[1].fingerprints
    older = manifest[1].model_copy(update={"fingerprints": prints.model_copy(update={"format": prints.format - 1})})
    (manifest[0] / "manifest.json").write_text(older.model_dump_json(exclude={"fingerprints": {"store"}}))
    capsys.readouterr()
    assert main(["index", "status"]) == 0
    assert "索引格式有变化" in capsys.readouterr().out
    assert main(["doctor"]) in (0, 1)
    assert "索引格式有变化" in capsys.readouterr().out
    assert main(["ask", "残疾人坐公共汽车要钱吗"]) == 0
    said = capsys.readouterr()
    assert "索引格式有变化" in said.err and "免费乘坐市内公共汽车" in said.out
