"""What staff switched, as every process that answers residents reads it: notices, what is not answered, paused channels.

Each process reads the tables at most every `KEPT_S` seconds, so a switch acts within that time everywhere. While they cannot be
read, what was in force before stays.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Dict, FrozenSet, List, Mapping, Optional, Tuple

from django.db import Error, connection
from django.utils import timezone

from bot.conversations.models import Notice, Pause, SwitchedOff
from bot.conversations.subjects import Subject, subjects
from bot.knowledge.store import knowledge
from bot.labels import ARTICLE
from bot.settings import settings
from bot.yaml_files import safe_load

log = logging.getLogger(__name__)

KEPT_S = 2.0
Kind = SwitchedOff.Kind


@dataclass(frozen=True)
class InForce:
    """What is switched. `notices`: not over yet, first to begin first. `off`: kind and name. `pauses`: by channel, a text per language."""

    notices: Tuple[Notice, ...] = ()
    off: FrozenSet[Tuple[str, str]] = frozenset()
    pauses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def notices_at(self, moment: datetime) -> Tuple[Notice, ...]:
        return tuple(notice for notice in self.notices if notice.begins_at <= moment < notice.ends_at)

    def is_off(self, label: str) -> bool:
        """Whether questions with a label (`article/garbage_missed`, `look_up/ward`, `collection_day`) are not answered.

        A look-up is off with its topic, with its class of risk, and when every article that stands in for it is off.
        """
        if not self.off:
            return False
        subject = subjects().get(label) or _without_article().get(label)
        if subject and not self.off.isdisjoint({(Kind.TOPIC, subject.topic), (Kind.RISK, subject.risk)}):
            return True
        articles = _articles().get(label, [])
        return bool(articles) and all((Kind.ARTICLE, name) in self.off for name in articles)


@lru_cache(maxsize=1)
def _articles() -> Mapping[str, List[str]]:
    """By label, the articles that answer it: of a look-up, those that stand in for it."""
    found: Dict[str, List[str]] = {}
    for article in knowledge().articles:
        for label in {f"{ARTICLE}/{article.id}", article.label}:
            found.setdefault(label, []).append(article.id)
    return found


@lru_cache(maxsize=1)
def _without_article() -> Mapping[str, Subject]:
    """The subjects of labels that no article has."""
    with (settings().data_folder / "switches.yml").open(encoding="utf-8") as file:
        return {label: Subject(**row) for label, row in safe_load(file).items()}


@dataclass
class _Kept:
    """What was read, when, and from which database."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    found: InForce = field(default_factory=InForce)
    read_at: Optional[float] = None
    database: str = ""


_kept = _Kept()


def in_force() -> InForce:
    """What is switched now, or was up to `KEPT_S` seconds ago. It may read the database: call it off the event loop."""
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    with _kept.lock:
        if _kept.database != database:
            _kept.database, _kept.found, _kept.read_at = database, InForce(), None
        if _kept.read_at is None or now - _kept.read_at >= KEPT_S:
            try:
                _kept.found = read()
            except Error as err:
                log.warning("the switches cannot be read: %s", type(err).__name__)
            _kept.read_at = now
        return _kept.found


def forget() -> None:
    """Something was switched in this process: the next to ask reads the tables."""
    with _kept.lock:
        _kept.read_at = None


def read() -> InForce:
    """What the tables say. Raises django.db.Error."""
    return InForce(
        notices=tuple(Notice.objects.filter(ends_at__gt=timezone.now()).order_by("begins_at", "id")),
        off=frozenset(SwitchedOff.objects.values_list("kind", "name")),
        pauses=dict(Pause.objects.values_list("channel", "texts")),
    )
