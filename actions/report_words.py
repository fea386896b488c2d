"""What residents write while they report: `data/report_words.yml`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from actions.plurals import forms_of
from bot.knowledge.wording import comparable
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

WORDS_OF_AN_UNKNOWN = 4  # behind "i don't know": more of them may say where it is all the same
MOST_DIGITS = 3  # of a number of days, weeks, months or years
MOST_WORDS_OF_A_THING = 2  # that "a" counts: "a fridge", "an old fridge"

_STOPS = re.compile(r"[,;.:!?\n]+")
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Any]:
    with (settings().data_folder / "report_words.yml").open(encoding="utf-8") as file:
        shape: Mapping[str, Any] = safe_load(file)
    return shape


def says_skip(text: str) -> bool:
    """Whether a text is nothing but a wish to leave a question out."""
    return says_leave_out(text) or comparable(text) in _rows()["no_answer"]


def says_leave_out(text: str) -> bool:
    """Whether it is such a wish in so many words; "none" could be an answer."""
    return comparable(text) in _rows()["leave_out"]


def says_unknown(text: str) -> bool:
    """Whether a text says that the answer is not known, and hardly more: "i don't know the address", "no idea"."""
    said = comparable(text)
    begins = [words for words in _rows()["unknown"] if f"{said} ".startswith(f"{words} ")]
    return says_skip(text) or any(len(said.split()) - len(words.split()) <= WORDS_OF_AN_UNKNOWN for words in begins)


def holds_unknown(text: str) -> bool:
    """Whether a text says anywhere that something is not known: "what if i dont know"."""
    said = f" {comparable(text)} "
    return any(f" {words} " in said for words in _rows()["unknown"])


def list_places(text: str) -> List[int]:
    """The numbers of a text that holds nothing but numbers and what may stand between them: "1, 2 and 4"."""
    words = comparable(text).split()
    digits = [word for word in words if word.isdecimal()]
    return [int(word) for word in digits] if all(word in digits or word in _rows()["between_numbers"] for word in words) else []


def number_in(text: str) -> Optional[str]:
    """The number a text holds, in digits or words, as the city reads it; None when it holds none, or no single word for one."""
    written = _NUMBER.search(text)
    if written:
        return written[0].replace(",", ".")
    if _says_larger(text):
        return None
    said = comparable(text).split()
    meant = [number for number, words in enumerate(_rows()["numbers"], 1) if any(word in words for word in said)]
    sure = [number for number in meant if number > 1] or (meant if _counts_one(said) else [])  # "a couple", "a dozen"
    return str(sure[0]) if len(sure) == 1 else None


def _counts_one(said: List[str]) -> bool:
    """Whether an article counts: alone or before a single thing, "a fridge", not in "a pile" or "a couch and a lamp"."""
    articles, one = set(_rows()["articles"]), set(_rows()["numbers"][0])
    if not one.isdisjoint(set(said) - articles):
        return True
    others = [word for word in said if word not in articles]
    return len(others) <= MOST_WORDS_OF_A_THING and len(said) - len(others) == 1 and {*_rows()["measures"], "and", "et"}.isdisjoint(others)


def lasting(text: str) -> Optional[Tuple[int, str]]:
    """How long a text says that something lasts, in days, weeks, months or years: "depuis deux semaines" gives 2 and "weeks"."""
    for count, word in _counted_units().findall(folded(text)):
        number = number_in(count) or ""
        unit = next(unit for unit, words in _rows()["units"].items() if word in words)
        if number.isdecimal() and len(number) <= MOST_DIGITS and not _says_larger(text):
            return int(number), unit
    return None


@lru_cache(maxsize=1)
def _counted_units() -> re.Pattern[str]:
    words = "|".join(word for words in _rows()["units"].values() for word in words)
    return re.compile(rf"(?<!\S)(\S+?)\s*(?:\b(?:of|de)\s+)?({words})\b")


def _says_larger(text: str) -> bool:
    """Whether a text has a word for a number that the words of `numbers` are only a part of: "twenty one"."""
    return not set(comparable(text).split()).isdisjoint(_rows()["larger_numbers"])


def part_of_day(text: str) -> Optional[int]:
    """The hour that stands for the part of a day a text names."""
    said = f" {comparable(text)} "
    return next((row["hour"] for row in _rows()["parts_of_day"] if any(f" {word} " in said for word in row["words"])), None)


def about_the_past(text: str) -> bool:
    """Whether a question or an answer is about a day that is past."""
    said = f" {comparable(text)} "
    return any(f" {word} " in said for word in _rows()["past"])


def is_to_come(text: str) -> bool:
    """Whether a text names a day to come as such: "tomorrow", "next friday"."""
    return not set(comparable(text).split()).isdisjoint(_rows()["to_come"])


def without_lead_in(text: str) -> str:
    """A text without the words that may stand before the name of a place: "by the victoria park" gives "victoria park"."""
    words = text.split()
    before = _rows()["before_a_place"]
    while words and all(part in before for part in comparable(words[0]).split()):
        del words[0]
    return " ".join(words)


def place_rows(name: str) -> List[Any]:
    """The words of `data/report_words.yml` under a name, those about places."""
    rows: List[Any] = _rows()[name]
    return rows


def is_general(word: str) -> bool:
    """Whether a word may stand in the name of any request."""
    return word in _rows()["general"]


def means_own(text: str) -> bool:
    """Whether a text asks about the resident's own reports."""
    said = f" {comparable(text)} "
    return any(f" {words} " in said for words in _rows()["mine"])


def adds(text: str) -> bool:
    """Whether a text tells of something more: "also a tree fell", "il y a aussi un graffiti"."""
    return _has(comparable(text), "adding") or _begins(text, "begins_adding")


def puts_right(text: str) -> bool:
    """Whether a text corrects what was said: "no, it's graffiti"."""
    return _has(comparable(text), "correcting") or _begins(text, "begins_correcting")


def denies(text: str, name: str) -> bool:
    """Whether a text says that it is not what is called so: "not a pothole", "pas un nid-de-poule"."""
    said, rows = f" {comparable(text)} ", _rows()
    between = ["", *(f"{word} " for word in rows["before_a_name"])]
    return any(f" {no} {word}{comparable(name)} " in said for no in rows["denying"] for word in between)


def part_wrong(text: str) -> Optional[str]:
    """The part of a report that a text says is wrong or to be changed, by the keys of `changes`: "wrong corner", "la rue est mauvaise"."""
    rows, things = _rows(), set(_rows()["things_out_there"])
    before, behind, articles = _either(rows["to_be_changed"]), _either(rows["found_wrong"]), _either(rows["before_a_name"])
    at_the_end = rf"(?: (?:{_either(rows['behind_a_part'])}))*$"
    for key, words in rows["changes"].items():
        for parts, end in ((set(words) - things, r"\b"), (things.intersection(words), at_the_end)):
            part = _either(sorted(parts))
            said = rf"\b(?:{before}) (?:(?:{articles}) )*(?:{part}){end}|\b(?:{part}) (?:{behind}){end}"
            if parts and any(re.search(said, clause) for clause in _clauses(text)):
                return str(key)
    return None


def change_named(text: str) -> Optional[str]:
    """Which part of a report a text names, by the keys of `changes` in wording.yml; None for none, or for words that say where it is."""
    said = comparable(text)
    if _has(said, "more_exactly"):
        return None
    return next((key for key, words in _rows()["changes"].items() if _any_in(said, words)), None)


def says_where(text: str) -> bool:
    """Whether a text says more exactly where something is: "on the other side of the street"."""
    return _has(comparable(text), "more_exactly")


def without_add_that(text: str) -> Tuple[str, bool]:
    """A text without the words that say that it is to be added, and whether they say so for sure: "add that it is deep"."""
    words = text.split()
    for lead in sorted([*_rows()["add_that"], *_rows()["may_add"]], key=len, reverse=True):
        count = len(lead.split())
        if comparable(" ".join(words[:count])) == lead and len(words) > count:
            return " ".join(words[count:]), lead in _rows()["add_that"]
    return text, False


def is_about_sending(text: str) -> bool:
    """Whether a text is about sending a report."""
    return _has(comparable(text), "about_sending")


def asks_politely(text: str) -> bool:
    """Whether a question may be a wish: "can you take my number out?"."""
    return _begins(text, "polite")


def part_left_out(text: str) -> Tuple[Optional[str], str]:
    """The part of a report that a text asks to be left out, by the keys of `changes`, and the other words: "don't send my number"."""
    rows, said = _rows(), comparable(text)
    if part_wrong(text) is not None:
        return None, said
    before, none = _either(rows["leaving_out"]), _either(rows["none_of_it"])
    between = _either(rows["between_refused"])
    for key, words in rows["changes"].items():
        parts, bare = _either(words), _either([word for word in words if " " not in word])
        pattern = rf"\b(?:(?:{before}) (?:(?:{between}) )*(?:{parts})|(?:{none}) (?:{bare})|(?:{parts}) (?:{_either(rows['taken_out'])}))\b"
        if re.search(pattern, said):
            return str(key), re.sub(pattern, " ", said)
    return None, said


def reaches_themselves(text: str) -> bool:
    """Whether a text says that the resident calls the city: "never mind, i'll call"."""
    return _has(comparable(text), "reaches_themselves")


def refuses_contact(text: str) -> bool:
    """Whether a text says that the resident is not to be reached, or stays anonymous."""
    said, rows = comparable(text), _rows()
    none = re.search(rf"\b(?:{_either(rows['none_of_it'])}) (?:{_either(rows['being_reached'])})\b", said)
    return _has(said, "anonymous") or none is not None or _follows(text, "refusing", "between_refused", "being_reached")


def is_around_contact(word: str) -> bool:
    """Whether a word beside a telephone number or e-mail address says only whose it is."""
    return all(part in _rows()["around_contact"] for part in comparable(word).split())


def says_not_there(text: str) -> bool:
    """Whether a text says that what is asked for is not known, or not there to be seen."""
    said = comparable(text)
    return says_unknown(text) or any(f"{said} ".startswith(f"{words} ") for words in _rows()["not_there"])


def never_describes(text: str) -> bool:
    """Whether a question is not the description of a problem but about what comes of it: "will it be fixed today?"."""
    return _begins(text, "never_describes") or ("?" in text and _begins(text, "asks_with_a_mark"))


def says_nothing(text: str) -> bool:
    """Whether a text has words, but none that could tell of a problem or answer a question: "this is so dumb". A letter may answer."""
    said = comparable(text)
    return len(said) > 1 and all(word in _rows()["says_nothing"] for word in said.split())


def is_around_a_problem(word: str) -> bool:
    """Whether a word, as folded, of a first message says neither what is wrong nor where."""
    return word in _rows()["around_a_problem"]


def may_describe(text: str) -> bool:
    """Whether a text begins as a question may, and a description too: "is blocking the lane"."""
    return _begins(text, "may_describe")


def means_answer(text: str, names: Sequence[str], *, asked: bool) -> bool:
    """Whether a text says, in a resident's words, an answer of a city's list that is called by these names.

    Args:
        asked: the question was asked, so that plain words count.
    """
    said, called = _in_one_and_several(text), [comparable(name) for name in names]
    rows = (row for row in _rows()["answers_meant"] if any(_any_in(name, row["names"]) for name in called))
    return any(_any_in(said, [*row.get("sure", []), *(row["said"] if asked else [])]) for row in rows)


def is_unsure_answer(name: str) -> bool:
    """Whether an answer of a list stands for not knowing."""
    return comparable(name) in _rows()["unsure_answers"]


def undoes(text: str) -> bool:
    """Whether a text asks for a sent report to be withdrawn, changed or added to."""
    if _begins(text, "asks_what_was_done"):
        return False
    return _has(comparable(text), "sent_wrong") or _follows(text, "undoing", "between_undone", "undone")


def _in_one_and_several(text: str) -> str:
    """The words of a text, and behind them what each may be the plural of: a list needs the singular only."""
    said = comparable(text)
    return " ".join([said, *(form for word in said.split() for form in sorted(forms_of(word)))])


def _has(said: str, key: str) -> bool:
    return _any_in(said, _rows()[key])


def _any_in(said: str, words: Sequence[str]) -> bool:
    """Whether comparable words stand in a comparable text, side by side."""
    return any(f" {one} " in f" {said} " for one in words)


def _begins(text: str, key: str) -> bool:
    return any(f"{comparable(text)} ".startswith(f"{words} ") for words in _rows()[key])


def _follows(text: str, first: str, between: str, last: str) -> bool:
    """Whether words of two rows stand in a text one behind the other, with nothing but those of a third between them."""
    rows = _rows()
    return bool(re.search(rf"\b(?:{_either(rows[first])}) (?:(?:{_either(rows[between])}) )*(?:{_either(rows[last])})\b", comparable(text)))


def _clauses(text: str) -> List[str]:
    return [comparable(clause) for clause in _STOPS.split(text)]


def _either(words: Sequence[str]) -> str:
    """A pattern for any of comparable words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))
