"""What the forms share. A form's validator understands the resident's answer and says which slot Rasa asks for next."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar, List, Mapping, Optional, Tuple

from rasa_sdk.events import EventType

from actions.base import Outcome, TaskAction, Turn
from actions.languages import say_languages
from actions.photos import keep_in_form
from bot.knowledge.schema import SAFETY
from bot.knowledge.store import knowledge
from bot.labels import EMERGENCY, NEEDS
from bot.language.street_words import folded

REQUESTED = "requested_slot"
UNCLEAR = "unclear"  # `form_note` after an answer that was not understood

# What a resident may say instead of an answer. Rules answer these, and the form goes on.
COMMANDS = {"cancel", "start_over", "log_out", "forget_this", "own_data", "delete_chat", "emergency", "talk_to_person"}
SMALL_TALK = {"greet", "thank", "goodbye", "help", "bot_challenge", "switch_language", "frustration", "insult", "small_talk"}

CERTAIN = 0.95  # a statement understood this clearly is a need of its own, not an answer
WORDS_OF_A_NEED = 4

_WHERE = r"where(?! (?:the|a|an|two|both|it|they|i|we|you|my|our|this|that|these|those)\b)"  # "where the paths meet" is a place
# What may be said before the question itself: "wait, do renters pay it", "laisse faire, combien ça coûte"
_LEAD_IN = (
    r"(?:(?:and|so|but|ok|okay|well|no|wait|hold on|hang on|one sec|sorry|actually|forget it|forget that|never ?mind|leave it|hey|um|"
    r"et|mais|non|bon|pis|attends|attendez|un instant|une seconde|pardon|desolee?|en fait|oublie ca|oubliez ca|laisse faire|laissez faire|"
    r"laisse tomber|laissez tomber|euh)\b[ ,.;:!-]*)*"
)
_QUESTION_WORDS = re.compile(
    rf"{_LEAD_IN}(?:whats?|whens?|wheres|whos|hows|{_WHERE}|who|why|how|which|is|are|can|could|do|does|did|will|should|"
    r"quoi|quand|ou est|ou sont|qui|pourquoi|comment|quel|quelle|quels|quelles|combien|est-ce|c'est quand|puis-je|peut-on|qu'est)\b"
)
_PLACE_WORDS = re.compile(
    r"(?:it'?s |it is |c'est )?(?:at|in|on|by|near|beside|behind|between|across|along|inside|next|close|corner|front|under|over|"
    r"a|au|aux|dans|sur|pres|devant|derriere|entre|le long|coin|sous|en face|a cote)\b"
)


def is_command(turn: Turn) -> bool:
    """Whether the message goes before any form: leaving it, a person, danger."""
    return turn.intent in COMMANDS or is_danger(turn)


def is_danger(turn: Turn) -> bool:
    """Whether the message tells of danger, or asks what to do in one."""
    if turn.intent == EMERGENCY:
        return True
    article = knowledge().article(turn.entity("article") or "") if turn.intent == "article" else None
    return article is not None and article.risk == SAFETY


def asks_else(turn: Turn, own: str) -> bool:
    """Whether the message asks for something else than `own`, the form's intent: worded as a question, or tapped."""
    return turn.intent in NEEDS - {own} and is_question(turn)


def is_question(turn: Turn) -> bool:
    """Whether the message is worded as a question, or tapped."""
    return turn.tapped or asks(turn.text)


def asks(text: str) -> bool:
    """Whether a text is worded as a question."""
    return "?" in text or bool(_QUESTION_WORDS.match(folded(text).strip()))


def needs_else(turn: Turn, own: str) -> bool:
    """The same, and a clear statement of another need, for answers that are never statements."""
    plain = folded(turn.text).strip()
    clear = turn.confidence >= CERTAIN and len(plain.split()) >= WORDS_OF_A_NEED and not _PLACE_WORDS.match(plain)
    return turn.intent in NEEDS - {own} and (clear or is_question(turn))


class FormTask(TaskAction):
    """`validate_<form>`. `slots` are the form's own: they are forgotten when the form opens."""

    form: ClassVar[str]
    slots: ClassVar[Tuple[str, ...]]

    def name(self) -> str:
        return f"validate_{self.form}"

    @abstractmethod
    async def understand(self, turn: Turn, asked: Optional[str]) -> bool:
        """Takes from the message what the form wants.

        Args:
            asked: the slot the resident was asked for; None when the message opens the form.
        Returns:
            False when the message is not for the form; rules answer it then.
        """

    def take_photos(self, turn: Turn) -> None:
        """Takes the photos of a message, whatever the form makes of its words; called once for each message, or more often."""
        keep_in_form(turn)

    @abstractmethod
    async def next_slot(self, turn: Turn) -> Optional[str]:
        """The slot to ask for now; None ends the form."""

    async def work(self, turn: Turn) -> Optional[Outcome]:
        since = _events_since_message(turn)
        if any(event.get("event") == "active_loop" and event.get("name") == self.form for event in since):
            turn.set(**dict.fromkeys(self.slots))
            await self.understand(turn, None)
        elif not any(event.get("event") == "action_execution_rejected" and event.get("name") == self.form for event in since):
            turn.note_before = turn.slot("form_note") or ""
            turn.set(form_note=None)
            if not turn.only_photos and not await self.understand(turn, turn.slot(REQUESTED)):
                return None
            if turn.slot("form_note") == UNCLEAR:
                say_languages(turn)
        elif turn.slot("form_note") == UNCLEAR:  # a rule answered the message; what was before is forgotten
            turn.set(form_note=None)
        self.take_photos(turn)
        turn.set(**{REQUESTED: await self.next_slot(turn)})
        return turn.outcome

    def failed(self, turn: Turn) -> Outcome:
        """Asks for the same slot again."""
        outcome = super().failed(turn)
        turn.set(**{REQUESTED: turn.slot(REQUESTED)})
        return outcome


def _events_since_message(turn: Turn) -> List[EventType]:
    since: List[EventType] = []
    for event in reversed(turn.tracker.events):
        if event.get("event") == "user":
            break
        since.append(event)
    return since


class Ask(TaskAction):
    """`action_ask_<slot>`. `responses` by `form_note`: how to ask after what happened; `""` is the usual way."""

    responses: ClassVar[Mapping[str, str]]

    @property
    @abstractmethod
    def slot(self) -> str:
        """The slot that is asked for."""

    def name(self) -> str:
        return f"action_ask_{self.slot}"

    async def work(self, turn: Turn) -> Outcome:
        turn.say(self.responses.get(turn.slot("form_note") or "", self.responses[""]))
        return Outcome.OK
