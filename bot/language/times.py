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
    hour, minute = int(match["hour"]), int(match["minute"] or {"demi": 30, "quar": 15}.get((match["part"] or "")[:4], 0))
    return _time(hour + 12 if match["later"] and hour < 12 else hour, minute)


def _always(hour: int) -> _Rule:
    return lambda match: _time(hour, 30 if match["demi"] else 0)


_FRENCH_HOUR = (
    r"(?P<hour>\d{1,2}) (?:h|hr|heures?)(?: (?P<minute>\d\d)| et (?P<part>demie?|quart))?"
    rf"(?: (?:(?P<morning>{_MORNING})|(?P<later>{_EVENING}|{_AFTERNOON})))?(?! (?:sur|par|d|de|que|qu|/)(?!\S))"
)
_RULES: List[Tuple[str, _Rule]] = [
    (rf"{_CLOCK} {_MERIDIEM}", _meridiem),
    (rf"(?:{_AT}) {_CLOCK}(?: o ' clock| oclock)? {_DAY_BETWEEN}(?:{_PART})", _part_of_day),
    (r"(?P<iso>(?<= - \d\d )(?:t )?)?(?P<hour>\d{1,2}) : (?P<minute>\d\d)(?: : \d\d)?", _day_clock),
    (rf"(?:(?:{_FRENCH_AT}) |^){_FRENCH_HOUR}", _french),
    (rf"{_LASTING}(?=\d{{1,2}} (?:h|heures?) (?:\d\d\b|et (?:demi|quart)|du |ce soir)){_FRENCH_HOUR}", _french),
    (r"(?<!apres )(?<!apres - )(?:noon|midday|midi)(?P<demi> et demie?)?", _always(12)),
    (r"(?:midnight|minuit)(?P<demi> et demie?)?", _always(0)),
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
