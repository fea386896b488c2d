"""The words that answer "Did this help?"."""

from __future__ import annotations

from typing import Optional

import pytest
import yaml

from bot.feedback_words import helped
from bot.knowledge.wording import comparable
from bot.settings import settings
from bot.sms.keywords import keyword

ROWS = yaml.safe_load((settings().data_folder / "feedback_words.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "says"),
    [("Yes.", True), ("OUI!", True), ("👍🏾", True), ("👍👍", True), ("No it didn't", False), ("Non, pas vraiment", False), ("👎", False)]
    + [("That's wrong!", False), ("thats not true", False), ("C'est faux.", False), ("the wrong street", None)]
    + [("", None), ("👍👎", None), ("🙂", None), ("yes but when", None), ("know", None), ("no one came", None)],
)
def test_a_yes_or_a_no_alone_is_an_answer(text: str, says: Optional[bool]) -> None:
    assert helped(text) is says


def test_every_word_is_written_as_words_are_compared_and_means_one_thing() -> None:
    words = [word for row in ROWS.values() for word in row["words"]]
    assert len(words) > 20
    assert [comparable(word) for word in words] == words
    assert len(set(words)) == len(words)


def test_no_word_is_a_command_of_text_messages() -> None:
    assert [word for row in ROWS.values() for word in row["words"] if keyword(word, opted_out=False)] == []
