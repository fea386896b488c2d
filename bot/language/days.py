"""The day or the days a message names, in English or French. Patterns read the words of `calendar_words`.

Each rule says what its days are, or that there are none to be sure of: then nothing shorter is read in their place either.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Callable, Iterator, List, NamedTuple, Optional, Tuple

from bot.language.calendar_words import Words
from bot.language.day_arithmetic import day_of, first_after, monday_of, months_later, nearest

MOST_DAYS_AWAY = 3660  # ten years
HALF_A_YEAR = 183
AFTER_NEXT = "after next"

Span = Tuple[date, date]  # first and last day
Rule = Callable[["re.Match[str]", date], Optional[Span]]

_MONTH = r"(?:mo(?P<month>\d+)|(?P<sept>sept))(?: \.)?"
_YEAR = r"(?: ,)?(?: (?P<year>(?:19|20)\d\d)\b)?"
_TH = r"(?: (?:st|nd|rd|th|er|re|e|eme))"
_DAY = rf"(?P<day>\d{{1,2}}){_TH}?"
_TO = rf"(?: (?:-|to|through|thru|until|till|au|et le|jusqu ' au)(?: the)? (?P<last>\d{{1,2}}){_TH}?)?"
_WEEKDAY = r"(?:(?:wd|en|fr)\d(?: \.)?(?: ,)? (?:the |le )?)?"
_NOT_A_TIME = r"(?! ?(?:: \d|h\b|am\b|pm\b|[ap] \. m|heures?\b|dollars?\b|\$))"
_NUMBER = r"(?P<number>\d{1,3}|sept|an?)"
_WEEKS = r"(?P<number>\d{1,2}|an?) (?:weeks?|wks?)"
_UNIT = r"(?P<unit>days?|weeks?|wks?|months?|jours?|semaines?|mois)\b(?! ouvr)"


class Days(NamedTuple):
    """First and last day, and where they stand in the line of words."""

    first: date
    last: date
    start: int
    end: int


def _one(day: Optional[date]) -> Optional[Span]:
    return (day, day) if day else None


def _said(match: re.Match[str]) -> str:
    """The words before or behind a name that say which one is meant."""
    groups = match.groupdict()
    return groups.get("word") or groups.get("behind") or ""


def _iso(match: re.Match[str], today: date) -> Optional[Span]:
    first = day_of(*map(int, match.group("y", "m", "d")))
    last = day_of(*map(int, match.group("y2", "m2", "d2"))) if match["y2"] else first
    return (first, last) if first and last and first <= last else None


def _numeric(match: re.Match[str], today: date) -> Optional[Span]:
    """Day first and month first must mean the same day, or only one of them be a day at all: 03/04/2026 is not guessed."""
    a, b, year = int(match["a"]), int(match["b"]), int(match["y"])
    meant = set(filter(None, (day_of(year, a, b), day_of(year, b, a))))
    return _one(meant.pop()) if len(meant) == 1 else None


def _month_day(match: re.Match[str], today: date) -> Optional[Span]:
    month, day = int(match["month"] or 9), int(match["day"])
    first = day_of(int(match["year"]), month, day) if match["year"] else nearest(today, month, day)
    last = day_of(first.year, month, int(match["last"])) if first and match["last"] else first
    return (first, last) if first and last and first <= last else None


def _whole_month(match: re.Match[str], today: date) -> Optional[Span]:
    month = int(match["month"] or 9)
    middle = date(int(match["year"]), month, 15) if match["year"] else nearest(today, month, 15)
    if middle is None:
        return None
    if _said(match) and middle.replace(day=1) > today:  # since: it has begun
        middle = middle.replace(year=middle.year - 1)
    return middle.replace(day=1), months_later(middle.replace(day=1), 1) - timedelta(1)


def _weekday_the(match: re.Match[str], today: date) -> Optional[Span]:
    """ "friday the 25th": the nearest such day."""
    weekday, day = int(match["wd"]), int(match["day"])
    around = (today + timedelta(sign * away) for away in range(HALF_A_YEAR) for sign in (1, -1))
    return _one(next((found for found in around if (found.weekday(), found.day) == (weekday, day)), None))


def _weekday(match: re.Match[str], today: date) -> Optional[Span]:
    """A weekday alone is the one to come, today included; behind "since" and "last" it is the one before today."""
    weekday, said = int(match["wd"] or match["only"]), _said(match)
    if said in ("last", "past", "this past", "since", "depuis", "dernier", "derniere", "passe", "passee"):
        return _one(first_after(today - timedelta(7), weekday))
    if said in ("next", "following", "next week", "semaine prochaine"):  # see docs/decisions/dates.md
        return _one(monday_of(today, 1) + timedelta(weekday))
    if said == AFTER_NEXT:
        return _one(monday_of(today, _direction(match)) + timedelta(weekday))
    if said in ("prochain", "prochaine", "qui vient"):
        return _one(first_after(today + timedelta(1), weekday))
    return _one(first_after(today, weekday))


def _weeks_behind(match: re.Match[str], today: date) -> Optional[Span]:
    """So many weeks behind a weekday: "a week from friday", "friday week", "mardi en huit", "mardi en quinze"."""
    weeks = 2 if match.groupdict().get("fortnight") else _number(match)
    found = _weekday(match, today)
    return _one(found[0] + timedelta(weeks=weeks)) if found else None


def _weekday_in_weeks(match: re.Match[str], today: date) -> Optional[Span]:
    """ "friday in two weeks": that of the week which is so many away."""
    return _one(monday_of(today, _number(match)) + timedelta(int(match["wd"])))


def _weeks_from_a_day(match: re.Match[str], today: date) -> Optional[Span]:
    """ "a week from tomorrow", "demain en huit"."""
    return _one(today + timedelta(int(_said(match) in ("tomorrow", "demain")), weeks=_number(match)))


def _week(match: re.Match[str], today: date) -> Optional[Span]:
    monday = monday_of(today, _direction(match))
    return monday, monday + timedelta(6)


def _weekend(match: re.Match[str], today: date) -> Optional[Span]:
    saturday = monday_of(today, _direction(match)) + timedelta(5)
    return saturday, saturday + timedelta(1)


def _month(match: re.Match[str], today: date) -> Optional[Span]:
    first = months_later(today.replace(day=1), _direction(match))
    return first, months_later(first, 1) - timedelta(1)


def _direction(match: re.Match[str]) -> int:
    """How many weeks or months away the words say: one back, none, one on or two."""
    said = _said(match)
    if said == AFTER_NEXT:
        return 2
    if said.startswith(("next", "following", "prochain", "qui vient")):
        return 1
    return -1 if said.startswith(("last", "past", "this past", "derni", "pass")) else 0


def _number(match: re.Match[str]) -> int:
    """The number that is counted: "a" and none at all are one, and "sept" is not September but seven."""
    number = match.groupdict().get("number") or "1"
    return 7 if number == "sept" else int(number) if number.isdigit() else 1


def _counted(match: re.Match[str], today: date) -> Optional[Span]:
    number = _number(match)
    back = -1 if _said(match) in ("il y a", "y a", "ago") else 1
    if match["unit"].startswith("mo"):
        return _one(months_later(today, back * number)) if number * 31 < MOST_DAYS_AWAY else None
    days = number * (7 if match["unit"][0] in "ws" else 1)
    return _one(today + timedelta(back * days)) if days < MOST_DAYS_AWAY else None


def _from_today(days: int) -> Rule:
    return lambda match, today: _one(today + timedelta(days))


def _none(match: re.Match[str], today: date) -> Optional[Span]:
    return None


_ENGLISH, _FRENCH = r"(?:wd|en)(?P<wd>\d)(?: \.)?", r"(?:wd|fr)(?P<wd>\d)(?: \.)?"
_AN_HOUR = r"(?= (?:morning|afternoon|evening|night|(?:at )?\d{1,2}(?: : \d\d)? (?:am|pm|a \. m)))"
_BEFORE = "next|this past|this coming|this|coming|last|past|following"
_BEHIND = "prochaine?|qui vient|derniere?|passee?"
_NTH = r"\d (?:st|nd|rd|th|er|e)|first|second|third|fourth|last|premier|deuxieme|troisieme|quatrieme|dernier"

_RULES: List[Tuple[str, Rule]] = [
    (
        r"(?P<y>(?:19|20)\d\d) (?P<sign>[-/]) (?P<m>\d{1,2}) (?P=sign) (?P<d>\d{1,2})"
        r"(?: / (?P<y2>(?:19|20)\d\d) - (?P<m2>\d\d) - (?P<d2>\d\d))?(?! [-/])",
        _iso,
    ),
    (r"(?P<a>\d{1,2}) (?P<sign>[-/.]) (?P<b>\d{1,2}) (?P=sign) (?P<y>(?:19|20)\d\d)", _numeric),
    (rf"{_WEEKDAY}{_MONTH} (?:the )?{_DAY}{_TO}{_NOT_A_TIME}{_YEAR}", _month_day),
    (rf"{_WEEKDAY}{_DAY}{_TO} (?:of |de )?{_MONTH}{_YEAR}", _month_day),
    (rf"(?:in|during|en|(?:au )?mois de|(?P<word>since|depuis)) {_MONTH}{_YEAR}", _whole_month),
    (rf"{_MONTH} (?P<year>(?:19|20)\d\d)", _whole_month),
    (rf"{_ENGLISH}(?: ,)? (?:the )?(?P<day>\d{{1,2}}){_TH}", _weekday_the),
    (r"(?:every|each|most|chaque|tous les) (?:wd|en|fr)\d", _none),
    (r"(?:wd|en|fr)\d(?: \.)? (?:-|to|through|thru|a|au|and|et|or|ou|/) (?:wd|en|fr)\d", _none),  # opening hours
    (rf"(?:{_NTH}) (?:wd|en|fr)\d (?:of|du|de|in(?= mo))", _none),  # "the first monday of the month"
    (rf"{_WEEKS} (?:from|after) (?:(?P<word>next|this) )?{_ENGLISH}", _weeks_behind),
    (rf"{_WEEKS} from (?P<word>today|tomorrow)", _weeks_from_a_day),
    (r"wd(?P<wd>\d) week(?! (?:- )?end)", _weeks_behind),
    (r"wd(?P<wd>\d) en (?:8|(?P<fortnight>15|quinze))(?! (?:jours?|minutes?|heures?|h)\b)", _weeks_behind),
    (r"(?P<word>aujourdhui|demain) en 8(?! jours?)", _weeks_from_a_day),
    (rf"wd(?P<wd>\d) in {_WEEKS}", _weekday_in_weeks),
    (r"wd(?P<wd>\d) dans (?P<number>\d{1,2}) semaines?", _weekday_in_weeks),
    (rf"{_ENGLISH} (?P<behind>{AFTER_NEXT})", _weekday),
    (rf"(?P<word>{_BEFORE}) {_ENGLISH}", _weekday),
    (rf"ce {_FRENCH}", _weekday),
    (rf"{_ENGLISH} (?P<behind>next week)", _weekday),
    (rf"(?P<word>next week)(?: on)? {_ENGLISH}", _weekday),
    (rf"{_FRENCH} de la (?P<behind>semaine prochaine)", _weekday),
    (rf"{_FRENCH} (?P<behind>{_BEHIND})", _weekday),
    (rf"(?P<word>since|depuis)(?: last| le)? {_ENGLISH}", _weekday),
    (rf"(?:on|by|until|till|before|after|due|from) {_ENGLISH}", _weekday),
    (rf"{_ENGLISH}{_AN_HOUR}", _weekday),
    (r"wd(?P<wd>\d)|^(?:on )?en(?P<only>\d)(?: \W)*$", _weekday),  # "wed" is one when nothing else is said
    (
        rf"(?:(?P<word>{_BEFORE}|ce|cette) )?(?:weekend|week - end|week end|fin de semaine|fds)(?: (?P<behind>{_BEHIND}|{AFTER_NEXT}))?",
        _weekend,
    ),
    (rf"(?P<word>{_BEFORE}|cette) (?:week|semaine)", _week),
    (rf"(?:week (?P<word>{AFTER_NEXT})|semaine (?P<behind>{_BEHIND}))", _week),
    (rf"(?P<word>{_BEFORE}|ce) (?:month|mois)", _month),
    (rf"(?:month (?P<word>{AFTER_NEXT})|mois (?P<behind>{_BEHIND}))", _month),
    (r"(?:the )?day after tomorrow|apres(?: -)? demain", _from_today(2)),
    (r"(?:the )?day before yesterday|avant(?: -)? hier", _from_today(-2)),
    (r"tomorrow|demain", _from_today(1)),
    (r"yesterday|hier|last (?:night|evening)", _from_today(-1)),
    (r"today|tonight|aujourdhui|this (?:morning|afternoon|evening)|ce (?:soir|matin|midi)|cet(?:te)? apres(?: -)? midi", _from_today(0)),
    (rf"(?P<word>in|dans|d ' ici) {_NUMBER} {_UNIT}", _counted),
    (rf"{_NUMBER} {_UNIT} (?P<behind>ago|from now)", _counted),
    (rf"(?P<word>il y a|y a) {_NUMBER} {_UNIT}", _counted),
]
_PARTS = [
    (part, re.compile(rf"(?:^| )(?:{pattern})$"))
    for part, pattern in (
        ("morning", "morning|matin(?:ee)?"),
        ("afternoon", "afternoon|apres(?: -)? midi"),
        ("evening", "tonight|night|evening|soir(?:ee)?"),
    )
]
_PATTERNS = [(re.compile(rf"(?<!\S)(?:{pattern})(?!\S)"), rule) for pattern, rule in _RULES]


def days(words: Words, today: date) -> Iterator[Days]:
    """Every day or run of days that is named, from left to right, none within another."""
    read = ((match, rule) for pattern, rule in _PATTERNS for match in pattern.finditer(words.line))
    behind = -1
    for match, rule in sorted(read, key=lambda one: (one[0].start(), -one[0].end())):
        if match.start() < behind or words.before_street_type(match.end()):
            continue
        behind = match.end()
        span = rule(match, today)
        if span:
            yield Days(*span, match.start(), match.end())


def part_of_day(words: Words, day: Days) -> Optional[str]:
    """ "morning", "afternoon" or "evening", when it is said of a day: "demain matin", "tonight", "saturday in the afternoon"."""
    named = words.line[day.start : day.end]
    behind = re.match(r"(?: (?:in the|at|en|au))?(?: apres(?: -)? midi| \S+)", words.line[day.end :])
    lines = (named, named + behind.group()) if behind else (named,)
    return next((part for part, pattern in _PARTS if any(map(pattern.search, lines))), None)
