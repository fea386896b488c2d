"""Which language a resident writes, and whether they ask for one. English and French; anything else is "unsure"."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import FrozenSet, List, Optional

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.language.code import without_code
from bot.language.street_words import folded
from bot.settings import settings
from bot.yaml_files import safe_load

MAX_CHARACTERS = 300  # more adds no certainty
_LEAN_FIRST = 0.35  # difference of the two probabilities that settles the language of a first message, with a tell-tale word
_LEAN_ALONE, _WORDS_ALONE = 0.65, 2  # without one; a single word proves nothing: "ayuda" and "tent" look French
_LEAN_AGAINST = 0.9  # the other way, at which the surest word does not count
_LEAN_SWITCH = 0.8  # and that changes a settled one; the changing message must hold a tell-tale word too
_SWITCH_WORDS = 4  # and be no shorter than this: "De la Salle" is a street, not a wish to speak French
_TELL_TALE = 0.25  # what one tell-tale word adds to the lean
_NAME_WORDS = 3  # a text with a digit and fewer words than this is likelier to be a street, whatever its words: "45 water st"
_ADDRESS_WORDS = 5  # a text with a digit and fewer words than this may be an address, a name or a number

_FRENCH = r"français|french"
_NAME = rf"(?:{_FRENCH}|anglais|english)\b"
_IN_IT = rf"\b(?:in|en)\s+{_NAME}"
_PLEASE = r"(?:please|pls|plz|svp|s'il (?:vous|te) plaît)"
# It is the assistant that is to answer: "do you speak", "can we do this in", "répondez-moi en". Who speaks at city hall is no wish.
_SPEAK = r"(?:speak|talk|chat|write|answer|reply|respond|continue|explain)"
_DO_IT = r"(?:do|say|read|have|get|put|repeat)\s+(?:this|that|it)"
_CAN_YOU = r"\b(?:(?:do|can|could|may|will|would)\s+(?:you|we|i)|let's|please)\s+(?:(?:please|also|only|just)\s+)*"
_I_WANT = r"\b(?:i|we|i'd)\s+(?:(?:please|also|only|just|would|rather|want to|prefer to|like to)\s+)*"
_TO_ME = r"(?:\s+(?:to|with|me|us|this|that|it|in|back|now|only|any|some))*\s+"
_BEGINS = r"(?:^\W*|[.,;!?]\s*)"
_ENGLISH_WISH = rf"(?:{_BEGINS}(?:{_SPEAK}|{_DO_IT})|{_CAN_YOU}(?:{_SPEAK}|{_DO_IT})|{_I_WANT}{_SPEAK})\b{_TO_ME}{_NAME}"
_PARLER = r"(?:m')?(?:parler|écrire|répondre|continuer|expliquer|dire|clavarder|faire)"
_PARLEZ = r"(?:parle[sz]?|écri(?:s|vez)|répond(?:s|ez)|continue[sz]?|continuons|explique[sz]?|di(?:s|tes))"
_POUVEZ_VOUS = (
    r"\b(?:(?:pouvez|pourriez)-vous|(?:peux|pourrais)-tu|vous\s+pou\w+|tu\s+p(?:eux|ourrais)|peut-on|on\s+peut(?:-tu)?|puis-je"
    r"|je\s+(?:veux|voudrais|peux|préfère|préférerais|aimerais))(?:\s+(?:me|nous|tout|ça))*\s+"
)
_A_MOI = r"(?:[\s-]+(?:vous|tu|moi|nous|me|en|ça|cela|à|avec|que|un|peu|juste|seulement|plutôt))*\s+"
_FRENCH_WISH = (
    rf"(?:{_BEGINS}{_PARLEZ}|\bparle[sz][\s-](?:vous|tu)|\b(?:vous|tu|je(?:\s+ne)?|{_PLEASE})[\s,]+{_PARLEZ}|{_POUVEZ_VOUS}{_PARLER}"
    rf"|\b(?:avez|as|avoir)\s+(?:ça|le service)){_A_MOI}{_NAME}"
)

_FOR_ME = (
    rf"\b(?:(?:i|we)\s+(?:need|want)|je\s+(?:veux|voudrais)|j'ai\s+besoin\s+d(?:'|e))\s*(?:some\s+|de\s+l')?(?:help|service|aide)"
    rf"\s+(?:in|en)\s+{_NAME}"
)


def _pattern(words: str) -> re.Pattern[str]:
    """For text in either case, with its accents or without, and with any apostrophe."""
    spellings = {ord("é"): "[eé]", ord("ç"): "[cç]", ord("î"): "[iî]", ord("'"): "['’]"}
    return re.compile(words.translate(spellings), re.IGNORECASE)


_WISH = _pattern(
    rf"{_IN_IT}[\s,]+{_PLEASE}|\b{_PLEASE}[\s,]+(?:in|en)\s+{_NAME}|\b{_NAME}[\s,]+{_PLEASE}|^\W*{_NAME}\W*$"
    rf"|(?:,|\b(?:but|mais|plutôt))\s+(?:in|en)\s+{_NAME}\W*$"
    rf"|(?:{_ENGLISH_WISH}|{_FRENCH_WISH}|{_FOR_ME})(?:[\s,]+{_PLEASE})?"
)
_BARE = _pattern(_IN_IT)
_ASKS_WHY = re.compile(
    r"\W*(?:why|pourquoi|how come|comment ça se fait)\b", re.IGNORECASE
)  # a complaint about a language wishes for the other
_IS_FRENCH = _pattern(_FRENCH)
_WORDS_BESIDE = 2  # "en français" with more beside it is about something: "are there day camps in French"


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.ENGLISH, Language.FRENCH).build()


def wished(text: str) -> Optional[str]:
    """The language asked for in so many words ("en français svp"), else None: "are there day camps in French" asks about something."""
    found = _wish(text[:MAX_CHARACTERS])
    if found is None:
        return None
    return "fr" if _IS_FRENCH.search(found.group()) else "en"


def without_wish(text: str) -> str:
    """The text without the words that ask for a language; the text itself when it asks for nothing else."""
    found = _wish(text)
    rest = f"{text[: found.start()]} {text[found.end() :]}" if found else text
    return rest if re.search(r"\w", rest) else text


def _wish(text: str) -> Optional[re.Match[str]]:
    if _ASKS_WHY.match(text):
        return None
    bare = _BARE.search(text)
    alone = bare and len(re.findall(r"[\w'’-]+", text[: bare.start()] + text[bare.end() :])) <= _WORDS_BESIDE
    return _WISH.search(text) or (bare if alone else None)


def detect(text: str, current: Optional[str] = None) -> Optional[str]:
    """`en` or `fr` when the text says so, else None: addresses, names, numbers and single words rarely do.

    With a `current` language (the conversation has one) changing it takes more than settling the first one.
    """
    text = without_code(text[:MAX_CHARACTERS])
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", folded(text).replace("’", "'"))
    with_number = any(character.isdigit() for character in text)
    maybe_name = with_number and len(words) < _NAME_WORDS
    if current is None and not maybe_name and (told := _surely_told(text, words)):
        return told
    lean = _lean(text, words)
    language = "fr" if lean > 0 else "en"
    told_words = _told(words, language)
    if current in (None, language):
        maybe_address = not told_words and len(words) < _ADDRESS_WORDS and with_number
        alone = abs(lean) >= _LEAN_ALONE and len(words) >= _WORDS_ALONE
        settled = abs(lean) >= _LEAN_FIRST if told_words else alone
        return language if settled and not maybe_address else None
    switches = told_words and not _told(words, current or "") and len(words) >= _SWITCH_WORDS
    return language if switches and abs(lean) >= _LEAN_SWITCH else None


def _surely_told(text: str, words: List[str]) -> Optional[str]:
    """The language of the sure words of a text, where it has none of the other language and does not look like that at all."""
    sure = [language for language in ("en", "fr") if not _words("sure", language).isdisjoint(words)]
    if len(sure) != 1 or _told(words, "en" if sure[0] == "fr" else "fr"):
        return None
    lean = _lean(text, words) * (1 if sure[0] == "fr" else -1)
    return sure[0] if lean > -_LEAN_AGAINST else None


@cache
def _words(kind: str, language: str) -> FrozenSet[str]:
    with (settings().data_folder / "language_words.yml").open(encoding="utf-8") as file:
        return frozenset(safe_load(file)[kind][language])


def _told(words: List[str], language: str) -> int:
    return sum(word in _words("little", language) or word in _words("sure", language) for word in words)


def _lean(text: str, words: List[str]) -> float:
    """Above 0: French; below: English. From -1 to 1 by the detector, and more by tell-tale words."""
    if not words:
        return 0.0
    french = _detector().compute_language_confidence(text, Language.FRENCH)
    english = _detector().compute_language_confidence(text, Language.ENGLISH)
    return french - english + _TELL_TALE * (_told(words, "fr") - _told(words, "en"))
