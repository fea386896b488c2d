"""Which language a resident writes, and whether they ask for one. English and French; anything else is "unsure"."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import List, Optional

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

MAX_CHARACTERS = 300  # more adds no certainty
_LEAN_FIRST = 0.35  # difference of the two probabilities that settles the language of a first message
_LEAN_SWITCH = 0.8  # and that changes a settled one; the changing message must hold a tell-tale word too
_SWITCH_WORDS = 4  # and be no shorter than this: "De la Salle" is a street, not a wish to speak French
_TELL_TALE = 0.25  # what one tell-tale word adds to the lean
_ADDRESS_WORDS = 5  # a text with a digit and fewer words than this may be an address, a name or a number

# Short words that only one of the two languages has. Street names hold none of them.
_WORDS = {
    "en": frozenset(
        """the my is are was were when where what who how why do does did i you we he they it its in of for to and can not please
        hello hi thanks thank yes it's don't didn't i'm this that there have has need want will with from your""".split()
    ),
    "fr": frozenset(
        """le la les des du de un une je j'ai tu vous nous il elle ils mon ma mes est sont était pas ne quand où ou quel quelle
        quels qui que comment pourquoi avec dans sur pour au aux et bonjour salut merci oui svp c'est qu'est-ce cette ces ce
        votre vos chez""".split()
    ),
}
_LANGUAGE_NAMES = r"(?P<{0}fr>fran[cç]ais|french)|(?P<{0}en>anglais|english)"
_WISH = re.compile(
    r"\b(?:in|en)\s+(?:" + _LANGUAGE_NAMES.format("a") + r")\b"
    r"|\b(?:speak|write|talk|parle\w*|écri\w*)\b[\w\s'-]{0,15}\b(?:" + _LANGUAGE_NAMES.format("b") + r")\b"
    r"|\b(?:" + _LANGUAGE_NAMES.format("c") + r")\s+(?:please|pls|svp|s'il)"
    r"|^\W*(?:" + _LANGUAGE_NAMES.format("d") + r")\W*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.ENGLISH, Language.FRENCH).build()


def wished(text: str) -> Optional[str]:
    """The language asked for in so many words ("en français svp", "in English please"), else None."""
    found = _WISH.search(text[:MAX_CHARACTERS])
    return next((name[1:] for name, value in found.groupdict().items() if value), None) if found else None


def without_wish(text: str) -> str:
    """The text without the words that ask for a language; the text itself when it asks for nothing else."""
    rest = _WISH.sub(" ", text)
    return rest if re.search(r"\w", rest) else text


def detect(text: str, current: Optional[str] = None) -> Optional[str]:
    """`en` or `fr` when the text says so, else None: addresses, names, numbers and single words rarely do.

    With a `current` language (the conversation has one) changing it takes more than settling the first one.
    """
    text = text[:MAX_CHARACTERS]
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.casefold().replace("’", "'"))
    lean = _lean(text, words)
    language = "fr" if lean > 0 else "en"
    told = _told(words, language)
    if current in (None, language):
        maybe_address = not told and len(words) < _ADDRESS_WORDS and any(character.isdigit() for character in text)
        return language if abs(lean) >= _LEAN_FIRST and not maybe_address else None
    switches = told and not _told(words, current or "") and len(words) >= _SWITCH_WORDS
    return language if switches and abs(lean) >= _LEAN_SWITCH else None


def _told(words: List[str], language: str) -> int:
    return sum(word in _WORDS[language] for word in words)


def _lean(text: str, words: List[str]) -> float:
    """Above 0: French; below: English. From -1 to 1 by the detector, and more by tell-tale words."""
    if not words:
        return 0.0
    french = _detector().compute_language_confidence(text, Language.FRENCH)
    english = _detector().compute_language_confidence(text, Language.ENGLISH)
    return french - english + _TELL_TALE * (_told(words, "fr") - _told(words, "en"))
