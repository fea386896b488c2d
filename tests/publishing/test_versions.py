"""Which version is live, and what a process of it reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.publishing import versions
from bot.settings import RELEASE, ROOT, SettingError, Settings, read_settings

ENTERED = "from bot.publishing.versions import enter; enter(); from bot.settings import settings; print(settings().data_folder)"


def version(config: Settings, name: str, made_from: str = "") -> str:
    (versions.folder(config) / name / "data").mkdir(parents=True)
    versions.finish(config, name, made_from or versions.release_digest(config))
    return name


def test_without_a_version_the_release_is_live(config: Settings) -> None:
    assert versions.live(config) == versions.to_run(config) == RELEASE


def test_the_last_one_that_was_made_live_is(config: Settings) -> None:
    for name in (version(config, "1"), version(config, "2"), "1"):
        versions.make_live(config, name)
        assert versions.live(config) == versions.to_run(config) == name


def test_a_version_of_another_release_is_not_run(config: Settings) -> None:
    versions.make_live(config, version(config, "1"))
    (config.release_data / "city.yml").write_text("name: Testville upon Avon\n")
    assert versions.live(config) == "1"
    assert versions.to_run(config) == RELEASE


def test_what_is_noted_with_an_answer_tells_one_release_from_the_next(config: Settings) -> None:
    assert versions.name(config, "7") == "7"
    first = versions.name(config, RELEASE)
    (config.release_data / "city.yml").write_text("name: Testville upon Avon\n")
    second = versions.name(config, RELEASE)
    assert first != second
    assert all(name.startswith("release-") and len(name) == 16 for name in (first, second))


def test_a_version_that_was_not_finished_is_not_run(config: Settings) -> None:
    (versions.folder(config) / "1" / "data").mkdir(parents=True)
    versions.make_live(config, "1")
    assert versions.to_run(config) == RELEASE


def test_a_part_reads_the_live_version_s_data_and_the_setting_wins(config: Settings) -> None:
    versions.make_live(config, version(config, "1"))
    version(config, "2")

    def reads(**more: str) -> Path:
        environ = {**os.environ, "RESIDENT_STATE": str(config.state_folder), "RESIDENT_DATA": str(config.release_data), **more}
        return Path(subprocess.check_output([sys.executable, "-c", ENTERED], cwd=ROOT, env=environ, text=True).strip())

    assert reads() == config.state_folder / "versions" / "1" / "data"
    assert reads(RESIDENT_VERSION="2") == config.state_folder / "versions" / "2" / "data"
    assert reads(RESIDENT_VERSION=RELEASE) == config.release_data


@pytest.mark.parametrize("name", ["../etc", "1/2", "-1", "live", "\u0661"])
def test_nothing_but_a_number_names_a_version(name: str) -> None:
    with pytest.raises(SettingError, match="RESIDENT_VERSION must be a number, or release"):
        read_settings({"RESIDENT_VERSION": name})
