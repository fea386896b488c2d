"""Data sets as a catalogue describes them. Source: OGC API Records of ArcGIS Hub; DCAT-US 1.1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from bot.city import city

_NO_FORMAT = ("Service", "Map", "Application", "Page")  # kinds of things in a catalogue, not of files

Page = Callable[[str], str]
"""The catalogue's own page about the data set with this identifier."""


class ShapeError(ValueError):
    """An answer is not in the protocol."""


@dataclass(frozen=True)
class DataSet:
    """A data set. `licence`, `formats` and `modified` are empty where the catalogue does not say; `link` is a page for people."""

    title: str
    description: str
    licence: str
    formats: Tuple[str, ...]
    modified: Optional[date]
    link: str


def read_record(row: Any, page: Page) -> DataSet:
    """A record of a search. Raises ShapeError."""
    told = row.get("properties") if isinstance(row, Mapping) else None
    if not isinstance(told, Mapping) or not _plain(told.get("title")):
        raise ShapeError("a record without a title")
    return DataSet(
        title=_plain(told["title"]),
        description=_plain(told.get("description") or told.get("snippet")),
        licence=_plain(told.get("license") or told.get("licenseInfo")),
        formats=_formats(told.get("formats")) or _formats([told.get("type")]),
        modified=_day(told.get("modified")),
        link=_html_link(row.get("links")) or page(str(row.get("id") or told.get("id") or "")),
    )


def read_dataset(row: Mapping[str, Any], page: Page) -> DataSet:
    """A data set of a DCAT feed. Raises ShapeError."""
    if not _plain(row.get("title")):
        raise ShapeError("a data set without a title")
    files = row.get("distribution")
    formats = [one.get("format") or one.get("mediaType") for one in files if isinstance(one, Mapping)] if isinstance(files, list) else []
    identifier = str(row.get("identifier") or "")
    return DataSet(
        title=_plain(row["title"]),
        description=_plain(row.get("description")),
        licence=_plain(row.get("license")),
        formats=_formats(formats),
        modified=_day(row.get("modified")),
        link=next((url for url in (row.get("landingPage"), identifier) if _is_address(url)), None) or page(identifier),
    )


def _formats(values: Any) -> Tuple[str, ...]:
    if not isinstance(values, list):
        return ()
    texts = (_plain(value.get("name") or value.get("format") if isinstance(value, Mapping) else value) for value in values)
    return tuple(dict.fromkeys(text for text in texts if text and not text.endswith(_NO_FORMAT)))


def _html_link(links: Any) -> Optional[str]:
    rows: Sequence[Any] = links if isinstance(links, list) else []
    pages: List[Any] = [row.get("href") for row in rows if isinstance(row, Mapping) and "html" in str(row.get("type") or "")]
    return next((str(url) for url in pages if _is_address(url)), None)


def _is_address(value: Any) -> bool:
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _day(value: Any) -> Optional[date]:
    """Milliseconds since 1970, or an ISO date or moment."""
    try:
        if type(value) in (int, float):
            return datetime.fromtimestamp(value / 1000, city().timezone).date()
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None


def _plain(value: Any) -> str:
    """The text without markup."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", value)).split()) if isinstance(value, str) else ""
