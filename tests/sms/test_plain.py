"""Typography costs nothing: what GSM-7 can say is said in it, and no word changes."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given

from bot.knowledge.wording import comparable
from bot.links import LINK
from bot.sms.plain import plain
from bot.sms.segments import not_gsm7
from tests.sms.texts import texts


@pytest.mark.parametrize(
    ("text", "cheap"),
    [
        ("It’s “fine” – ok…", 'It\'s "fine" - ok...'),
        ("L’été où l’on règle l’eau à côté", "L'été où l'on règle l'eau à côté"),  # ô stays: no accent is taken away
        ("«\u00a0oui\u00a0»", '"oui"'),
        ("« oui »", '"oui"'),
        ("«oui», dit-il", '"oui", dit-il'),
        ("14\u202fh\u202f30", "14 h 30"),
        ("1\u00a0234,50\u00a0$", "1 234,50 $"),
        ("8–10 p.m.", "8-10 p.m."),
        ("the bin—not the bag—goes out", "the bin - not the bag - goes out"),
        ("— Bonjour", "- Bonjour"),
        ("• one\n• two", "- one\n- two"),
        ("2½ hours, ¼ full", "2 1/2 hours, 1/4 full"),
        ("5 m² of 10²", "5 m2 of 10²"),  # 102 would be another number
        ("22 °C", "22 °C"),  # no sign of GSM-7 says degree
        ("a\tb  c", "a b c"),
        ("one \r\n two\n\n\n\nthree ", "one\ntwo\n\nthree"),
        ("zero\u200bwidth, soft\u00adhyphen, \ufeffmark", "zerowidth, softhyphen, mark"),
        ("left\u200e to \u200dright", "left to right"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),  # the joiners make it one family
        ("e\u0301te\u0301", "été"),
        ("`code´", "'code'"),
        ("ﬁle ＡＢＣ！", "file ABC!"),
        ("œuf français", "œuf français"),
    ],
)
def test_characters_become_cheap_ones_that_mean_the_same(text: str, cheap: str) -> None:
    assert plain(text) == cheap


@given(texts)
def test_making_a_cheap_text_cheap_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(texts)
def test_no_letter_is_lost_and_none_is_new_that_is_dear(text: str) -> None:
    text = re.sub("[©®™×]", "", text)  # signs that are spelled out
    letters = [letter for letter in comparable(text) if letter.isalpha()]
    assert [letter for letter in comparable(plain(text)) if letter.isalpha()] == letters
    assert set(not_gsm7(plain(text))) <= set(not_gsm7(text)) | set(not_gsm7(unicodedata.normalize("NFC", text)))


@given(texts)
def test_links_stay_to_the_letter(text: str) -> None:
    for link in LINK.findall(text):
        assert link in plain(text)
