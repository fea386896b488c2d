"""The change of a version in git: a branch that somebody can read, and nothing else is touched."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bot.publishing.branches import commit

BEFORE, AFTER = "articles: []\n", "articles: [one]\n"


def git(folder: Path, *words: str) -> str:
    return subprocess.check_output(["git", "-C", str(folder), *words], text=True)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clean checkout with a data folder two folders down, and somebody who commits."""
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"):
        monkeypatch.setenv(name, "Ed")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "ed@example.org")
    (tmp_path / "city" / "data").mkdir(parents=True)
    (tmp_path / "city" / "data" / "waste.yml").write_text(BEFORE)
    (tmp_path / "other.txt").write_text("as it was\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "begin")
    return tmp_path


def test_the_change_is_a_commit_on_a_branch_of_its_own(checkout: Path) -> None:
    files = {"data/waste.yml": AFTER, "tests/corrections/questions.yml": "new: file\n"}
    assert commit(checkout / "city" / "data", "7", files, "claire") == "resident/publish-7"
    assert git(checkout, "diff", "--name-only", "HEAD", "resident/publish-7").split() == [
        "city/data/waste.yml",
        "city/tests/corrections/questions.yml",
    ]
    assert git(checkout, "show", "resident/publish-7:city/data/waste.yml") == AFTER
    assert "claire" in git(checkout, "log", "-1", "--format=%B", "resident/publish-7")


def test_the_working_tree_its_index_and_its_branch_stay_as_they_are(checkout: Path) -> None:
    (checkout / "other.txt").write_text("being worked on\n")
    before = git(checkout, "status", "--porcelain=v2", "--branch")
    commit(checkout / "city" / "data", "7", {"data/waste.yml": AFTER}, "claire")
    assert git(checkout, "status", "--porcelain=v2", "--branch") == before
    assert (checkout / "city" / "data" / "waste.yml").read_text() == BEFORE


def test_without_git_there_is_no_branch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "data").mkdir()
    assert commit(tmp_path / "data", "7", {"data/waste.yml": AFTER}, "claire") is None
    monkeypatch.setenv("PATH", "")
    assert commit(tmp_path / "data", "7", {"data/waste.yml": AFTER}, "claire") is None


def test_nothing_changed_is_no_commit(checkout: Path) -> None:
    assert commit(checkout / "city" / "data", "7", {}, "claire") is None
