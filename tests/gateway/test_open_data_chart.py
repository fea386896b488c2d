"""A question with a list for its answer, in the web chat: the text, and a chart that the widget can show."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest
import requests
from PIL import Image

from actions import chart
from actions.open_data.drawing import warm_up
from bot.conversations.models import Chart
from bot.settings import Settings
from tests.actions.test_open_data import Talk
from tests.conversations import databases
from tests.conversations.assistant import FakeAssistant, Reply, messages
from tests.conversations.doing import LIMIT_S
from tests.gateway.starting import system_at_work
from tests.gateway.visitor import Visitor
from tests.running import free_port, sandbox_server


def plays_the_look_up(fake: FakeAssistant, sandbox: str) -> None:
    """Lets the real look-up answer; only what the words mean is told it."""

    def reply(turn: Dict[str, Any]) -> Reply:
        talk = Talk(sandbox, channel=turn["channel"])
        talk.form.conversation = turn["conversation"]
        said = talk.ask(turn["text"], turn_id=turn["turn_id"])
        return messages(messages=[{"text": said.text(), **said.messages[0]["custom"]}])

    fake.reply = reply


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tuple[str, Path]]:
    """Gateway and worker with a sandbox city behind them."""
    database, port = databases.sqlite(tmp_path / "record.sqlite3"), free_port()
    databases.migrate(database)
    monkeypatch.setattr(chart, "settings", lambda: Settings(gateway_port=port))
    warm_up()
    with databases.used_by_django(database), sandbox_server() as sandbox:
        trees = f"{sandbox}/arcgis/rest/services/Tree_Inventory/FeatureServer/0/query"
        assert requests.get(trees, {"where": "1=1", "returnCountOnly": "true", "f": "json"}, timeout=LIMIT_S).json()["count"]
        with system_at_work(database, tmp_path, port) as (url, fake):
            plays_the_look_up(fake, sandbox)
            yield url, tmp_path


def test_a_list_comes_with_a_chart_that_says_its_numbers(whole: Tuple[str, Path]) -> None:
    url, folder = whole
    visitor = Visitor(url).begins()
    visitor.says("trees by condition")
    line = visitor.reads_until_answered()[-1]
    heading, *lines = line["text"].splitlines()
    assert heading == "Tree inventory by condition:"
    picture = line["picture"]
    assert picture["alt"] == f"Bar chart. Tree inventory by condition. {'; '.join(lines)}."
    assert picture["url"].startswith(f"{url}/media/")
    shown = requests.get(picture["url"], timeout=LIMIT_S)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["Cache-Control"].startswith("private")
    assert Image.open(io.BytesIO(shown.content)).width == 720
    logs = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    assert picture["url"].rpartition("/")[2] not in logs
    assert visitor.call("POST", "end").status_code == 204
    assert requests.get(picture["url"], timeout=LIMIT_S).status_code == 404
    assert not Chart.objects.exists()


def test_one_number_has_no_chart(whole: Tuple[str, Path]) -> None:
    visitor = Visitor(whole[0]).begins()
    visitor.says("how many trees are there")
    line = visitor.reads_until_answered()[-1]
    assert line["text"] == "The data list 22,000 trees."
    assert "picture" not in line
