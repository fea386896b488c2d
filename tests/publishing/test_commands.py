"""`resident publish` in a terminal."""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from bot.publishing import versions
from bot.settings import Settings
from tests.console.reviewers import account
from tests.publishing.conftest import built, proposal
from tests.review.counted import visit

pytestmark = pytest.mark.usefixtures("console_database")


def publish(command: str, **chosen: Any) -> int:
    """The exit code of one of the commands."""
    from bot.publishing import commands

    return commands.run(getattr(commands, command), argparse.Namespace(**chosen))


def test_the_build_under_way_is_stopped(config: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.publishing.building import ask_for
    from bot.review.audit import machine_user

    proposal()
    made = ask_for("ed")
    assert publish("stop", number=None) == 0
    assert capsys.readouterr().out.splitlines() == [f"version {made.pk}: stopped", f"Stopped by {machine_user()}"]


@pytest.mark.parametrize("named", [True, False])
def test_where_there_is_nothing_to_stop_it_says_so(config: Settings, capsys: pytest.CaptureFixture[str], named: bool) -> None:
    made = built(config, proposal())
    assert publish("stop", number=made.pk if named else None) == 1
    assert capsys.readouterr().err == "There is no build to stop.\n"


def test_versions_over_time_are_printed_with_the_figures_of_their_page(
    config: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.console.versions_over_time.settings", lambda: config)
    release, live = versions.name(config, "release"), str(built(config, proposal()).pk)
    versions.make_live(config, live)
    for version, days, turns, lost in ((release, 3, 400, 40), (live, 1, 40, 14)):
        rows = ({"certainty": "lost" if number < lost else "sure"} for number in range(turns))
        visit(timezone.now() - timedelta(days=days), *rows, version=version)
    assert publish("over_time") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].endswith("Weeks looked back: 26.")
    assert said[2].startswith(f"Version {live}, answers now: ")
    assert said[2].endswith("– now. Conversations: 1. Messages of residents: 40.")
    assert said[3] == "Worse than the version before, by more than chance: Fallback rate."
    head, *rows_said = [line.split("  ") for line in said[4:12]]
    assert [cell.strip() for cell in head if cell] == ["Measure", f"Version {live}", f"Release {release[8:]}", "Compared"]
    fallback = next(row for row in rows_said if "Fallback rate" in row)
    assert [cell.strip() for cell in fallback if cell][1:] == [
        "35.0% [22.1% – 50.5%] of 40",
        "10.0% [7.4% – 13.3%] of 400",
        "Worse, by more than chance",
    ]
    page = account("val", "viewer").reads("/publish/versions")
    assert all(cell.strip() in page for row in rows_said for cell in row if cell)
    assert said[13].startswith(f"Release {release[8:]}: ")


def test_where_nobody_wrote_it_says_which_version_answers(
    config: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.console.versions_over_time.settings", lambda: config)
    assert publish("over_time") == 0
    release = versions.name(config, "release")
    assert capsys.readouterr().out.splitlines()[1:] == [f"Release {release[8:]} answers now, and nobody has written since."]
