"""The log of a process: one line per event on standard error, masked, whoever writes it; as text, or as JSON (`LOG_FORMAT`).

A record is masked when it is made, so no handler ever holds a plain one. What does not go through logging is masked as well: errors
that nobody caught, in any thread, warnings, and what a library prints. A record has the turn it is about (`about_turn`), by which a turn
is followed from part to part.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone
from functools import partial
from types import TracebackType
from typing import Any, Callable, Iterator, Optional, TextIO, Type

from bot.conversations.cleaning import legible
from bot.conversations.masking import mask, mask_amounts
from bot.settings import settings

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_UNCAUGHT = "an error that nobody caught"
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrt])")  # how `repr` and JSON write what is in their texts
_MOST_CHARACTERS = 20_000  # of one line; a mask takes time that grows with it


_turn: ContextVar[str] = ContextVar("turn", default="")


def start_log(part: str) -> None:
    """Begins the log of this process. Call it first, before anything else writes."""
    install_log_masking()
    as_json = settings().log_format == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(part) if as_json else _Text(FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # it warns of every retry and every pool; we say it once, with the turn
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    printed = partial(_printed_as_json, part) if as_json else mask_line
    sys.stderr, sys.stdout = _masked(sys.stderr, printed), _masked(sys.stdout, printed)


@contextmanager
def about_turn(turn_id: str) -> Iterator[None]:
    """What is logged within this, in threads started by `asyncio.to_thread` too, is about this turn: 32 hexadecimal digits."""
    token = _turn.set(turn_id)
    try:
        yield
    finally:
        _turn.reset(token)


def mask_line(text: str) -> str:
    """A line, or the lines of one event, as a log may hold them: masked, amounts of money too."""
    try:
        text = text[:_MOST_CHARACTERS]
        if "\\" in text:
            text = _ESCAPED.sub(_as_meant, text)
        return mask(mask_amounts(legible(text)))
    except Exception as err:  # a log line is never worth an error in what wrote it
        return f"[a line that could not be masked: {type(err).__name__}]"


def _as_meant(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[1] or escaped[2] or "20", 16))
    return " " if character.isspace() else character


def install_log_masking() -> None:
    """Masks every log line of this process, whichever library writes it and whatever handlers come later."""
    plain = logging.getLogRecordFactory()
    if getattr(plain, "masks", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = _mask_record(plain(*args, **kwargs))
        record.turn = _turn.get()
        return record

    factory.masks = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)


def _mask_record(record: logging.LogRecord) -> logging.LogRecord:
    try:
        message = record.getMessage()
    except Exception:  # the arguments do not fit: logging would print them as they are
        message = f"{record.msg} {record.args}"
    record.msg, record.args = mask_line(message), None
    if record.exc_info and record.exc_info[0]:
        record.exc_text = _traceback(*record.exc_info)
        record.exc_info = None
    if record.stack_info:
        record.stack_info = mask_line(record.stack_info)
    return record


def _traceback(kind: Optional[Type[BaseException]], error: Optional[BaseException], where: Optional[TracebackType]) -> str:
    try:
        lines = "".join(traceback.format_exception(kind, error, where)).rstrip()
    except Exception:  # its own text fails
        lines = getattr(kind, "__name__", "an error")
    return mask_line(lines)


def _uncaught(kind: Type[BaseException], error: BaseException, where: Optional[TracebackType]) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, KeyboardInterrupt(), None)
        return
    logging.getLogger(__name__).critical(_UNCAUGHT, exc_info=(kind, error, where))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        logging.getLogger(__name__).critical(_UNCAUGHT, exc_info=(args.exc_type, args.exc_value, args.exc_traceback))


def _unraisable(args: sys.UnraisableHookArgs) -> None:
    error = args.exc_value or args.exc_type()
    logging.getLogger(__name__).error("%s: %s", args.err_msg or _UNCAUGHT, type(args.object).__name__, exc_info=error)


class _Text(logging.Formatter):
    """A line for people, with the turn at its end."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        turn = getattr(record, "turn", "")
        return super().formatMessage(record) + (f" (turn {turn})" if turn else "")


class _Json(logging.Formatter):
    """A JSON object in one line: `time` (UTC), `level`, `part`, `logger`, `message`; `turn`, `error` and `stack` where there is one."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part

    def format(self, record: logging.LogRecord) -> str:
        more = {"turn": getattr(record, "turn", ""), "error": record.exc_text, "stack": record.stack_info}
        return _json_line(self._part, record.created, record.levelname, record.name, record.getMessage(), **more)


def _json_line(part: str, at: float, level: str, logger: str, message: str, **more: Optional[str]) -> str:
    when = datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds")
    shape = {"time": when, "level": level, "part": part, "logger": logger, "message": message}
    return json.dumps({**shape, **{name: value for name, value in more.items() if value}}, ensure_ascii=False)


def _printed_as_json(part: str, text: str) -> str:
    """What a library prints, as a log line has it."""
    return _json_line(part, time.time(), "INFO", "printed", mask_line(text), turn=_turn.get())


class _MaskedStream:
    """A text stream that writes whole lines, each `as_shown`. What is not a line yet waits for its end, or for `flush`."""

    def __init__(self, stream: TextIO, as_shown: Callable[[str], str]) -> None:
        self._stream, self._as_shown, self._waiting, self._lock = stream, as_shown, "", threading.RLock()

    def write(self, text: str) -> int:
        with self._lock:
            lines, ended, rest = (self._waiting + text).rpartition("\n")
            self._waiting = rest
            if ended:
                self._stream.write(self._as_shown(lines) + ended)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, ""
            if waiting:
                self._stream.write(self._as_shown(waiting))
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def _masked(stream: Any, as_shown: Callable[[str], str]) -> Any:
    return stream if isinstance(stream, _MaskedStream) or stream is None else _MaskedStream(stream, as_shown)
