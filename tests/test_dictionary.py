"""The dictionary as a file: the same words as jieba makes, taken out as they are asked for."""

from __future__ import annotations

from pathlib import Path

from index.dictionary import keep, kept
from index.words import Words

_TEXTS = (
    "0—6周岁残疾儿童康复服务与补贴比例达到100%",
    "我家囡囡听不见，想装个人工耳蜗，上哪儿申请",
    "两挂一兼、1+x和“残疾人之家”",
)


def test_the_second_start_cuts_as_the_first(tmp_path: Path) -> None:
    first, second, third = Words(), Words(tmp_path), Words(tmp_path)
    for text in _TEXTS:
        assert first.cut_exact(text) == second.cut_exact(text) == third.cut_exact(text)
        assert first.subject(text) == third.subject(text)
    assert third.known("残疾人") and not third.known("残疾人残")


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    words = {"残": 0, "残疾": 3, "残疾人": 70_000, "补": 5, "补贴": 12, "a": 1}
    keep(tmp_path / "w", "mark 1", words, 70_021)
    found = kept(tmp_path / "w", "mark 1")
    assert found is not None
    dictionary, total = found
    assert total == 70_021
    assert {word: dictionary.get(word) for word in words} == words
    assert "残疾人" in dictionary and "贴" not in dictionary and dictionary.get("补助") is None


def test_another_lexicon_or_a_damaged_file_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "w"
    keep(file, "mark 1", {"残疾": 3}, 3)
    assert kept(file, "mark 2") is None
    sound = file.read_bytes()
    for broken in (b"", sound[:-1], sound[:-1] + b"x", b"x" + sound):
        file.write_bytes(broken)
        assert kept(file, "mark 1") is None
    assert kept(tmp_path / "none", "mark 1") is None
