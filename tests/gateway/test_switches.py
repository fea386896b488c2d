"""Staff switch while gateway and worker run: the next message of a resident is answered by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Dict, Iterator

import pytest
from django.utils import timezone

from bot.conversations.models import Notice, Pause
from bot.review import switching
from tests.conversations import databases
from tests.conversations.assistant import messages
from tests.conversations.doing import wait_until
from tests.gateway.resident import Resident

STORM = {"en": "A storm is coming tonight.", "fr": "Une tempête arrive ce soir."}
AWAY = {"en": "We are back on Monday.", "fr": "Nous revenons lundi."}
GAS: Dict[str, Any] = {"understood": [{"intent": {"name": "emergency"}}]}


@pytest.fixture
def staff(running: Dict[str, Any]) -> Iterator[None]:
    """Somebody who switches in the record of the running system; nothing stays switched."""
    with databases.used_by_django(running["database_url"]):
        yield
        Pause.objects.all().delete()
        Notice.objects.all().delete()
        running["assistant"].__init__()
        wait_until(lambda: Resident(running["url"]).reads("hello") == ["You said: hello"])


@pytest.mark.usefixtures("staff")
def test_a_notice_put_up_while_everything_runs_comes_before_the_first_answer(running: Dict[str, Any], resident: Resident) -> None:
    now = timezone.now()
    switching.put_up(STORM, now, now + timedelta(hours=1), "clerk")
    wait_until(lambda: len(Resident(running["url"]).says("hello")) == 2)
    replies = resident.says("hello", language="en")
    assert [reply["text"] for reply in replies] == ["City notice: A storm is coming tonight.", "You said: hello"]
    assert resident.reads("and now") == ["You said: and now"]


@pytest.mark.usefixtures("staff")
def test_a_pause_while_everything_runs_answers_at_once_and_lets_danger_through(running: Dict[str, Any], resident: Resident) -> None:
    switching.pause("rest", AWAY, "clerk")
    wait_until(lambda: Resident(running["url"]).reads("hello there")[0] != "You said: hello there")
    assert resident.reads("when is my garbage day") == ["We are back on Monday. If anyone is in danger, call 911."]
    running["assistant"].reply = lambda turn: messages("Leave, then call 911.", **GAS)
    assert resident.reads("I smell gas") == ["Leave, then call 911."]
    running["assistant"].reply = lambda turn: messages("Every Tuesday.")
    switching.resume("rest", "clerk")
    wait_until(lambda: Resident(running["url"]).reads("hello there") == ["Every Tuesday."])
