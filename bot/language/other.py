"""Which language a message is in that is neither English nor French, by its script or by the detector lingua."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from functools import lru_cache
from typing import Container, Dict, Iterable, Mapping, Optional, Tuple

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from bot.language.code import without_code
from bot.language.detect import MAX_CHARACTERS

_LEAST_CONFIDENCE = 0.9  # in Latin letters: Hindi and Chinese written in them reach 0.8 of some language
_LEAST_CONFIDENCE_OF_SCRIPT = 0.4  # where only the language among those of a script is open: Arabic, Persian, Urdu
_LEAST_UNKNOWN_WORDS = 2  # in Latin letters, that neither English nor French examples use; single ones are names and slips
_SAME = {"hr": "sr", "bs": "sr"}  # Serbian in Latin letters, which the detector knows by its sisters' names


@lru_cache(maxsize=4)
def _detector(codes: Tuple[str, ...]) -> LanguageDetector:
    wanted = {*codes, "en", "fr", *(sister for sister, code in _SAME.items() if code in codes)}
    known = [language for language in Language.all() if language.iso_code_639_1.name.lower() in wanted]
    # The full models need ten times the memory and are less decided about short texts in a language they do know.
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def other_language(text: str, scripts: Mapping[str, Iterable[str]], known: Container[str]) -> Optional[str]:
    """The ISO 639-1 code of the language of a text, one of `scripts`; None when it is English, French, unknown, or not sure.

    Args:
        scripts: each language that may be answered, with the scripts that tell it alone (`{"pa": ["GURMUKHI"], "es": []}`),
            named as Unicode names their letters.
        known: words, folded as `str.casefold` does, that are English or French.
    """
    text = without_code(text[:MAX_CHARACTERS])
    codes = tuple(sorted(scripts))
    script = _script(text)
    if script != "LATIN":
        by_script = {name: code for code, names in scripts.items() for name in names}
        return by_script.get(script or "") or (_detected(text, codes, _LEAST_CONFIDENCE_OF_SCRIPT) if script else None)
    words = re.findall(r"[^\W\d_]+", text.casefold())
    unknown = sum(word not in known for word in words)
    if unknown < _LEAST_UNKNOWN_WORDS or 2 * unknown <= len(words):
        return None
    return _detected(text, codes, _LEAST_CONFIDENCE)


def _detected(text: str, codes: Tuple[str, ...], least: float) -> Optional[str]:
    confidence: Dict[str, float] = defaultdict(float)
    for row in _detector(codes).compute_language_confidence_values(text):
        code = row.language.iso_code_639_1.name.lower()
        confidence[_SAME.get(code, code)] += row.value
    best = max(confidence, key=confidence.__getitem__)
    return best if best in codes and confidence[best] >= least else None


def _script(text: str) -> Optional[str]:
    """The script of most letters, None when there are none."""
    names = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    return names.most_common(1)[0][0] if names else None
