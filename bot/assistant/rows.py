"""The assistant's tables: the events of conversations, sealed, and the answer of every turn.

Knows neither Rasa nor Django. A turn is one transaction: its events and its answer are there together or not at all,
and once only (`turns` has one row per conversation and turn). Every database error is raised to the caller.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, List, Optional, Sequence

import sqlalchemy as sa

from bot.sealing import seal_with_master, unseal_with_master

CONNECT_TIMEOUT_S = 3
STATEMENT_TIMEOUT_S = 5
PURGED_AT_ONCE = 5_000  # rows: far fewer than STATEMENT_TIMEOUT_S is enough for, however many there are
_DAY_S = 86_400
_NAME = 64  # longest conversation key and turn id

_tables = sa.MetaData()
_events = sa.Table(
    "tracker_events",
    _tables,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("conversation", sa.String(_NAME), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),  # 1, 2, … within the conversation
    sa.Column("session", sa.Integer, nullable=False),  # counts the session starts of the conversation
    sa.Column("turn_id", sa.String(_NAME), nullable=False),
    sa.Column("type", sa.String(_NAME), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False, index=True),
    sa.UniqueConstraint("conversation", "sequence"),
    sa.Index("tracker_events_session", "conversation", "session"),
)
_turns = sa.Table(
    "tracker_turns",
    _tables,
    sa.Column("conversation", sa.String(_NAME), primary_key=True),
    sa.Column("turn_id", sa.String(_NAME), primary_key=True),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False, index=True),
)


@dataclass(frozen=True)
class NewEvent:
    """One event to store. `data` is its JSON; `timestamp` in seconds since 1970; `starts_session`: later events belong to a new session."""

    type: str
    timestamp: Optional[float]
    data: str
    starts_session: bool = False


@dataclass(frozen=True)
class Stored:
    """What a conversation has: where its rows end and the sealed events of its last session, in order."""

    last_sequence: int = 0
    session: int = 0
    sealed: Sequence[tuple[int, bytes]] = ()


class AlreadyStoredError(Exception):
    """Another process stored this turn, or another turn of this conversation, first."""


class Rows:
    """The tables behind one database address (`sqlite:///…` or `postgresql://…`)."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._tables_made = False
        self._making = threading.Lock()

    def last_session(self, conversation: str) -> Stored:
        """The last session of a conversation; nothing stored is an empty `Stored`."""
        session = sa.select(sa.func.max(_events.c.session)).where(_events.c.conversation == conversation).scalar_subquery()
        query = (
            sa.select(_events.c.sequence, _events.c.session, _events.c.data)
            .where(_events.c.conversation == conversation, _events.c.session == session)
            .order_by(_events.c.sequence)
        )
        with self._connection() as connection:
            found = connection.execute(query).all()
        if not found:
            return Stored()
        return Stored(found[-1].sequence, found[-1].session, [(row.sequence, row.data) for row in found])

    def store_turn(
        self, conversation: str, turn_id: str, events: Sequence[NewEvent], answer: str, after: Stored, *, forget: bool = False
    ) -> None:
        """Stores a turn in one transaction, after the rows seen when it began. `forget`: those and the answers before are gone with it.

        Raises AlreadyStoredError when it is stored already or is not the next one any more.
        """
        turn = {"conversation": conversation, "turn_id": turn_id, "created_at": time.time()}
        sealed_answer = seal_with_master(answer, _place(conversation, turn_id))
        values, session = [], after.session
        for sequence, event in enumerate(events, start=after.last_sequence + 1):
            session += event.starts_session
            row = {"sequence": sequence, "session": session, "type": event.type, "timestamp": event.timestamp}
            values.append({**turn, **row, "data": seal_with_master(event.data, _place(conversation, sequence))})
        try:
            with self._connection() as connection:
                connection.execute(_turns.insert(), {**turn, "answer": sealed_answer})
                if forget:  # not what came since: then this turn is not the next one any more
                    theirs = (_events.c.conversation == conversation) & (_events.c.sequence <= after.last_sequence)
                    connection.execute(_events.delete().where(theirs))
                    connection.execute(_turns.delete().where(_turns.c.conversation == conversation, _turns.c.turn_id != turn_id))
                connection.execute(_events.insert(), values)
        except sa.exc.IntegrityError as err:
            raise AlreadyStoredError from err
        if forget:
            self._write_over()

    def erase(self, conversations: Sequence[str]) -> None:
        """Deletes all there is of conversations that are over. In the place of each stays an event without anything in it.

        A turn that is under way was to be stored there, so it cannot be (AlreadyStoredError). `purge` deletes that event in its time.
        """
        while not self._erased(sorted(conversations)):
            pass  # a turn was stored at this very moment; it is seen now
        self._write_over()

    def _erased(self, conversations: Sequence[str]) -> bool:
        last = sa.func.coalesce(sa.func.max(_events.c.sequence), 0)
        empty = {"turn_id": "", "session": 0, "type": "erased", "data": b"", "created_at": time.time()}
        try:
            with self._connection() as connection:
                for conversation in conversations:
                    theirs = _events.c.conversation == conversation
                    end = connection.execute(sa.select(last).where(theirs)).scalar()
                    connection.execute(_events.insert(), {**empty, "conversation": conversation, "sequence": end + 1})
                    connection.execute(_events.delete().where(theirs, _events.c.sequence <= end))
                    connection.execute(_turns.delete().where(_turns.c.conversation == conversation))
        except sa.exc.IntegrityError:
            return False
        return True

    def _write_over(self) -> None:
        """What was deleted leaves SQLite's file too, as soon as nobody reads it: its write-ahead log has the rows as they were written."""
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def answer_of(self, conversation: str, turn_id: str) -> Optional[str]:
        """The stored answer of a turn as JSON, None when the turn was not stored. Raises SealError when it cannot be opened."""
        query = sa.select(_turns.c.answer).where(_turns.c.conversation == conversation, _turns.c.turn_id == turn_id)
        with self._connection() as connection:
            sealed = connection.execute(query).scalar()
        return None if sealed is None else unseal_with_master(sealed, _place(conversation, turn_id))

    def purge(self, older_than_days: float) -> int:
        """Deletes rows older than that; returns how many. A conversation that goes on keeps its newer rows and its numbers."""
        before, total = time.time() - older_than_days * _DAY_S, 0
        for table in (_events, _turns):
            while count := self._purged(table, before):
                total += count
        return total

    def _purged(self, table: sa.Table, before: float) -> int:
        key = list(table.primary_key.columns)
        some = sa.select(*key).where(table.c.created_at < before).limit(PURGED_AT_ONCE)
        with self._connection() as connection:
            return int(connection.execute(table.delete().where(sa.tuple_(*key).in_(some))).rowcount)

    def check(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer."""
        with self._connection() as connection:
            connection.execute(sa.select(sa.func.count()).select_from(_turns).where(_turns.c.turn_id == "")).scalar()

    def _connection(self) -> Any:
        if not self._tables_made:
            self._make_tables()
        return self._engine.begin()

    def _make_tables(self) -> None:
        with self._making:
            try:
                _tables.create_all(self._engine)
            except sa.exc.SQLAlchemyError:
                _tables.create_all(self._engine)  # another process may have made them just now; this finds them
            self._tables_made = True


def opened(conversation: str, stored: Stored) -> List[str]:
    """The JSON of stored events. Raises SealError when one is damaged, from another place, or sealed with another key."""
    return [unseal_with_master(data, _place(conversation, sequence)) for sequence, data in stored.sealed]


def _place(conversation: str, name: object) -> str:
    return f"tracker:{conversation}:{name}"


def _engine(url: str) -> sa.engine.Engine:
    address = sa.engine.make_url(url.replace("postgres://", "postgresql://", 1))
    common = dict(hide_parameters=True)
    if address.drivername.startswith("sqlite"):
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        by_turns = {"timeout": STATEMENT_TIMEOUT_S, "check_same_thread": False}  # a kept connection serves one thread after the other
        engine = sa.create_engine(address, poolclass=sa.pool.QueuePool, connect_args=by_turns, **common)
        sa.event.listen(engine, "connect", _durable_sqlite)
        return engine
    limits = f"-c statement_timeout={STATEMENT_TIMEOUT_S}s -c lock_timeout={STATEMENT_TIMEOUT_S}s"
    alive = dict(keepalives_idle=10, keepalives_interval=5, keepalives_count=3)  # a dead network is noticed while we wait for it, too
    patience = dict(connect_timeout=CONNECT_TIMEOUT_S, options=limits, tcp_user_timeout=1000 * STATEMENT_TIMEOUT_S, **alive)
    pool = dict(pool_pre_ping=True, pool_size=5, max_overflow=5, pool_timeout=CONNECT_TIMEOUT_S, pool_recycle=1800)
    return sa.create_engine(address, connect_args=patience, **pool, **common)


def _durable_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is forgotten is overwritten
