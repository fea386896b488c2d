"""The entries of an ESPI Atom feed, how they belong together, and the values in them.

Names are told by their namespace, not its prefix; links may be whole addresses or the end of one (city-apis reference, 4.6).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import FrozenSet, List, Optional, Sequence
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

from defusedxml import ElementTree

__all__ = ["ESPI", "Element", "Entry", "FeedError", "belongs", "child", "day_of", "entries_of", "number_of", "whole_days"]

ATOM = "{http://www.w3.org/2005/Atom}"
ESPI = "{http://naesb.org/espi}"
MOST_TAGS = 600_000  # hourly readings of a few meters for two years are half of that
MOST_ENTRIES = 5_000
MOST_POINTS = 50
_LATEST = 4_102_444_800  # 2100
_DAY_S = 86_400
_LONGEST_S = 800 * _DAY_S
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_HOUR = timedelta(hours=1)
_RELATIONS = ("self", "up", "related")


class FeedError(ValueError):
    """What came is no Green Button feed, or says what cannot be."""


@dataclass(frozen=True)
class Entry:
    """One resource of the feed. `places`: its own address and its folder's; `related`: what it points to."""

    name: str
    element: Element
    own: str
    places: FrozenSet[str]
    related: FrozenSet[str]


def entries_of(body: bytes) -> List[Entry]:
    """The resources of a feed, in its order. Raises FeedError."""
    if body.count(b"<") > MOST_TAGS:
        raise FeedError("a feed too large")
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True)
    except Exception as err:  # defusedxml raises several families of errors
        raise FeedError("not XML") from err
    if root.tag != f"{ATOM}feed":
        raise FeedError("no Atom feed")
    entries = [entry for node in root.iter(f"{ATOM}entry") for entry in _resources(node)]
    if len(entries) > MOST_ENTRIES or sum(entry.name == "UsagePoint" for entry in entries) > MOST_POINTS:
        raise FeedError("a feed too large")
    return entries


def _resources(node: Element) -> List[Entry]:
    links = {
        rel: frozenset(_path(link.get("href", "")) for link in node.iter(f"{ATOM}link") if link.get("rel") == rel) for rel in _RELATIONS
    }
    own = next(iter(links["self"]), "")
    found = [element for content in node.iter(f"{ATOM}content") for element in content if str(element.tag).startswith(ESPI)]
    places = (links["self"] | links["up"]) - {""}
    return [Entry(element.tag[len(ESPI) :], element, own, places, links["related"] - {""}) for element in found]


def _path(href: str) -> str:
    """What a link points to, without what comes before the resources."""
    try:
        path = urlsplit(href.strip()).path
    except ValueError:
        return ""
    return unquote(path).rpartition("/resource/")[2].strip("/")


def belongs(entry: Entry, parent: Entry, parents: Sequence[Entry]) -> bool:
    """Whether an entry is one of a parent's: linked to, below it, or there is but one of its kind in the feed to belong to."""
    if entry.places & parent.related or any(parent.own and place.startswith(f"{parent.own}/") for place in entry.places):
        return True
    return len(parents) == 1 and entry is not parent


def child(element: Element, *names: str) -> Optional[Element]:
    """The first element on this way down; None when there is none."""
    return element.find("/".join(ESPI + name for name in names))


def number_of(element: Element, *names: str) -> Optional[int]:
    """A whole number; None when it is not there. Raises FeedError for what is none."""
    found = child(element, *names)
    text = "" if found is None else (found.text or "").strip()
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise FeedError(f"{names[-1]} is no whole number")
    return int(text)


def whole_days(duration_s: int) -> int:
    """Days of a period, to the nearest: one with a change of the clocks has an hour more or less."""
    if not 0 <= duration_s <= _LONGEST_S:
        raise FeedError("a period too long")
    return (duration_s + _DAY_S // 2) // _DAY_S


def day_of(start: int, zone: ZoneInfo, *, early: bool = False) -> date:
    """The local day of a moment in seconds since 1970. Raises FeedError.

    Args:
        early: an hour before midnight is the day after: some meters count days in standard time, some the other way round.
    """
    if not 0 <= start < _LATEST:
        raise FeedError("a moment in no year that can be meant")
    moment = datetime.fromtimestamp(start, timezone.utc).astimezone(zone)
    return (moment + _HOUR if early else moment).date()
