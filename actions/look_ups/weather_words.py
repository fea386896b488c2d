"""What a question about the weather asks: for a kind of alert, or for the forecast, which is not given. `data/weather_words.yml`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Iterable, Mapping, Optional, Sequence

from actions.clients.geomet import Alert
from bot.language.found import Reading
from bot.settings import settings
from bot.yaml_files import safe_load

_ENDING = "(?:s|es|y|ing|fall|storms?)?"  # "snowfall", "thunderstorms", "windy"


@dataclass(frozen=True)
class AlertKind:
    """One kind of alert. `names`: what stands in the English names of such alerts."""

    id: str
    title: Mapping[str, str]
    words: Mapping[str, Sequence[str]]
    names: Sequence[str]

    def of(self, alert: Alert) -> bool:
        """Whether an alert is of the kind: freezing rain is no rain, but a snow squall is snow."""
        name = alert.name["en"].casefold()
        first = next((kind for kind in alert_kinds() if any(part in name for part in kind.names)), None)
        return first is not None and not set(first.names).isdisjoint(self.names) and any(part in name for part in self.names)


def kind_asked(text: str) -> Optional[AlertKind]:
    """The kind of alert that a message names; None when it names none."""
    plain = _plain(text)
    return next((kind for kind in alert_kinds() if _says(plain, kind.words)), None)


def asks_forecast(text: str) -> bool:
    """Whether a message asks what the weather is or will be, and not what is in force."""
    plain = _plain(text)
    return _says(plain, _file()["forecast"]) and not _says(plain, _file()["alert"])


@lru_cache(maxsize=1)
def alert_kinds() -> Sequence[AlertKind]:
    """Every kind, in the order of the file."""
    return tuple(AlertKind(**row) for row in _file()["kinds"])


@lru_cache(maxsize=1)
def _file() -> Mapping[str, Any]:
    with (settings().data_folder / "weather_words.yml").open(encoding="utf-8") as file:
        return dict(safe_load(file))


def _plain(text: str) -> str:
    return Reading.of(text).plain.replace("’", "'")


def _says(plain: str, words: Mapping[str, Iterable[str]]) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(text)}{_ENDING}(?!\w)", plain) for texts in words.values() for text in texts)
