"""The dispatcher: claims conversations, takes their messages to the assistant one after the other, commits what comes back.

Each conversation being served has a thread; a slow one holds up nobody else. A try that may succeed later gives the thread
back: while the assistant is away, no thread waits for it.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Iterator, List, Mapping, Optional, Set

from django.db import Error, InterfaceError, OperationalError
from django.utils import timezone
from opentelemetry.trace import SpanKind

from bot.conversations import leases, pausing, photos_in, turn_metrics, turns
from bot.conversations.assistant_client import Answer, Assistant, AssistantError
from bot.conversations.database import usable_connection
from bot.conversations.leases import Claim, LeaseLostError
from bot.conversations.logs import about_turn
from bot.conversations.models import SYNTHETIC
from bot.conversations.news import LOOK_S
from bot.conversations.photos import Fetch
from bot.conversations.pictures import CutOffError
from bot.conversations.turns import Begun, Turn
from bot.conversations.typing import ShowTyping, typing
from bot.monitoring.tracing import Attributes, span
from bot.sealing import SealError

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(milliseconds=250), timedelta(seconds=3)
SHORTEST_TRY_S = 2.0  # for a message that spent its time waiting behind others
FAILURE_PAUSE_S = 1.0
PHOTOS_S = 15.0  # for all photos of a message together; its turn has the rest of the deadline


class Dispatcher:
    """Serves up to `threads` conversations at once until told to stop.

    Args:
        photos: by channel, how to fetch them.
        typing: by channel, how to show that an answer is being written.
    """

    def __init__(
        self,
        owner: str,
        assistant: Assistant,
        *,
        threads: int,
        turn_timeout_s: float,
        turn_deadline_s: float,
        photos: Mapping[str, Fetch] = MappingProxyType({}),
        typing: Mapping[str, ShowTyping] = MappingProxyType({}),
    ) -> None:
        self.owner, self.assistant, self.threads, self.photos, self.typing = owner, assistant, threads, photos, typing
        self.turn_timeout_s, self.turn_deadline = turn_timeout_s, timedelta(seconds=turn_deadline_s)
        self._started = time.monotonic()
        self.stopping = threading.Event()
        self.news = threading.Event()  # set: there may be work
        self._looked_at = time.monotonic()
        self._work: queue.SimpleQueue[Optional[Begun]] = queue.SimpleQueue()
        self._serving: Set[Claim] = set()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)

    def run(self) -> None:
        """Claims conversations until `stopping` is set."""
        for number in range(self.threads):
            # Daemons: a turn that outlasts the drain must not keep the process alive. Its claim is given back, so it cannot write.
            threading.Thread(target=self._serve_all, name=f"turn-{number}", daemon=True).start()
        while not self.stopping.is_set():
            self._looked_at = time.monotonic()
            self.news.clear()
            try:
                with usable_connection():
                    claimed = self._claim()
            except Error as err:
                log.warning("the database does not answer: %s", type(err).__name__)
                self.stopping.wait(FAILURE_PAUSE_S)
            except Exception:
                log.exception("no work could be handed out")
                self.stopping.wait(FAILURE_PAUSE_S)
            else:
                if not claimed:
                    self.news.wait(LOOK_S)

    def is_alive(self, within_s: float = 10 * FAILURE_PAUSE_S) -> bool:
        """Whether `run` has looked for work lately."""
        return time.monotonic() - self._looked_at < within_s

    def drain(self, limit_s: float) -> None:
        """Waits for turns under way, then gives the rest back. Call it after `stopping` is set and `run` has returned."""
        with self._idle:
            self._idle.wait_for(lambda: not self._serving, limit_s)
            rest = list(self._serving)
        leases.give_back(rest)
        for _ in range(self.threads):
            self._work.put(None)

    def renew(self) -> None:
        """Keeps the conversations being served; call it every `leases.RENEW_S`."""
        with self._lock:
            held = list(self._serving)
        leases.renew(held)

    def _claim(self) -> bool:
        """Hands out new work. Returns whether there was any."""
        with self._lock:
            free = self.threads - len(self._serving)
        if free:
            begun = turns.begin_due(self.owner, free)
            self._hand_out(begun)
            return bool(begun)
        return self._apologise_to_the_waiting()

    def _hand_out(self, begun: List[Begun]) -> None:
        with self._lock:
            self._serving.update(claim for claim, _ in begun)
        for each in begun:
            self._work.put(each)

    def _apologise_to_the_waiting(self) -> bool:
        """With every thread busy: those who waited longer than the deadline for their first try are told so now."""
        if self._up < self.turn_deadline:
            return False  # after a start, what piled up before is answered, not apologised for
        claims = leases.claim(self.owner, self.threads, waiting_longer_than=self.turn_deadline)
        for claim in claims:
            with self._left_for_later(claim):
                turn = turns.begin(claim)
                while turn is not None and self._is_late(turn.received_at):
                    with about_turn(turn.turn_id.hex):
                        log.warning("it waited too long for a thread")
                        turn = turns.refuse(turn) if turn.refusal else turns.apologise(turn)
                if turn is not None:
                    turns.postpone(turn, timedelta(0))
        return bool(claims)

    def _serve_all(self) -> None:
        while (begun := self._work.get()) is not None:
            claim, turn = begun
            try:
                with self._left_for_later(claim):
                    self._serve(turn or turns.begin(claim))
            finally:
                with self._idle:
                    self._serving.remove(claim)
                    self._idle.notify_all()
                    if len(self._serving) == self.threads - 1:  # there was no room for who waits
                        self.news.set()

    @contextmanager
    def _left_for_later(self, claim: Claim) -> Iterator[None]:
        """What fails inside is logged. The lease runs out and the turn is sent again under its id: a stored answer is given again."""
        try:
            with usable_connection():
                yield
        except LeaseLostError:
            log.warning("conversation %s went to another worker", claim.conversation)
        except (OperationalError, InterfaceError) as err:
            log.warning("conversation %s is left for later: %s", claim.conversation, type(err).__name__)
        except SealError:
            log.error("conversation %s is left for later: MASTER_KEY is not the one it was sealed with", claim.conversation)
        except Error as err:  # its words may hold those of a resident
            log.warning("conversation %s is left for later: %s", claim.conversation, type(err).__name__)
            self._give_up(claim)
        except Exception:
            log.exception("conversation %s is left for later", claim.conversation)
            self._give_up(claim)

    def _give_up(self, claim: Claim) -> None:
        """What fails again and again ends with an apology at its deadline."""
        try:
            with usable_connection():
                turns.give_up(claim, self._is_late)
        except Exception as err:
            log.warning("conversation %s cannot be given up: %s", claim.conversation, type(err).__name__)

    def _serve(self, turn: Optional[Turn]) -> None:
        while turn is not None and not self.stopping.is_set():
            turn = self._traced_answer(turn)
        if turn is not None:
            turns.postpone(turn, timedelta(0))

    def _traced_answer(self, turn: Turn) -> Optional[Turn]:
        of: Attributes = {"chatbot.turn": turn.turn_id.hex, "chatbot.channel": turn.channel, "chatbot.try": turn.attempts}
        with about_turn(turn.turn_id.hex), span("turn", SpanKind.INTERNAL, of):
            return self._answer(turn)

    def _answer(self, turn: Turn) -> Optional[Turn]:
        """One try. Returns the conversation's next turn; None when it has none or is given back."""
        if turn.photos_wait:
            try:
                photos_in.settle(turn, self.photos.get(turn.channel), time.monotonic() + min(PHOTOS_S, self._time_left_s(turn)))
            except CutOffError:
                log.warning("a photo was cut off")
                turns.postpone(turn, FIRST_PAUSE)
                return None
            return turns.begin(turn.claim)
        if turn.refusal:
            return turns.refuse(turn)
        paused = pausing.pause_of(turn.channel)
        if paused:
            return self._answer_while_paused(turn, paused)
        asked = time.monotonic()
        try:
            with typing(turn.claim.conversation, self.typing.get(turn.channel)):
                given = self.assistant.ask(turn.request(), self._time_left_s(turn))
        except AssistantError as err:
            log.warning("try %d: %s", turn.attempts, err)
            pause = min(FIRST_PAUSE * 2 ** min(turn.attempts - 1, 10), LONGEST_PAUSE)
            if err.retry and pause < self._left(turn.received_at) and not pausing.may_tell_of_danger(turn.text):
                turns.postpone(turn, pause)
                return None
            return turns.apologise(turn)
        return self._commit(turn, given, asked)

    def _answer_while_paused(self, turn: Turn, texts: Mapping[str, str]) -> Optional[Turn]:
        asked = time.monotonic()
        try:
            given = self.assistant.ask_about_danger(turn.request(), pausing.DANGER_TIMEOUT_S)
        except AssistantError as err:
            log.warning("on a paused channel: %s", err)
            return turns.apologise(turn) if pausing.may_tell_of_danger(turn.text) else turns.pause(turn, texts)
        return self._commit(turn, given, asked) if given else turns.pause(turn, texts)

    @staticmethod
    def _commit(turn: Turn, given: Answer, asked: float) -> Optional[Turn]:
        """Writes an answer that was asked for then, on the monotonic clock. Returns the conversation's next turn."""
        assistant_s = time.monotonic() - asked
        waited_s = (timezone.now() - turn.received_at).total_seconds() - assistant_s
        try:
            following = turns.answer(turn, given)
            if not turn.claim.conversation.startswith(SYNTHETIC):
                turn_metrics.count_answer(given.actions, waited_s, assistant_s)
            log.info("answered after %.3f s in the inbox and %.3f s at the assistant", waited_s, assistant_s)
            return following
        except (OperationalError, InterfaceError, LeaseLostError):
            raise
        except Exception:  # an answer that cannot be written would come back for ever
            log.exception("the answer cannot be written")
            return turns.apologise(turn)

    @property
    def _up(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._started)

    def _left(self, received_at: datetime) -> timedelta:
        """Until the deadline of a message that came then. Its time counts from the start of this dispatcher, if it came before.

        One from further ahead than clocks of hosts differ came before a clock was set back.
        """
        waited = timezone.now() - received_at
        return self.turn_deadline - (min(waited, self._up) if waited > -self.turn_deadline else self._up)

    def _is_late(self, received_at: datetime) -> bool:
        return self._left(received_at) < timedelta(0)

    def _time_left_s(self, turn: Turn) -> float:
        return min(self.turn_timeout_s, max(self._left(turn.received_at).total_seconds(), SHORTEST_TRY_S))
