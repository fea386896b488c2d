"""The city's rule for parking on the street at night (`data/street_parking.yml`), as pure questions about days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Mapping, Tuple

from bot.settings import settings
from bot.yaml_files import safe_load

MonthDay = Tuple[int, int]


@dataclass(frozen=True)
class WinterBan:
    """No parking from `start` to `end` in the mornings from `first` to `last`, both included, every year.

    Args:
        ask_before: until when an exemption for the same night can be asked for.
        articles: those offered with an answer, by what it is about: snow_event, winter, summer.
        snow_words: in the English name of a weather alert that may bring a snow event.
    """

    first: MonthDay
    last: MonthDay
    start: time
    end: time
    ask_before: time
    articles: Mapping[str, Tuple[str, ...]]
    snow_words: Tuple[str, ...]

    def holds_on(self, morning: date) -> bool:
        """Whether it holds in the small hours of a day."""
        day = (morning.month, morning.day)
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last

    def evening_of(self, moment: datetime) -> date:
        """The day on which the night began that is meant by "tonight": before its end in the morning, the day before."""
        return moment.date() - timedelta(days=1) if moment.time() < self.end else moment.date()


def read_ban(shape: Mapping[str, Any]) -> WinterBan:
    """The rule of one city. Raises KeyError or ValueError when the file is not as it should be."""
    winter = shape["winter"]
    start, end, ask_before = (time.fromisoformat(winter[name]) for name in ("from", "until", "ask_before"))
    articles = {about: tuple(ids) for about, ids in shape["articles"].items()}
    return WinterBan(_month_day(winter["first"]), _month_day(winter["last"]), start, end, ask_before, articles, tuple(shape["snow_words"]))


def _month_day(text: str) -> MonthDay:
    month, _, day = str(text).partition("-")
    return int(month), int(day)


@lru_cache(maxsize=1)
def winter_ban() -> WinterBan:
    """The rule of this city."""
    with (settings().data_folder / "street_parking.yml").open(encoding="utf-8") as file:
        return read_ban(safe_load(file))
