"""The transit agency's timetable (GTFS): fetched and read in the background, kept in the state folder until a newer one is there.

Source: GTFS Schedule reference, gtfs.org; the address of the zip is in the city profile.
"""

from __future__ import annotations

import io
import logging
import os
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Optional
from zoneinfo import ZoneInfo

from actions.clients.errors import CityError, Failure
from actions.clients.gtfs_tables import FeedError, load
from actions.clients.http import Http
from actions.clients.timetable import Timetable
from bot.city import city
from bot.settings import settings

FRESH_S = 24 * 3600
LOOK_S = 600.0  # how often it is looked whether something is due
FIRST_RETRY_S = 2.0  # after a failure, then twice as long each time: the agency may start together with us
MOST_BYTES = 50_000_000
FILE = "timetable.sqlite3"

_log = logging.getLogger(__name__)


class TimetableError(CityError):
    """There is no timetable to answer from."""


class Timetables:
    """The newest timetable there is. Safe to use from several threads, and by several processes with one state folder.

    The file's time of change says when the agency last confirmed it.

    Args:
        url: of the zip.
        folder: where the tables are kept.
        zone: of the city, for an agency that names none.
    """

    def __init__(self, url: str, folder: Path, *, zone: ZoneInfo, legacy_tls_host: str = "") -> None:
        base, _, self._name = url.rpartition("/")
        self.url = url
        self.path = folder / FILE
        self.http = Http(base, TimetableError, accept="application/zip, */*", most_bytes=MOST_BYTES, legacy_tls_host=legacy_tls_host)
        self._zone = zone
        self._lock = Lock()
        self._open: Optional[Timetable] = None
        self._opened = (0, 0)
        self._thread: Optional[Thread] = None
        self._stopped = Event()

    def current(self) -> Timetable:
        """The timetable. Never waits for the agency. Raises TimetableError, UNREACHABLE: nothing was loaded yet."""
        with self._lock:
            try:
                there = self.path.stat()
            except FileNotFoundError:
                there = None
            if there and (there.st_dev, there.st_ino) != self._opened:
                found = Timetable(self.path, self._zone)
                if found.note("url") == self.url:
                    self._open, self._opened = found, (there.st_dev, there.st_ino)
            if self._open is None:
                raise TimetableError(Failure.UNREACHABLE, "not loaded yet")
            return self._open

    def refresh(self) -> bool:
        """Fetches the timetable if the agency has another one than ours, and says whether it had.

        Raises:
            TimetableError: not reached, refused, or no timetable; the one that was there stays.
        """
        try:
            etag = self.current().note("etag")
        except TimetableError:
            etag = ""
        answer = self.http.get(self._name, {}, call="GET timetable", headers={"If-None-Match": etag} if etag else None)
        if answer.status == 304 and etag:
            os.utime(self.path)
            return False
        if answer.status != 200:
            raise TimetableError(Failure.REFUSED, "", status=answer.status)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.path.parent, prefix="timetable-") as scratch:
            made = Path(scratch) / FILE
            try:
                load(io.BytesIO(answer.body), made, {"url": self.url, "etag": answer.etag})
            except FeedError as err:
                raise TimetableError(Failure.MALFORMED, str(err), status=answer.status) from err
            os.replace(made, self.path)
        return True

    @property
    def due(self) -> bool:
        """Whether the agency should be asked again."""
        try:
            self.current()
            return time.time() - self.path.stat().st_mtime > FRESH_S
        except (TimetableError, FileNotFoundError):
            return True

    def keep_fresh(self) -> None:
        """From now on loads in the background whatever is due, as long as the process lives."""
        with self._lock:
            if self._thread is None:
                self._thread = Thread(target=self._keep, name="timetable", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _keep(self) -> None:
        retry_s = FIRST_RETRY_S
        while not self._stopped.is_set():
            pause_s = LOOK_S
            if self.due:
                try:
                    self.refresh()
                    retry_s = FIRST_RETRY_S
                except TimetableError as err:
                    _log.warning("the timetable is not refreshed: %s", err)
                except Exception as err:  # the next try may work; without one the timetable would grow old unseen
                    _log.error("the timetable is not refreshed: %s", type(err).__name__)
                if self.due:
                    pause_s, retry_s = min(retry_s, LOOK_S), retry_s * 2
            self._stopped.wait(pause_s)


@lru_cache(maxsize=1)
def timetables_from_settings() -> Optional[Timetables]:
    """The agency's timetable, one for all actions; None when the city offers none."""
    backend = city().backends["timetable"]
    if backend.url is None:
        return None
    legacy = backend.options.get("legacy_tls_host", "")
    return Timetables(backend.url, settings().state_folder, zone=city().timezone, legacy_tls_host=legacy)
