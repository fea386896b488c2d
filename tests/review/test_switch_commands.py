"""`resident switches …` as somebody types it, and what it says."""

from __future__ import annotations

from datetime import datetime
from typing import List, Tuple

import pytest

from bot import cli
from bot.city import city
from bot.conversations.switches import InForce, read
from bot.review import audit
from bot.review.models import AuditEntry

STORM = ["--en", "A storm is coming tonight.", "--fr", "Une tempête arrive ce soir."]
NEXT_YEAR = datetime.now(city().timezone).year + 1
AWAY = ["--en", "We are back on Monday.", "--fr", "Nous revenons lundi."]


class Terminal:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def types(self, *words: str) -> Tuple[int, str]:
        """The exit code, and what is on the screen."""
        with pytest.raises(SystemExit) as ended:
            cli.main(["switches", *words])
        shown = self.capsys.readouterr()
        return int(ended.value.code or 0), shown.out + shown.err


@pytest.fixture
def resident(console_database: str, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def noted() -> List[str]:
    assert audit.first_broken() is None
    return [f"{row.action} {row.subject}" for row in AuditEntry.objects.order_by("id")]


def test_a_notice_is_put_up_shown_as_it_reads_and_taken_down(resident: Terminal) -> None:
    code, shown = resident.types("notice", *STORM, "--from", f"{NEXT_YEAR}-01-31 18:00", "--to", f"{NEXT_YEAR}-01-31")
    notice = read().notices[0]
    assert (code, shown.splitlines()) == (
        0,
        [
            f"notice {notice.pk}: {NEXT_YEAR}-01-31 18:00 to {NEXT_YEAR}-02-01 00:00",
            "  en: City notice: A storm is coming tonight. (segments by text message: 1)",
            "  fr: Avis de la Ville : Une tempête arrive ce soir. (segments by text message: 1)",
        ],
    )
    assert "City notice: A storm" in resident.types("list")[1]
    assert resident.types("notice", "--end", str(notice.pk)) == (0, f"notice {notice.pk} is over\n")
    assert noted() == [f"notice_up notice:{notice.pk}", f"notice_down notice:{notice.pk}"]
    assert read() == InForce()


def test_something_is_switched_off_and_on(resident: Terminal) -> None:
    assert resident.types("off", "topic", "waste") == (0, "off: topic waste\n")
    assert resident.types("list") == (0, "off: topic waste\n")
    assert resident.types("on", "topic", "waste") == (0, "on: topic waste\n")
    assert resident.types("list") == (0, "Nothing is switched.\n")
    assert noted() == ["switch_off topic:waste", "switch_on topic:waste"]


def test_a_channel_is_paused_and_answers_again(resident: Terminal) -> None:
    assert resident.types("pause", "sms", *AWAY)[0] == 0
    assert "We are back on Monday. If anyone is in danger, call 911." in resident.types("list")[1]
    assert resident.types("resume", "sms") == (0, "answers again: sms\n")
    assert noted() == ["pause channel:sms", "resume channel:sms"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["notice", "--en", "Storm.", "--to", f"{NEXT_YEAR}-01-01"], "The words are needed in English and in French."),
        (["notice", *STORM], "A notice must say when it ends."),
        (["notice", *STORM, "--to", "2020-01-01"], "The notice must end after it begins, and later than now."),
        (["notice", "--end", "7"], "This is not switched any more."),
        (["off", "article", "no_such_article"], "There is nothing with this name."),
        (["on", "topic", "waste"], "This is not switched any more."),
        (["resume", "sms"], "This is not switched any more."),
    ],
)
def test_what_cannot_be_switched_is_refused_with_a_sentence(resident: Terminal, words: List[str], said: str) -> None:
    code, shown = resident.types(*words)
    assert code == 1
    assert said in shown
    assert not noted()
