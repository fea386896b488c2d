"""Taking in what residents do on Telegram: their words, places and buttons become turns, what we cannot read gets a sentence."""

from __future__ import annotations

from bot.conversations import opt_outs
from bot.conversations.choices import looks_like_token
from bot.conversations.inbox import CONVERSATION_WINDOW, TooManyError, accept
from bot.conversations.models import OptOut
from bot.conversations.once import say_once
from bot.sealing import lookup_digest
from bot.telegram.incoming import Incoming
from bot.telegram.words import command

CHANNEL = "telegram"


def take(incoming: Incoming) -> None:
    """Commits what a resident did to the inbox; the same update counts once.

    Raises:
        TooManyError: all residents together write more than can be answered; nothing was stored.
        ReusedIdError: the update's id belongs to another message; nothing was stored.
    """
    lookup = lookup_digest(CHANNEL, incoming.chat)
    if incoming.blocked:
        opt_outs.opt_out(CHANNEL, lookup, OptOut.Source.RESIDENT)
        return
    if opt_outs.has_opted_out(CHANNEL, lookup):  # nobody who blocks a bot can write to it
        opt_outs.opt_in(CHANNEL, lookup)
    if incoming.blocked is None:
        _take_message(incoming)


def _take_message(incoming: Incoming) -> None:
    try:
        accept(
            CHANNEL,
            incoming.chat,
            incoming.text,
            incoming.update,
            incoming.language,
            refusal=_refusal(incoming),
            notices=[incoming.notice] if incoming.notice else (),
            photos=incoming.photos,
            location=incoming.location,
            album=incoming.album,
        )
    except TooManyError as err:
        if err.sentence != "slow_down":
            raise
        say_once(CHANNEL, incoming.chat, incoming.text, incoming.update, "slow_down", CONVERSATION_WINDOW)


def _refusal(incoming: Incoming) -> str:
    """The sentence that answers it without the assistant, if any."""
    if incoming.tap and not looks_like_token(incoming.text):
        return "choice_over"
    asked = None if incoming.tap else command(incoming.text)
    return asked.sentence if asked else incoming.answer
