"""The years, seasons, months and days a question is about. What a single day is, `bot.language.days` reads.

The first and last day are both meant. A question looks back: a month or a season without a year is the latest that has begun.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

from bot.language.calendar_words import Words
from bot.language.day_arithmetic import months_later
from bot.language.days import days
from bot.language.found import Reading

FIRST_DAY = date(1900, 1, 1)  # of a time without a beginning
MOST_YEARS_BACK = 200
_SEASONS = {"spring": 3, "printemps": 3, "summer": 6, "ete": 6, "fall": 9, "autumn": 9, "automne": 9, "winter": 12, "hiver": 12}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "premier": 1, "deuxieme": 2, "troisieme": 3, "quatrieme": 4}

Span = Tuple[date, date]
Rule = Callable[["re.Match[str]", date], Optional[Span]]


class When(NamedTuple):
    """A time that is named, and where it stands in the reading."""

    first: date
    last: date
    start: int
    end: int


def whole_year(first: date, last: date) -> Optional[int]:
    """The year when the days are all of one year, else None."""
    return first.year if (first, last) == _of_year(first.year) else None


def _of_year(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def _of_months(year: int, month: int, count: int = 1) -> Span:
    first = date(year, month, 1)
    return first, months_later(first, count) - timedelta(1)


def _year(match: re.Match[str], today: date) -> Optional[Span]:
    return _of_year(int(match["y"]))


def _decade(match: re.Match[str], today: date) -> Optional[Span]:
    year = int(match["y"])
    return (date(year, 1, 1), date(year + 9, 12, 31)) if year % 10 == 0 else None


def _years_away(years: int) -> Rule:
    return lambda match, today: _of_year(today.year + years)


def _years_ago(match: re.Match[str], today: date) -> Optional[Span]:
    return _of_year(today.year - int(match["number"]))


def _so_far(match: re.Match[str], today: date) -> Optional[Span]:
    return date(today.year, 1, 1), today


def _back(match: re.Match[str], today: date) -> Optional[Span]:
    """ "the last 5 years": the same day five years ago, to today."""
    said, unit = match.groupdict().get("number") or "1", match["unit"] or match["unit2"]
    number = int(said) if said.isdigit() else 2
    if unit.startswith(("day", "jour", "w", "sem")):
        return today - timedelta(number * (7 if unit[0] in "ws" else 1)), today
    months = number * (1 if unit.startswith("mo") else 120 if unit.startswith("dec") else 12)
    return (months_later(today, -months), today) if 0 < months < 12 * MOST_YEARS_BACK else None


def _latest(today: date, month: int) -> int:
    """The year of the latest such month that has begun."""
    return today.year if month <= today.month else today.year - 1


def _month(match: re.Match[str], today: date) -> Optional[Span]:
    month, said = int(match["mo"] or 9), match.groupdict()
    year = int(match["y"]) if said.get("y") else _latest(today, month) - bool(said.get("last") and month == today.month)
    return _of_months(year, month)


def _months(match: re.Match[str], today: date) -> Optional[Span]:
    """From one month to another; a year that is said once is said for both."""
    first, last = int(match["mo"] or 9), int(match["mo2"] or 9)
    until = int(match["y2"]) if match["y2"] else _latest(today, last)
    since = int(match["y"]) if match["y"] else until - (first > last)
    begin, end = _of_months(since, first)[0], _of_months(until, last)[1]
    return (begin, end) if begin <= end else None


def _season(match: re.Match[str], today: date) -> Optional[Span]:
    """Summer is June to August. "last": the latest that is over; "this": the one of this year, for winter the one that runs or is next."""
    month, said = _SEASONS[match["season"]], match.groupdict()
    if said.get("y"):
        return _of_months(int(match["y"]), month, 3)
    if said.get("last"):
        over = (_of_months(year, month, 3) for year in (today.year, today.year - 1, today.year - 2))
        return next(span for span in over if span[1] < today)
    return _of_months(today.year - (month == 12 and today.month < 3), month, 3)


def _quarter(match: re.Match[str], today: date) -> Optional[Span]:
    said = match["quarter"]
    return _of_months(int(match["y"]), 3 * (_ORDINALS.get(said) or int(said)) - 2, 3)


_Y = r"(?P<y>(?:19|20)\d\d)"
_MO = r"(?:mo(?P<mo>\d+)|(?P<sept>sept))(?: \.)?"
_MO2 = r"(?:mo(?P<mo2>\d+)|(?P<sept2>sept))(?: \.)?"
_OF = r"(?: of| in| de| d '| en| ,)?"
_THE = r"the|l '|les|la|le|ces"
_IN = rf"(?:(?:in|during|for|of|over|within|en|de|au|pour|pendant|durant|sur|dans|au cours de|lors de)(?: (?:{_THE}))? |(?:{_THE}) )?"
_TO = r"(?:and|to|through|thru|until|till|-|et|a|jusqu ' (?:en|a)|au)"
_SEASON = rf"(?P<season>{'|'.join(_SEASONS)})"
_LAST = r"(?:last|past|previous|preceding)"
_DERNIER = r"(?:dernier|derniere|derniers|dernieres|passe|passee|passes|passees|precedent|precedente|precedents|precedentes)"
_UNIT = r"(?P<unit>years?|yrs?|decades?|months?|weeks?|days?|ans?|annees?|decennies?|mois|semaines?|jours?)"
_NUMBER = r"(?P<number>\d{1,3}|couple(?: of)?)"

_RULES: List[Tuple[str, Rule]] = [
    (rf"(?:(?:between|from|entre|de|d ') )?{_MO}(?: {_Y})? {_TO} {_MO2}{_OF}(?: (?P<y2>(?:19|20)\d\d))?", _months),
    (rf"{_IN}{_Y} (?:' )?s", _decade),
    (rf"{_IN}(?:les )?annees {_Y}", _decade),
    (rf"{_IN}{_LAST} {_NUMBER} (?:calendar )?{_UNIT}", _back),
    (rf"{_IN}{_LAST} (?P<unit>decade)", _back),
    (rf"(?:over|during|within|in) the {_LAST} (?P<unit>year|month|week)|(?:the )?past (?P<unit2>year)", _back),
    (rf"{_IN}{_NUMBER} {_DERNIER} {_UNIT}", _back),
    (rf"{_IN}{_NUMBER} {_UNIT} {_DERNIER}", _back),
    (rf"{_IN}{_DERNIER} (?P<unit>decennie)", _back),
    (rf"depuis {_NUMBER} {_UNIT}", _back),
    (r"so far this year|this year so far|year to date|ytd|since the (?:start|beginning) of (?:the|this) year", _so_far),
    (r"depuis le debut de (?:l ' |cette )annee|cette annee jusqu ' (?:a present|ici)|jusqu ' (?:a present|ici) cette annee", _so_far),
    (r"(?:the )?year before last", _years_away(-2)),
    (rf"{_IN}(?:(?:last|previous|preceding) (?:calendar )?(?:year|yr)|lastyear)", _years_away(-1)),
    (rf"{_IN}(?:an|annee) {_DERNIER}", _years_away(-1)),
    (rf"{_IN}(?:this|current) (?:calendar )?(?:year|yr)|cette annee|{_IN}annee (?:en cours|courante|actuelle)", _years_away(0)),
    (r"(?P<number>\d{1,2}) years ago", _years_ago),
    (r"il y a (?P<number>\d{1,2}) ans", _years_ago),
    (rf"{_IN}q (?P<quarter>[1-4]){_OF} {_Y}", _quarter),
    (rf"{_IN}(?P<quarter>first|second|third|fourth) quarter{_OF} {_Y}", _quarter),
    (rf"{_IN}(?P<quarter>premier|deuxieme|troisieme|quatrieme) trimestre{_OF} {_Y}", _quarter),
    (rf"{_IN}(?:(?P<last>{_LAST})|this) {_SEASON}", _season),
    (rf"{_IN}{_SEASON}{_OF} {_Y}", _season),
    (rf"{_IN}{_SEASON} (?P<last>{_DERNIER})", _season),
    (rf"(?:cet|cette|ce) {_SEASON}", _season),
    (rf"{_IN}(?:mois de )?(?P<last>last )?(?:month of )?{_MO}{_OF} {_Y}", _month),
    (rf"{_IN}(?:mois de )?mo(?P<mo>\d+)(?: (?P<last>{_DERNIER}))?(?! \d)", _month),
    (rf"(?:{_IN}mois de|{_IN}(?P<last>last)|in|en) {_MO}(?! \d)", _month),
    (rf"{_IN}(?:year |annee )?{_Y}", _year),
]
_BEHIND_AS = r"(?<!as )(?<!en date )(?<!the end )(?<!la fin )"  # the "of" of "as of" is no part of the time
_PATTERNS = [(re.compile(rf"(?<!\S){_BEHIND_AS}(?:{pattern})(?!\S)"), rule) for pattern, rule in _RULES]

_BETWEEN = re.compile(r"(?<!\S)(?:between|from|entre|de|du) $")
_AND = re.compile(r" (?:and|to|through|thru|until|till|-|et|a|jusqu ' en|jusqu ' a|au|up to) $")
_SPAN = re.compile(r" (?:to|through|thru|-|a) $")
_SINCE = re.compile(
    r"(?<!\S)(?:since|starting(?: in)?|beginning(?: in)?|from|depuis|a partir de|a compter de|des)"
    r"(?: the| l '| le)?(?: start of| debut de)? $"
)
_ONWARDS = re.compile(r"^ (?:onwards?|on|and later|and after|and on|to (?:now|today|date|present)|et apres|et plus tard)(?!\S)")
_SAID_YEAR = re.compile(r"(?:19|20)\d\d")
_AFTER = re.compile(r"(?<!\S)(?:after|later than|apres)(?: the| l '| le)? $")
_BEFORE = re.compile(r"(?<!\S)(?:before|prior to|earlier than|avant)(?: the| l '| le)? $")
_UNTIL = re.compile(
    r"(?<!\S)(?:until|till|up to|up until|through|as of|jusqu ' en|jusqu ' a|jusqu ' au|en date d[eu]|en date d '|au)"
    r"(?: the end of| la fin de)?(?: l ')? $"
)


class _Part(NamedTuple):
    first: date
    last: date
    start: int  # in the line of words
    end: int


def times(reading: Reading, today: date) -> List[When]:
    """Every time that a message names, from left to right."""
    words = Words.of(reading)
    parts = _joined(words.line, list(_parts(words, today)), today)
    return [When(part.first, part.last, *words.place(part.start, part.end)) for part in parts if part.first <= part.last]


def _parts(words: Words, today: date) -> Iterator[_Part]:
    """What the rules find, the longest of those that overlap; what a rule knows not to be a time hides what is in it."""
    found = [(match.start(), match.end(), rule(match, today)) for pattern, rule in _PATTERNS for match in pattern.finditer(words.line)]
    for one in days(words, today):
        since = words.line.startswith(("since", "depuis"), one.start)
        found.append((one.start, one.end, (one.first, today if since else one.last)))
    behind = -1
    for start, end, span in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= behind and not words.before_street_type(end):
            behind = end
            if span:
                yield _Part(*span, start, end)


def _joined(line: str, parts: List[_Part], today: date) -> Iterator[_Part]:
    """Times with the words around them: "between … and …", "since …", "before …"."""
    at = 0
    while at < len(parts):
        part, before = parts[at], line[: parts[at].start]
        between = _BETWEEN.search(before)
        if at + 1 < len(parts):
            middle = line[part.end : parts[at + 1].start]
            if (_AND if between else _SPAN).fullmatch(middle):
                first, last = part.first, parts[at + 1].last
                said = _SAID_YEAR.search(line[part.start : part.end])
                if first > last and not said and first.replace(year=last.year) <= last:  # a year said once is said for both
                    first = first.replace(year=last.year)
                yield _Part(first, last, between.start() if between else part.start, parts[at + 1].end)
                at += 2
                continue
        yield _around(line, part, before, today)
        at += 1


def _around(line: str, part: _Part, before: str, today: date) -> _Part:
    onwards = _ONWARDS.search(line[part.end :])
    if onwards:
        since = _SINCE.search(before)
        return _Part(part.first, today, since.start() if since else part.start, part.end + onwards.end())
    for pattern, first, last in (
        (_SINCE, part.first, today),
        (_AFTER, part.last + timedelta(1), today),
        (_BEFORE, FIRST_DAY, part.first - timedelta(1)),
        (_UNTIL, FIRST_DAY, part.last),
    ):
        found = pattern.search(before)
        if found and not (pattern is _SINCE and part.last == today):
            return _Part(first, last, found.start(), part.end)
    return part
