"""Which of the titles offered an answer means: by its number, its words or a part of them. Of a numbered text as of a form's question."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, FrozenSet, Iterable, List, Mapping, Optional, Sequence, Set

from rapidfuzz import fuzz

from bot.knowledge.wording import comparable
from bot.language.code import without_code
from bot.settings import settings
from bot.yaml_files import safe_load

LONG_WORD = 4  # letters from which a word says enough to stand for a title, and may be misspelt
LONG_WORD_EXPECTED = 3
SAME_WORD = 85  # of 100: how alike two spellings of a word are

Words = List[str]


def chosen(answer: str, titles: Sequence[str], *, expected: bool = False) -> Optional[int]:
    """Which title an answer means, counted from 0; None for free text, and when it could mean two.

    Case, accents and punctuation do not count. An answer means

    1. a line by its number, in digits or in the words of `data/choice_words.yml` ("2", "2.", "#2", "no. 2", "two", "the second
       one", "le 2e"), and a whole title; None when these are different lines;
    2. else the one title that holds its words side by side, if one of them has LONG_WORD letters or more, is no word that only asks
       ("how much"), nothing is asked, and none of the title's negations is left out;
    3. else the one title it misspells: as many words, short ones and those with digits the same, longer ones alike to SAME_WORD;
    4. else, if an answer is expected, the one title whose words stand side by side in it ("I think it flickers a lot").

    A number that no line has means nothing but a title that is that number. An answer with a negation that the title has not
    never means it in 3 and 4.

    Args:
        expected: the resident was just asked to choose, and what is no choice would not be understood: a form's question. A shorter
            word is enough in 2 then, and words that only ask count too.
    """
    said = comparable(answer).split()
    offered = [comparable(title).split() for title in titles]
    number = _number(said)
    exact = {index for index, title in enumerate(offered) if title == said or index + 1 == number}
    if exact or number is not None or not said:
        return _only(list(exact))
    least = LONG_WORD_EXPECTED if expected else LONG_WORD
    ways = [
        [index for index, title in enumerate(offered) if _is_part(said, title, least) and (expected or not _asks(answer, said))],
        [index for index, title in enumerate(offered) if _is_misspelt(said, title)],
        [index for index, title in enumerate(offered) if expected and _is_named(title, said)],
    ]
    return next((index for index in map(_only, ways) if index is not None), None)


def _only(found: Sequence[int]) -> Optional[int]:
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Any]:
    with (settings().data_folder / "choice_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


@lru_cache(maxsize=1)
def _digits() -> re.Pattern[str]:
    before, after = ("|".join(_words()[key]) for key in ("before_digits", "after_digits"))
    return re.compile(rf"(?:(?:{before}) ?)?(\d{{1,2}})(?:{after})?", re.ASCII)


def _number(said: Words) -> Optional[int]:
    """The number that is said, and nothing else."""
    words = list(said)
    while len(words) > 1 and words[0] in _words()["before"]:
        del words[0]
    while len(words) > 1 and words[-1] in _words()["after"]:
        del words[-1]
    digits = _digits().fullmatch(" ".join(words))
    if digits:
        return int(digits[1])
    return next((place for place, names in enumerate(_words()["places"], 1) if words and words[0] in names and len(words) == 1), None)


def _negations(words: Iterable[str]) -> Set[str]:
    return set(words) & set(_words()["negations"])


def content_words(text: str) -> List[str]:
    """The words that say what a text is about, as `comparable` writes them: none that only asks or joins, no number, no code."""
    return [word for word in comparable(without_code(text)).split() if len(word) > 1 and not word.isdecimal() and not _only_asks(word)]


def _only_asks(word: str) -> bool:
    return word in _words()["choose_nothing"] or any(word in names for names in _words()["places"])


def negated(text: str) -> bool:
    """Whether a text has a word that says no."""
    return bool(_negations(comparable(text).split()))


def _holds(whole: Words, part: Words) -> bool:
    """Whether the words of a part stand in the whole side by side."""
    return f" {' '.join(part)} " in f" {' '.join(whole)} "


def _asks(answer: str, said: Words) -> bool:
    """Whether an answer may be a question instead: it ends as one does ("recycling?"), or has no longer word but those that ask."""
    telling = (word for word in said if not _only_asks(word))
    return "?" in answer or max(map(len, telling), default=0) < LONG_WORD


def _is_part(said: Words, title: Words, least: int) -> bool:
    return max(map(len, said)) >= least and _holds(title, said) and _negations(title) <= set(said)


def _is_misspelt(said: Words, title: Words) -> bool:
    return len(said) == len(title) and _negations(said) == _negations(title) and all(map(_is_spelling_of, said, title))


def _is_spelling_of(said: str, word: str) -> bool:
    return said == word or (word.isalpha() and max(len(said), len(word)) >= LONG_WORD and fuzz.ratio(said, word) >= SAME_WORD)


def _is_named(title: Words, said: Words) -> bool:
    return max(map(len, title), default=0) >= LONG_WORD_EXPECTED and _holds(said, title) and _negations(said) <= set(title)


def takes_offer(answer: str) -> bool:
    """Whether an answer does nothing but agree, or ask to have done what was spoken of: "yes please", "report it", "oui, faites-le"."""
    said = comparable(answer)
    agrees = _says(said, "agrees") or says_yes(answer)
    return agrees and not _inverts(answer, said) and not _negations(said.split()) and _taking().issuperset(said.split())


def says_yes(answer: str) -> bool:
    """Whether an answer has a yes in it, or asks for something to be done: "ok" and "perfect" do neither."""
    return not _inverts(answer, comparable(answer)) and (_says(comparable(answer), "yes") or asks_to_act(answer))


def asks_to_act(answer: str) -> bool:
    """Whether such an answer asks for something to be done: "do it for me", not "yes"."""
    said = comparable(answer).split()
    beside = [{*said[max(place - 1, 0) : place], *said[place + 1 : place + 2]} for place in range(len(said))]  # "report it", "le signaler"
    on_it = any(word in _words()["acts_on"] and not near.isdisjoint(_words()["points"]) for word, near in zip(said, beside, strict=True))
    return on_it or not set(said).isdisjoint(_words()["acts"])


def _says(said: str, kind: str) -> bool:
    return any(f" {phrase} " in f" {said} " for phrase in _words()[kind])


def _inverts(answer: str, said: str) -> bool:
    """Whether an answer asks whether something is so, instead of asking for it."""
    begins = {kind: any(f"{said} ".startswith(f"{phrase} ") for phrase in _words()[kind]) for kind in ("inversions", "requests")}
    return "?" in answer or (begins["inversions"] and not begins["requests"])


@lru_cache(maxsize=1)
def _taking() -> FrozenSet[str]:
    kinds = ("yes", "agrees", "acts", "acts_on", "beside")
    return frozenset(word for kind in kinds for phrase in _words()[kind] for word in phrase.split())
