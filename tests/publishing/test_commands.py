"""`resident publish` in a terminal."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from bot.settings import Settings
from tests.publishing.conftest import built, proposal

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
