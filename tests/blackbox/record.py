"""Whether a system has said all it has to say to somebody, so that no test waits longer than residents do."""

from __future__ import annotations

import hashlib
import hmac
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_TAKEN = "SELECT count(*) FROM conversations_inboundmessage WHERE conversation_id IN ({of})"
_WAITING = (
    "SELECT count(*) FROM (SELECT 1 FROM conversations_inboundmessage WHERE state = 'pending' AND conversation_id IN ({of})"
    " UNION ALL SELECT 1 FROM conversations_outboundmessage WHERE state = 'pending' AND conversation_id IN ({of}))"
)
_OF = "SELECT conversation_id FROM conversations_route WHERE channel = :channel AND address_lookup = :lookup"
_LOOK_S = 0.03


@dataclass(frozen=True)
class Record:
    """The record of a running system, read only."""

    path: Path
    lookup_key: str

    def taken(self, channel: str, address: str) -> int:
        """How many messages of somebody are in the inbox."""
        return self._ask(_TAKEN, channel, address)

    def wait_for_answer(self, channel: str, address: str, taken: int, wait_s: float) -> None:
        """Until more than `taken` messages of somebody are in the inbox, and nothing to or from them waits."""
        until = time.monotonic() + wait_s
        while self.taken(channel, address) <= taken or self._ask(_WAITING, channel, address):
            assert time.monotonic() < until, "no answer"
            time.sleep(_LOOK_S)

    def _ask(self, question: str, channel: str, address: str) -> int:
        lookup = hmac.new(bytes.fromhex(self.lookup_key), f"{channel}\0{address}".encode(), hashlib.sha256).hexdigest()
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)) as database:
            (number,) = database.execute(question.format(of=_OF), {"channel": channel, "lookup": lookup}).fetchone()
        return int(number)
