"""Taking a text message in: commands are obeyed here, and everything else becomes a turn unless it must not be answered."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Sequence

from django.db import transaction
from django.utils import timezone

from bot.conversations import once, opt_outs, suppressions
from bot.conversations.cleaning import clean
from bot.conversations.database import delete_all
from bot.conversations.inbox import CONVERSATION_WINDOW, TooManyError, accept, text_digest
from bot.conversations.masking import mask, mask_strictly
from bot.conversations.models import Conversation, OptOut, SetAside
from bot.conversations.once import messages_from
from bot.conversations.photos import Photo
from bot.sealing import lookup_digest
from bot.sms.keywords import Command, Keyword, keyword

log = logging.getLogger(__name__)

CHANNEL = "sms"
PER_DAY, DAY = 200, timedelta(days=1)  # texts cost the city money
LOOP_TIMES, LOOP_WINDOW = 3, timedelta(minutes=10)  # the same words a fourth time are a machine that answers a machine
SET_ASIDE_FOR = timedelta(days=7)  # longer than anybody brings a text again: Twilio's webhook, or the look at its list
LOOP_CHARACTERS = 25  # people do write "yes" ten times in a form
_COMMANDS_OF_PROVIDER = {command.value.upper(): command for command in Command}


def take(phone: str, text: str, message_sid: str, *, photos: Sequence[Photo] = (), answered: str = "", notices: Sequence[str] = ()) -> None:
    """Commits a text message to the inbox, or obeys it; the same `message_sid` counts once.

    Not stored and not answered is what comes from somebody who opted out; and, once they were told so, from somebody who writes too
    fast, too much or the same again and again.

    Args:
        photos: what came along; a command is obeyed without them.
        answered: the command (STOP, START or HELP) that the provider has answered itself.
        notices: sentences the resident is to get besides the answer.
    Raises:
        TooManyError: all residents together write more than can be answered; nothing was stored.
        ReusedIdError: the id belongs to another text; nothing was stored.
    """
    if SetAside.objects.filter(channel=CHANNEL, provider_id=message_sid).exists():
        return
    suppressions.lift(CHANNEL, lookup(phone))
    opted_out = opt_outs.has_opted_out(CHANNEL, lookup(phone))
    said = keyword(text, opted_out)
    command = _COMMANDS_OF_PROVIDER.get(answered)
    if command is Command.START and not opted_out and said is None:
        command = None  # YES is START to the provider, and to us an answer of somebody who never stopped
    if command:
        obey_in_silence(phone, command, message_sid)
    elif said:
        _take_command(phone, text, message_sid, said)
    elif opted_out:
        log.info("a text of somebody who opted out is not taken")
        set_aside(message_sid)
    elif _loops(phone, text):
        say_once(phone, text, message_sid, "sms_again", LOOP_WINDOW)
    else:
        _take_message(phone, text, message_sid, photos, notices)


def obey_in_silence(phone: str, command: Command, message_sid: str) -> None:
    """Does what a command says; nobody answers."""
    with transaction.atomic():
        _obey(phone, command)
        set_aside(message_sid)


def set_aside(message_sid: str) -> None:
    """Notes that this text is dealt with."""
    SetAside.objects.get_or_create(channel=CHANNEL, provider_id=message_sid)


def forget_set_aside() -> None:
    delete_all(SetAside.objects.filter(at__lt=timezone.now() - SET_ASIDE_FOR))


def _obey(phone: str, command: Command) -> None:
    if command is Command.STOP:
        opt_outs.opt_out(CHANNEL, lookup(phone), OptOut.Source.RESIDENT)
    elif command is Command.START:
        opt_outs.opt_in(CHANNEL, lookup(phone))


def _take_command(phone: str, text: str, message_sid: str, said: Keyword) -> None:
    try:
        with transaction.atomic():
            accepted = accept(CHANNEL, phone, text, message_sid, said.language, refusal=opt_outs.ANSWERS[said.command])
            if accepted.new:
                _obey(phone, said.command)
    except TooManyError:  # obeyed all the same, without an answer
        obey_in_silence(phone, said.command, message_sid)


def _take_message(phone: str, text: str, message_sid: str, photos: Sequence[Photo], notices: Sequence[str]) -> None:
    if messages_from(CHANNEL, phone).filter(received_at__gt=timezone.now() - DAY).count() >= PER_DAY:
        say_once(phone, text, message_sid, "sms_enough", DAY)
        return
    try:
        accept(CHANNEL, phone, text, message_sid, notices=notices, photos=photos)
    except TooManyError as err:
        if err.sentence != "slow_down":
            raise
        say_once(phone, text, message_sid, "slow_down", CONVERSATION_WINDOW)


def say_once(phone: str, text: str, message_sid: str, sentence: str, window: timedelta) -> None:
    """Answers a text with a sentence, unless the phone was told so within the window."""
    if not once.say_once(CHANNEL, phone, text, message_sid, sentence, window):
        set_aside(message_sid)


def _loops(phone: str, text: str) -> bool:
    """Whether these words came often lately, or are our own coming back."""
    cleaned = clean(text).text
    if len(cleaned) < LOOP_CHARACTERS:
        return False
    conversation = Conversation.objects.filter(route__channel=CHANNEL, route__address_lookup=lookup(phone)).first()
    if conversation is None:
        return False
    since = timezone.now() - LOOP_WINDOW
    came = conversation.inbound.filter(text_digest=text_digest(conversation, cleaned), received_at__gt=since).count()
    ours = {mask(cleaned), mask_strictly(cleaned)}
    return came >= LOOP_TIMES or conversation.outbound.filter(text_masked__in=ours, created_at__gt=since).exists()


def lookup(phone: str) -> str:
    """The look-up column of a phone."""
    return lookup_digest(CHANNEL, phone)
