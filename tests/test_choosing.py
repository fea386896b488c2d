"""What a resident answers to choices picks one, or is free text."""

from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choosing import asks_to_act, chosen, says_yes, takes_offer

TASKS = ("Find my collection day", "Report a problem", "Follow up on a report")
TACHES = ("Trouver mon jour de collecte", "Signaler un problème", "Suivre un signalement")
SENDING = ("Send it", "Change something", "Do not send")
ENVOI = ("L'envoyer", "Modifier", "Ne pas envoyer")
LIGHT = ("It flickers", "It is out", "It is working", "None of these")


@pytest.mark.parametrize(
    "answer", ["2", " 2. ", "#2", "2)", "(2)", "no. 2", "No 2", "nº2", "n° 2", "2️⃣", "number 2", "option 2 please", "2nd", "2e", "2ème"]
)
def test_a_number_in_digits_picks_its_line(answer: str) -> None:
    assert chosen(answer, TASKS) == 1


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("one", 1),
        ("The first one", 1),
        ("un", 1),
        ("le premier", 1),
        ("La première", 1),
        ("1er", 1),
        ("le 1", 1),
        ("Deux!", 2),
        ("le deuxième choix", 2),
        ("second", 2),
        ("choice three", 3),
        ("la 3e svp", 3),
        ("sorry, 2", 2),
        ("ok the second one", 2),
        ("désolée, la première", 1),
    ],
)
def test_a_number_in_words_picks_its_line_in_either_language(answer: str, number: int) -> None:
    assert chosen(answer, TASKS) == number - 1
    assert chosen(answer, TACHES) == number - 1


@pytest.mark.parametrize("answer", ["0", "4", "12", "10 ans", "2 potholes", "1 or 2", "1.5", "no one", "the", "?", "", "MORE"])
def test_other_numbers_and_words_are_free_text(answer: str) -> None:
    assert chosen(answer, TASKS) is None


@pytest.mark.parametrize(
    ("answer", "titles", "index"),
    [
        ("report a problem", TASKS, 1),
        ("Signaler un probleme.", TACHES, 1),
        ("problem", TASKS, 1),
        ("collection day", TASKS, 0),
        ("follow up", TASKS, 2),
        ("report", TASKS, None),  # in two titles
        ("day", TASKS, None),  # a short word says too little
        ("my", TASKS, None),
        ("my day", TASKS, None),  # not side by side
        ("prob", TASKS, None),  # not a word
        ("report a problm", TASKS, 1),
        ("find my colection day", TASKS, 0),
        ("I want to report a problem on King St", TASKS, None),  # says more than the title
        ("send", SENDING, 0),
        ("do not send", SENDING, 2),
        ("don't send", SENDING, None),
        ("send it not", SENDING, None),
        ("envoyer", ENVOI, 0),
        ("ne pas envoyer", ENVOI, 2),
        ("pas envoyer", ENVOI, None),
        ("it flikers", LIGHT, 0),
        ("it isn't working", LIGHT, None),
        ("it isnt working", LIGHT, None),
        ("it is outt", LIGHT, 1),
        ("out", LIGHT, None),  # a short word says too little
        ("I think it flickers a lot", LIGHT, None),
        ("I cant go", ("I can go", "I stay"), None),  # one letter, and the opposite
        ("these", LIGHT, None),  # leaves "none" out
        ("none of these", LIGHT, 3),
        ("train", ("Trail", "Tree"), None),
        ("trea", ("Tree", "Trea"), 1),  # as it is written comes before as it may be meant
        ("1o King St", ("10 King St", "12 King St"), None),  # digits are never guessed
        ("same", ("Same", "Same"), None),
        ("2", ("1", "2", "3 or more"), 1),
        ("2", ("2", "3", "4"), None),  # the second line, or the first one's words
        ("4", ("2", "3", "4"), 2),  # no fourth line
        ("none", (), None),
    ],
)
def test_a_title_or_an_unmistakable_part_of_it_picks_its_line(answer: str, titles: tuple[str, ...], index: Optional[int]) -> None:
    assert chosen(answer, titles) == index


@pytest.mark.parametrize(
    ("answer", "titles", "index"),
    [
        ("out", LIGHT, 1),
        ("i think it flickers a lot", LIGHT, 0),
        ("it is out since monday", LIGHT, 1),
        ("It is out, or it flickers?", LIGHT, None),
        ("it is not out", LIGHT, None),
        ("it isn't working", LIGHT, None),
        ("yes it is", ("Yes", "No"), 0),
        ("don't know if yes or no", ("Yes", "No"), None),
        ("please do not send it", SENDING, 2),
        ("don't send it", SENDING, None),
        ("dont send it", SENDING, None),
        ("n'est pas éteint", ("Éteint", "Il clignote"), None),
        ("c'est éteint depuis lundi", ("Éteint", "Il clignote"), 0),
        ("it's 45 queen st n", ("45 Queen St N", "45 Queen St S"), 0),
        ("no idea", LIGHT, None),
        ("it", LIGHT, None),
        ("9", LIGHT, None),
    ],
)
def test_where_an_answer_is_expected_more_and_less_than_the_title_count(answer: str, titles: tuple[str, ...], index: Optional[int]) -> None:
    assert chosen(answer, titles, expected=True) == index


@given(st.text(), st.lists(st.text(), max_size=5), st.booleans())
def test_any_answer_is_a_line_or_free_text(answer: str, titles: list[str], expected: bool) -> None:
    index = chosen(answer, titles, expected=expected)
    assert index is None or 0 <= index < len(titles)


@given(st.integers(1, 30))
def test_every_line_is_picked_by_its_number(number: int) -> None:
    titles = [f"Thing {letter}" for letter in "abcdefghijklmnopqrstuvwxyzABCD"]
    assert chosen(str(number), titles) == number - 1


ARTICLES = ("How much garbage, extra bags", "Carts: where to put them", "When it snows: parking", "Something else")
ARTICLES_FR = ("Combien d'ordures, sacs de plus", "Où mettre les bacs", "Quand il neige : stationner", "Autre chose")


@pytest.mark.parametrize("answer", ["how much", "How much?", "where", "where to?", "when", "when it", "carts?", "parking?", "something"])
def test_a_question_behind_choices_is_no_choice(answer: str) -> None:
    assert chosen(answer, ARTICLES) == (3 if answer == "something" else None)


@pytest.mark.parametrize("answer", ["combien", "combien?", "quand", "où mettre?", "quand il", "bacs?"])
def test_a_french_question_behind_choices_is_no_choice(answer: str) -> None:
    assert chosen(answer, ARTICLES_FR) is None


def test_a_word_that_tells_still_picks_its_title() -> None:
    assert chosen("the extra bags", ("Bags", *ARTICLES[1:])) is None
    assert chosen("extra bags", ARTICLES) == 0
    assert chosen("stationner", ARTICLES_FR) == 2
    assert chosen("when it snows", ("It snows", "When it snows")) == 1  # a whole title is one


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes please!",
        "yep do it",
        "report it for me",
        "can you send someone to pick it up",
        "oui",
        "oui svp",
        "oui, signalez-le",
        "vas-y",
        "d'accord",
        "faites-le pour moi",
        "could you get it for us",
        "je veux le signaler",
        "please do",
    ],
)
def test_words_that_take_what_was_offered(text: str) -> None:
    assert takes_offer(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "yes but not that",
        "don't send it",
        "it",
        "the second one",
        "please",
        "yes where is the pool",
        "non merci",
        "ne l'envoyez pas",
        "is that right?",
        "yes?",
        "can someone come",
        "is it open now",
        "can i get one",
        "do i get it here",
        "i want to report a problem",
        "je veux signaler un problème",
        "il y a un problème ici",
        "report",
        "book",
        "signaler",
        "hello",
        "",
    ],
)
def test_words_that_do_not(text: str) -> None:
    assert not takes_offer(text)


@pytest.mark.parametrize(
    ("text", "acts"),
    [("yes please", False), ("oui", False), ("send a crew", True), ("venez le chercher", True), ("fix it", True)],
)
def test_who_asks_for_something_to_be_done_is_told_from_who_agrees(text: str, acts: bool) -> None:
    assert asks_to_act(text) is acts


@pytest.mark.parametrize(
    ("text", "yes"),
    [("oui svp", True), ("report it", True), ("ok", False), ("perfect", False), ("d'accord", False)],
)
def test_who_only_agrees_is_told_from_who_says_yes(text: str, yes: bool) -> None:
    assert says_yes(text) is yes
