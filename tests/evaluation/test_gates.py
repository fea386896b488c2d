"""The gates a version must pass: what shuts each, and what it says then."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import pytest

from bot.evaluation.examples import DANGERS_FILE, Example
from bot.evaluation.gates.accuracy import accuracy, difference, p_worse
from bot.evaluation.gates.articles import articles
from bot.evaluation.gates.better_than_search import PlainSearch, better_than_search
from bot.evaluation.gates.contradictions import contradictions
from bot.evaluation.gates.corrected import corrected
from bot.evaluation.gates.dangers import dangers
from bot.evaluation.gates.gate import Gate, failing
from bot.evaluation.gates.replay import Message, Speaker, changes
from bot.evaluation.gates.size_and_speed import size_and_speed
from bot.evaluation.measures import Answer
from bot.knowledge.offering import read_titles
from bot.knowledge.store import Knowledge, knowledge
from bot.language.doubt import Decision, Outcome
from bot.settings import settings

WASTE, NOISE = "article/garbage_missed", "article/noise"


def answered(rights: Sequence[bool], topic: str = "waste", language: str = "en") -> List[Answer]:
    """Answers to as many questions about garbage: right ones get their label, wrong ones noise."""
    return [
        Answer(Example(f"{topic} {language} {number}", WASTE, language, topic), [(WASTE if right else NOISE, 0.9)], Outcome.SURE)
        for number, right in enumerate(rights)
    ]


def table(gate: Gate, name: str) -> List[List[str]]:
    return [list(row) for shown in gate.tables if shown.name == name for row in shown.rows]


class Model:
    """Takes each text for what it was told, surely; everything else for noise."""

    def __init__(self, known: Dict[str, Tuple[str, Outcome]]) -> None:
        self.known = known

    def ranking(self, text: str) -> List[Tuple[str, float]]:
        label, outcome = self.known.get(text, (NOISE, Outcome.SURE))
        return [(label, 0.9 if outcome is Outcome.SURE else 0.4), ("greet", 0.05)]

    def decide(self, ranking: List[Tuple[str, float]]) -> Decision:
        label, sure = ranking[0]
        intent, _, variety = label.partition("/")
        return Decision(Outcome.SURE, intent, variety, sure) if sure > 0.5 else Decision(Outcome.TORN, "", "", sure)


def test_five_questions_lost_and_none_gained_are_no_chance() -> None:
    assert p_worse(5, 0) == 1 / 2**5
    assert p_worse(0, 5) == p_worse(0, 0) == 1.0
    assert p_worse(4, 1) == (5 + 1) / 2**5  # (5 choose 4) + (5 choose 5)


def test_the_interval_of_a_difference_is_that_of_agresti_and_min() -> None:
    low, high = difference(lost=0, gained=0, total=8)  # 1.96 * sqrt(1/2 + 1/2) / 10 on either side of nothing
    assert (round(low, 3), round(high, 3)) == (-0.196, 0.196)
    low, high = difference(lost=8, gained=0, total=8)
    assert low == -1.0
    assert high < 0


def test_a_topic_that_got_worse_is_named_though_the_whole_is_as_good() -> None:
    live = [*answered([True] * 20), *answered([False] * 20, topic="noise")]
    candidate = [*answered([False] * 6 + [True] * 14), *answered([True] * 6 + [False] * 14, topic="noise")]
    gate = accuracy(live, candidate)
    assert not gate.passed
    assert gate.facts["worse"] == "waste"
    assert len(table(gate, "wrong_now")) == 6
    groups = {row[0]: row for row in table(gate, "accuracy")}
    assert groups["waste"][4:6] == ["6", "0"]
    assert groups["all"][4:6] == ["6", "6"]


def test_a_language_that_got_worse_is_named() -> None:
    live = [*answered([True] * 20), *answered([True] * 20, topic="noise", language="fr")]
    gate = accuracy(live, [*live[:20], *answered([False] * 5 + [True] * 15, topic="noise", language="fr")])
    assert gate.facts["worse"] == "all, fr, noise"


def test_what_chance_alone_does_passes() -> None:
    gate = accuracy(answered([True] * 20), answered([False] * 2 + [True] * 18))
    assert gate.passed
    assert gate.facts["lost"] == "2"


def test_different_questions_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="different questions"):
        accuracy(answered([True]), answered([True], topic="noise"))


def test_a_correction_that_does_not_hold_is_named() -> None:
    gate = corrected(answered([True, False]))
    assert not gate.passed
    assert table(gate, "wrong_now") == [["waste en 1", WASTE, NOISE]]
    assert corrected(answered([True, True])).passed


def test_many_examples_of_one_topic_under_another_shut_the_gate_and_a_correction_does_not() -> None:
    bad = answered([False] * 3)  # to be garbage, and what is live is sure of noise
    gate = contradictions(bad)
    assert not gate.passed
    assert table(gate, "against") == [[answer.example.text, NOISE, WASTE] for answer in bad]
    assert contradictions(bad[:2]).passed
    unsure = [Answer(answer.example, answer.ranking, Outcome.TORN) for answer in bad]
    assert contradictions(unsure).passed


def test_one_wording_of_danger_that_is_not_met_shuts_the_gate(tmp_path: Path) -> None:
    said = "the zibber is all zabbered"
    (tmp_path / DANGERS_FILE).write_text(f"gas:\n  en:\n    - {said}\n")
    safe: Any = Model({said: ("emergency/gas", Outcome.SURE)})
    assert dangers(safe, tmp_path).passed
    unsafe: Any = Model({})
    gate = dangers(unsafe, tmp_path)
    assert not gate.passed
    assert table(gate, "missed") == [[said]]


def edited(tmp_path: Path, change: Callable[[str], str]) -> Gate:
    """The gate of articles, after garbage and recycling were edited."""
    folder = Path(shutil.copytree(settings().data_folder / "knowledge", tmp_path / "knowledge"))
    waste = folder / "waste.yml"
    before = waste.read_text(encoding="utf-8")
    waste.write_text(change(before), encoding="utf-8")
    assert waste.read_text(encoding="utf-8") != before
    return articles(settings().data_folder / "knowledge", folder)


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("Look for a sticker on the cart:", "Look " + "very " * 40 + "hard for a sticker on the cart:", "sms.en", "at most"),
        ("review_by: 2027-03-31", "review_by: 2020-03-31", "review_by", "should have been reviewed"),
        ("owner: region", "owner: nobody_at_all", "owner", "is not a body"),
        (
            "Look for a sticker on the cart first: it says why it was left.",
            "Notwithstanding considerations regarding municipally administered receptacles, examination necessitates "
            "identification of explanatory documentation.",
            "answer.en",
            "grade",
        ),
        (
            "        - missed pickup\n",
            "        - missed pickup\n        - dog next door barks all day lng\n",
            "questions.en",
            "near",
        ),
    ],
    ids=["too long for a text message", "overdue", "nobody's", "hard to read", "nearly a question about something else"],
)
def test_what_is_wrong_with_an_edited_article_shuts_the_gate(tmp_path: Path, old: str, new: str, field: str, words: str) -> None:
    gate = edited(tmp_path, lambda text: text.replace(old, new, 1))
    assert not gate.passed
    assert any(row[1] == field and words in row[2] for row in table(gate, "problems")), table(gate, "problems")


def test_an_article_may_be_corrected(tmp_path: Path) -> None:
    gate = edited(tmp_path, lambda text: text.replace("Look for a sticker on the cart first:", "First look for a sticker on the cart:", 1))
    assert gate.passed, table(gate, "problems")
    assert table(gate, "changed_articles") == [["garbage_missed"]]


def test_the_search_finds_an_article_by_its_words() -> None:
    search = PlainSearch(knowledge().articles, "en")
    assert search.first("they skipped my garbage again") == WASTE
    assert search.first('"') == search.first("") == ""


def test_an_assistant_that_is_no_better_than_a_search_does_not_pass() -> None:
    by_id = knowledge().article("garbage_missed")
    assert by_id
    asked = [Example(text, WASTE, "en", "waste") for text in by_id.questions["en"][:20]]
    right = [Answer(example, [(WASTE, 0.9)], Outcome.SURE) for example in asked]
    assert not better_than_search(right, knowledge().articles).passed  # its own questions are what the search looks through
    search = PlainSearch(knowledge().articles, "en")
    hard = [answer for answer in answered([True] * 20) if search.first(answer.example.text) != WASTE]
    assert len(hard) >= 5
    assert better_than_search(hard, knowledge().articles).passed


def speaker(model: Any, known: Optional[Knowledge] = None) -> Speaker:
    return Speaker(model, known or knowledge(), read_titles(settings().data_folder))


def test_who_is_torn_or_lost_is_said_to_offer_what_residents_are_offered() -> None:
    """As the assistant does: nothing that nobody chooses, nothing much less likely than the best, and articles with the message's words."""
    torn = [("greet", 0.4), (WASTE, 0.35), (NOISE, 0.2), ("report_problem/pothole", 0.04)]

    class Doubts(Model):
        def ranking(self, text: str) -> List[Tuple[str, float]]:
            return torn

        def decide(self, ranking: List[Tuple[str, float]]) -> Decision:
            return Decision(outcome, "", "", 0.0)

    outcome = Outcome.TORN
    assert speaker(Doubts({})).says(Message(1, "hm", "en")).labels == (WASTE, NOISE)
    with_words = Message(1, "noise complaints", "en")
    labels = speaker(Doubts({})).says(with_words).labels
    assert labels[:2] == (WASTE, NOISE)
    assert len(labels) == 3  # the last of them for its words
    outcome = Outcome.LOST
    assert speaker(Doubts({})).says(Message(1, "hm", "en")).labels == ()
    assert NOISE in speaker(Doubts({})).says(with_words).labels


def test_a_message_answered_otherwise_is_one_change_however_often_it_was_written() -> None:
    live: Any = Model({"bins full": (WASTE, Outcome.SURE)})
    candidate: Any = Model({})
    messages = [Message(3, "bins full", "en"), Message(2, "loud party", "en"), Message(1, "Bins full!", "en")]
    found = changes([*messages, Message(0, "bins full", "en")], speaker(live), speaker(candidate))
    assert [(change.messages, change.was.labels, change.now.labels) for change in found] == [((3, 0), (WASTE,), (NOISE,))]


def test_an_article_with_another_text_is_one_change_for_all_who_get_it() -> None:
    article = knowledge().article("noise")
    assert article
    model: Any = Model({})
    other = [row for row in knowledge().articles if row != article]

    newer = replace(article, answer={**article.answer, "en": "Be quiet after eleven."})
    messages = [Message(2, "loud party", "en"), Message(1, "drums at night", "en"), Message(0, "du bruit", "fr")]
    found = changes(messages, speaker(model), speaker(model, Knowledge([*other, newer])))
    assert [(change.messages, change.now.text) for change in found] == [((2, 1), "Be quiet after eleven.")]


def test_a_model_of_twice_the_size_does_not_pass(tmp_path: Path) -> None:
    files = {name: tmp_path / name for name in ("live", "candidate")}
    files["live"].write_bytes(b"x" * 1000)
    files["candidate"].write_bytes(b"x" * 2000)
    model: Any = Model({})
    gate = size_and_speed(model, model, files, ["one", "two"])
    assert not gate.passed
    assert gate.facts["larger"] == "2.00"


def test_gates_that_were_not_passed_are_named() -> None:
    assert failing([{"name": "dangers", "passed": True}, {"name": "replay", "passed": False}]) == ["replay"]
