"""Messages in languages the assistant does not speak. The sentences were written for this test, one or two per language."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.examples import training_examples
from bot.language.other import other_language
from bot.other_languages import other_languages

SCRIPTS = {code: language.scripts for code, language in other_languages().items()}
KNOWN = frozenset(word.strip(string.punctuation) for example in training_examples() for word in example.text.casefold().split())


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("cuándo pasan a recoger la basura", "es"),
        ("necesito ayuda con mi factura", "es"),
        ("quando recolhem o lixo da minha rua?", "pt"),
        ("goorma ayaa qashinka la qaadaa", "so"),
        ("când se ridică gunoiul", "ro"),
        ("kada se odnosi smeće", "sr"),
        ("када се односи смеће", "sr"),
        ("коли забирають сміття", "uk"),
        ("когда вывозят мусор", "ru"),
        ("متى يتم جمع القمامة", "ar"),
        ("زباله را چه روزی می‌برند", "fa"),
        ("什么时候收垃圾", "zh"),
        ("ਕੂੜਾ ਕਦੋਂ ਚੁੱਕਿਆ ਜਾਂਦਾ ਹੈ", "pa"),
        ("ጎሓፍ መዓስ ይውሰድ", "ti"),
        ("khi nào thu gom rác", "vi"),
        ("쓰레기", "ko"),  # in a script of its own a word is enough
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert other_language(text, SCRIPTS, KNOWN) == language


@pytest.mark.parametrize(
    "text",
    [
        "when is garbage day",
        "quand passe la collecte",
        "garbge day??",
        "my pothole king st",
        "vidanges svp",
        "Schneider Ave",  # a street
        "hola",  # one word may be a name
        "200 king st w",
        "🙂🙂",
        "",
        "日本語で話せますか",  # a language no sentence is there for
        "ghar ke bahar kachra pada hai kab uthaoge",  # Hindi in Latin letters: better English than Tagalog
        "qing wen la ji shen me shi hou shou",  # Chinese
        "<a href=javascript:x onload=y(2)>",
        "{{3*3}} {% debug %}",
    ],
)
def test_what_is_english_french_a_name_or_unknown_is_not(text: str) -> None:
    assert other_language(text, SCRIPTS, KNOWN) is None


def test_hardly_any_example_of_ours_is_taken_for_another_language() -> None:
    """Each is asked as if none of its words were known, which is harsher than life."""
    examples = training_examples()[::7]
    taken = [example.text for example in examples if other_language(example.text, SCRIPTS, frozenset())]
    assert len(examples) > 100
    assert len(taken) <= 0.05 * len(examples), taken


@pytest.mark.parametrize("code", ["es", "pa", "ar", "zh", "pt", "ti", "so", "uk", "ro", "sr"])
def test_the_commonest_languages_of_newcomers_have_a_sentence_with_the_phone_number(code: str) -> None:
    assert "{phone}" in other_languages()[code].text


@given(st.text(max_size=500))
def test_any_text_has_an_answered_language_or_none(text: str) -> None:
    assert other_language(text, SCRIPTS, KNOWN) in {None, *SCRIPTS}


@pytest.mark.parametrize("code", sorted(SCRIPTS))
def test_each_sentence_says_911_for_danger(code: str) -> None:
    assert other_languages()[code].text.count("911") == (2 if code == "sr" else 1)  # in both scripts
