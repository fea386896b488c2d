"""The language of a message, and wishes for one."""

from __future__ import annotations

from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.detect import detect, wished, without_wish


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("when is garbage at 200 king st w?", "en"),
        ("they skiped my garbage agian, 45 queen st n", "en"),
        ("hello", "en"),
        ("les poubelles n'ont pas été ramassées", "fr"),
        ("mes dechets", "fr"),  # accents are often left out
        ("ils ont encore sauté ma maison 45 queen st n", "fr"),
        ("bonjour", "fr"),
    ],
)
def test_a_first_message_settles_the_language(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("arbre brisé 3 jours", "fr"),  # without a little word
        ("bac oublié 40 rue queen", "fr"),
        ("impot foncier 2025", "fr"),
        ("coucou", "fr"),
        ("bsr", "fr"),
        ("thanx!", "en"),
        ("tnx bye bye", "en"),
        ("missed garbage 12 benton", "en"),
        ("conteneur", "fr"),
        ("formulaire", "fr"),
        ("pont", "fr"),
        ("rue barree", "fr"),
        ("library hours", "en"),
        ("permit fee", "en"),
        ("paver removal", "en"),
    ],
)
def test_one_sure_word_is_enough(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["tente", "socorro", "vamos", "piano", "<script src=voila>", "{{ quand }}", "' 2=2 --"])
def test_a_word_that_only_looks_like_a_language_and_code_settle_none(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "current", "language"), [("pourquoi vous parlez anglais", "en", "fr"), ("why do you speak french to me", "fr", "en")]
)
def test_who_asks_why_a_language_is_spoken_wishes_for_the_other(text: str, current: str, language: str) -> None:
    assert wished(text) is None
    assert detect(text, current) == language


@pytest.mark.parametrize(
    ("text", "language"), [("compost bin", "fr"), ("compost pickup", "fr"), ("bac à compost", "en"), ("ma facture de parking", "en")]
)
def test_a_word_of_both_languages_does_not_tell_the_wrong_one(text: str, language: str) -> None:
    assert detect(text) != language


@pytest.mark.parametrize(
    "text",
    [
        "45 queen st n",
        "123 rue Victoria",
        "26-000417",
        "12345",
        "restaurant",
        "information",
        "compost",
        "noel",
        "45 noel st",
        "12 water st",
        "9 day st",
        "ticket",
        "ayuda",
        "tent",
        "🙂",
        "",
        " \n",
    ],
)
def test_addresses_numbers_and_words_of_both_languages_settle_nothing(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "current", "changes_to"),
    [
        ("je veux signaler un nid-de-poule", "en", "fr"),
        ("I need a permit for my deck", "fr", "en"),
        ("Weber Street North", "fr", None),  # an answer to "quelle rue?"
        ("De la Salle", "en", None),  # an answer to "which street?"
        ("ok", "fr", None),
        ("oui", "en", None),
    ],
)
def test_changing_a_settled_language_takes_a_sentence(text: str, current: str, changes_to: Optional[str]) -> None:
    assert detect(text, current) == changes_to


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("en français svp", "fr"),
        ("parlez-vous francais?", "fr"),
        ("Français", "fr"),
        ("can we do this in french", "fr"),
        ("in English please", "en"),
        ("en anglais s'il vous plaît", "en"),
        ("Do you speak any French?", "fr"),
        ("i only speak french", "fr"),
        ("I'd like to continue in English", "en"),
        ("please answer me in french", "fr"),
        ("let’s do this in English", "en"),
        ("hello, in French, please", "fr"),
        ("est-ce que vous parlez anglais", "en"),
        ("je ne parle que français", "fr"),
        ("on peut-tu parler en francais", "fr"),
        ("tu peux m'écrire en anglais?", "en"),
        ("repondez en anglais svp", "en"),
        ("s'il vous plait en français", "fr"),
        ("c'est possible en français?", "fr"),
        ("i'd rather write in english", "en"),
        ("la même réponse mais en français", "fr"),
        ("est-ce que vous avez ça en français", "fr"),
        ("je parle juste français", "fr"),
        ("we need some help in french", "fr"),
        ("je voudrais de l'aide en anglais", "en"),
        ("nobody speaks english here", None),  # tells, does not ask
        ("I don't speak French", None),
        ("Le panneau est écrit en anglais seulement", None),
        ("I get it in French every year, why", None),
        ("on nous parle anglais à l'hôtel de ville", None),
        ("Are there day camps in French?", None),  # asks about something, not of the assistant
        ("Please tell me if there are day camps in French", None),
        ("Is the tax bill available in French?", None),
        ("could you send the tax bill in French", None),
        ("does anyone at city hall speak French?", None),
        ("do staff speak french", None),
        ("does the crisis line speak french or other languages", None),
        ("why are you answering in french", None),
        ("Do I need to speak French to run for council", None),
        ("le formulaire est-il offert en anglais?", None),
        ("y a-t-il des livres en anglais à la bibliothèque", None),
        ("Est-ce que quelqu'un parle anglais à l'hôtel de ville?", None),
        ("je dois parler français pour travailler à la ville?", None),
        ("french immersion registration", None),
        ("my street is english lane", None),
    ],
)
def test_a_wish_for_a_language_is_heard(text: str, language: Optional[str]) -> None:
    assert wished(text) == language


@given(st.text(max_size=500))
def test_any_text_has_a_language_we_speak_or_none(text: str) -> None:
    assert detect(text) in ("en", "fr", None)
    assert detect(text, "fr") in ("en", "fr", None)
    assert wished(text) in ("en", "fr", None)


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("check on my report, in English please", "check on my report"),
        ("en français svp, c'est quand les poubelles", "c'est quand les poubelles"),
        ("répondez en français svp, c'est quand les poubelles", "c'est quand les poubelles"),
    ],
)
def test_a_wish_for_a_language_leaves_the_need_beside_it(text: str, need: str) -> None:
    assert need in without_wish(text)
    assert wished(without_wish(text)) is None


@pytest.mark.parametrize("text", ["Français", "in English", "when is garbage day", "are there day camps in French", ""])
def test_without_a_wish_or_a_need_the_text_stays(text: str) -> None:
    assert without_wish(text) == text
