"""The time of day a message names: "7 am", "7:30 p.m.", "19 h 30", "midi". An hour that may be morning or evening is not guessed."""

from __future__ import annotations

import re
from datetime import time
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

from bot.language.calendar_words import Words

_Rule = Callable[["re.Match[str]"], Optional[time]]

_CLOCK = r"(?P<hour>\d{1,2})(?: : (?P<minute>\d\d))?(?: : \d\d)?"
_MERIDIEM = r"(?P<half>[ap])(?:m| m| \. m)(?: \.)?"
_MORNING, _EVENING = r"in the morning|morning|du matin|ce matin|matin", r"tonight|in the evening|this evening|evening|du soir|ce soir|soir"
_AFTERNOON = r"in the afternoon|this afternoon|afternoon|(?:de l '|cet) apres(?: -)? midi|apres(?: -)? midi"
_PART = rf"(?P<morning>{_MORNING}|this morning)|(?P<later>{_EVENING}|{_AFTERNOON}|at night)"
_DAY_BETWEEN = r"(?:(?:tomorrow|demain|(?:wd|en)\d) )?"
_AT = r"at|around|about|by|before|after|from|until|till"
_FRENCH_AT = r"(?<!\by )a|vers|des|avant|jusqu ' a|demain|hier|aujourdhui|wd\d|soir|matin|de(?= \d{1,2} h (?:\d\d )?a \d)"
# "pendant 1 h 30" and "stationnement de 1 h 30" last so long; they are no times.
_LASTING = "".join(rf"(?<!\b{word} )" for word in ("dans", "pendant", "durant", "depuis", "fait", "chaque", "y a", "de", "pour", "les"))


class Clock(NamedTuple):
    """A time and where it stands in the line of words."""

    time: time
    start: int
    end: int


def _time(hour: int, minute: int = 0) -> Optional[time]:
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _in_half(match: re.Match[str], later: bool) -> Optional[time]:
    hour = int(match["hour"])
    return _time(hour % 12 + 12 * later, int(match["minute"] or 0)) if 1 <= hour <= 12 else None


def _meridiem(match: re.Match[str]) -> Optional[time]:
    return _in_half(match, match["half"] == "p")


def _part_of_day(match: re.Match[str]) -> Optional[time]:
    return _in_half(match, match["later"] is not None) if int(match["hour"]) <= 12 else _written(match)


def _written(match: re.Match[str]) -> Optional[time]:
    return _time(int(match["hour"]), int(match["minute"] or 0))


def _day_clock(match: re.Match[str]) -> Optional[time]:
    """ "19:30", "07:30" and "12:15" can only be one time; "7:30" can be two."""
    sure = match["hour"].startswith("0") or int(match["hour"]) >= 12 or match["iso"] is not None
    return _written(match) if sure else None


def _french(match: re.Match[str]) -> Optional[time]:
    hour = int(match["hour"])
    hour = hour + 12 if match["later"] and hour < 12 else hour
    return _time(hour, int(match["minute"])) if match["minute"] else _moved(_time(hour), match)


def _always(hour: int) -> _Rule:
    return lambda match: _moved(_time(hour), match)


def _past_or_to(match: re.Match[str]) -> Optional[time]:
    """ "half past seven pm", "quarter to 9 in the evening": only with the half of the day, as any hour."""
    if match["noon"] or match["midnight"]:
        return _moved(_time(12 if match["noon"] else 0), match)
    return _moved(_in_half(match, match["half"] == "p" or match["later"] is not None), match)


def _moved(hour: Optional[time], match: re.Match[str]) -> Optional[time]:
    """The minutes past or to a full hour: "et quart", "moins dix", "half past"."""
    groups = match.groupdict()
    past, to = (_minutes(groups.get(name) or "0") for name in ("past", "to"))
    if hour is None:
        return None
    moment = (hour.hour * 60 + past - to) % (24 * 60)
    return time(moment // 60, moment % 60)


def _minutes(words: str) -> int:
    """ "half past", "demie", "le quart", "10", "vingt - 5"."""
    parts = {"half": 30, "demi": 30, "demie": 30, "quarter": 15, "quart": 15, "vingt": 20}
    return sum(parts.get(word) or int(word) for word in words.split() if word in parts or word.isdigit())


_PARTS = r" et (?P<past>demie?|quart)| moins (?P<to>(?:le )?quart|\d{1,2}|vingt(?: - 5)?)"
_FRENCH_HOUR = (
    rf"(?P<hour>\d{{1,2}}) (?:h|hr|heures?)(?: (?P<minute>\d\d)|{_PARTS})?"
    rf"(?: (?:(?P<morning>{_MORNING})|(?P<later>{_EVENING}|{_AFTERNOON})))?(?! (?:sur|par|d|de|que|qu|moins|/)(?!\S))"
)
_ENGLISH_PARTS = (
    r"(?:(?P<past>half(?: past)?|(?:(?:a )?quarter|\d{1,2}(?: minutes?)?) past)|(?P<to>(?:a )?quarter|\d{1,2} minutes?) (?:to|before))"
    r" (?:(?P<noon>noon|midday)|(?P<midnight>midnight)"
    rf"|(?P<hour>\d{{1,2}})(?P<minute>)(?: {_MERIDIEM}|(?: o ' clock| oclock)? (?:{_PART})))"
)
_RULES: List[Tuple[str, _Rule]] = [
    (_ENGLISH_PARTS, _past_or_to),
    (rf"{_CLOCK} {_MERIDIEM}", _meridiem),
    (rf"(?:{_AT}) {_CLOCK}(?: o ' clock| oclock)? {_DAY_BETWEEN}(?:{_PART})", _part_of_day),
    (r"(?P<iso>(?<= - \d\d )(?:t )?)?(?P<hour>\d{1,2}) : (?P<minute>\d\d)(?: : \d\d)?", _day_clock),
    (rf"(?:(?:{_FRENCH_AT}) |^){_FRENCH_HOUR}", _french),
    (rf"{_LASTING}(?=\d{{1,2}} (?:h|heures?) (?:\d\d\b|et (?:demi|quart)|du |ce soir)){_FRENCH_HOUR}", _french),
    (rf"(?<!apres )(?<!apres - )(?:noon|midday|midi)(?:{_PARTS})?", _always(12)),
    (rf"(?:midnight|minuit)(?:{_PARTS})?", _always(0)),
]
_PATTERNS = [(re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), rule) for pattern, rule in _RULES]


def times(words: Words) -> Iterator[Clock]:
    """Every time of day that is named, from left to right, none within another."""
    read = ((match, rule) for pattern, rule in _PATTERNS for match in pattern.finditer(words.line))
    behind = -1
    for match, rule in sorted(read, key=lambda one: (one[0].start(), -one[0].end())):
        if match.start() < behind or words.before_street_type(match.end()):
            continue
        found = rule(match)
        if found:
            behind = match.end()
            yield Clock(found, match.start(), match.end())
