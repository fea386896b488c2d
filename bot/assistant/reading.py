"""A process beside the assistant's that reads messages, so that the assistant goes on with other turns meanwhile.

One process runs one thread of Python at a time, and what the model makes of a message is the largest part of a turn. The reader is
forked from the assistant when the model is there, so both have it in the same memory, and it ends with the assistant. An assistant that
loses its reader ends too, and whoever looks after it starts it anew.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import traceback
from math import ceil
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, Callable, Dict, Optional, Tuple

from bot.assistant.turn import TurnFailed

Read = Callable[[str, Optional[str]], Dict[str, Any]]
"""What a text means, and the one before that it leans on."""

LONGEST_S = 20.0  # no message takes a second: a reader that does not answer within this is killed

_log = logging.getLogger(__name__)


class Reader:
    """`read` in a process of its own, one call at a time. Make it before other threads do anything that must not stop half-way."""

    def __init__(self, read: Read) -> None:
        ours, theirs = Pipe()
        self.process = os.fork()
        if self.process == 0:
            _serve(ours, theirs, read)
        theirs.close()
        self._pipe: Connection[Any, Any] = ours
        threading.Thread(target=self._watch, name="reader", daemon=True).start()

    def __call__(self, text: str, before: Optional[str]) -> Dict[str, Any]:
        """Raises TurnFailed."""
        try:
            self._pipe.send((text, before))
            if not self._pipe.poll(LONGEST_S):
                os.kill(self.process, signal.SIGKILL)
            parsed, failed = self._pipe.recv()
        except (OSError, EOFError) as err:
            raise TurnFailed("assistant", "the reader has ended") from err
        if failed:
            raise TurnFailed("assistant", failed)
        return dict(parsed)

    def _watch(self) -> None:
        _, status = os.waitpid(self.process, 0)
        _log.error("the reader of messages has ended (%d); the assistant ends with it", os.waitstatus_to_exitcode(status))
        os.kill(os.getpid(), signal.SIGTERM)


def _serve(assistant: Connection[Any, Any], pipe: Connection[Any, Any], read: Read) -> None:
    """Reads until the assistant is gone; it may have turns under way when both are told to end. Never returns.

    Args:
        assistant: its end of the pipe.
    """
    code = 1
    try:
        assistant.close()
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, signal.SIG_IGN)
        while True:
            text, before = pipe.recv()
            signal.alarm(ceil(2 * LONGEST_S))  # one that hangs ends, also when the assistant that would kill it has gone
            pipe.send(_tried(read, text, before))
            signal.alarm(0)
    except EOFError:
        code = 0
    finally:
        os._exit(code)  # nothing of the assistant's is to be tidied up here


def _tried(read: Read, text: str, before: Optional[str]) -> Tuple[Optional[Dict[str, Any]], str]:
    """What it means; or what went wrong and where, without the error's message, which may hold what a resident wrote."""
    try:
        return read(text, before), ""
    except BaseException as err:  # also what libraries of other languages raise: the next try would end here again
        place = traceback.extract_tb(err.__traceback__)[-1]
        return None, f"{type(err).__name__} at {place.filename.rpartition('/')[2]}:{place.lineno}"
