"""`resident switches`: what the console's page of switches does, in a terminal."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Callable, Dict, Mapping

from bot.city import city
from bot.running.tables import with_database
from bot.running.terminal import complain, say

Work = Callable[[argparse.Namespace], None]


def run(work: Work, chosen: argparse.Namespace) -> int:
    """Does one of the commands below. Returns the exit code: 1, with a sentence, when it cannot be switched so."""

    def guarded() -> int:
        from bot.console.words import console_words
        from bot.review.switching import SwitchError

        try:
            work(chosen)
        except SwitchError as err:
            complain(console_words()["en"]["switches"]["problems"][err.code])
            return 1
        return 0

    return with_database(guarded)


def show(chosen: argparse.Namespace) -> None:
    """Lists what is switched, a line each; and what each notice and pause says."""
    from bot.conversations import switches

    found = switches.read()
    for notice in found.notices:
        say(f"notice {notice.pk}: {_spoken(notice.begins_at)} to {_spoken(notice.ends_at)}, by {notice.by}")
        _show("notice", notice.texts)
    for kind, name in sorted(found.off):
        say(f"off: {kind} {name}")
    for channel, texts in sorted(found.pauses.items()):
        say(f"paused: {channel}")
        _show("paused", texts)
    if found == switches.InForce():
        say("Nothing is switched.")


def notice(chosen: argparse.Namespace) -> None:
    """Puts a notice up and shows how it reads, or takes one down."""
    from django.utils import timezone

    from bot.review import audit, switching

    if chosen.end is not None:
        switching.take_down(chosen.end, audit.machine_user())
        say(f"notice {chosen.end} is over")
        return
    begins_at = switching.moment(chosen.first) if chosen.first else timezone.now()
    made = switching.put_up(_texts(chosen), begins_at, switching.moment(chosen.last or "", last=True), audit.machine_user())
    say(f"notice {made.pk}: {_spoken(made.begins_at)} to {_spoken(made.ends_at)}")
    _show("notice", made.texts)


def off(chosen: argparse.Namespace) -> None:
    from bot.review import audit, switching

    switching.switch_off(chosen.kind, chosen.name, audit.machine_user())
    say(f"off: {chosen.kind} {chosen.name}")


def on(chosen: argparse.Namespace) -> None:
    from bot.review import audit, switching

    switching.switch_on(chosen.kind, chosen.name, audit.machine_user())
    say(f"on: {chosen.kind} {chosen.name}")


def pause(chosen: argparse.Namespace) -> None:
    from bot.review import audit, switching

    texts = _texts(chosen)
    switching.pause(chosen.channel, texts, audit.machine_user())
    say(f"paused: {chosen.channel}")
    _show("paused", texts)


def resume(chosen: argparse.Namespace) -> None:
    from bot.review import audit, switching

    switching.resume(chosen.channel, audit.machine_user())
    say(f"answers again: {chosen.channel}")


def _texts(chosen: argparse.Namespace) -> Dict[str, str]:
    return {"en": chosen.en, "fr": chosen.fr}


def _show(sentence: str, texts: Mapping[str, str]) -> None:
    """How it reads in each language, and what it costs as a text message."""
    from bot.review import switching

    for preview in switching.previews(sentence, texts):
        say(f"  {preview.language}: {preview.text} (segments by text message: {preview.segments})")


def _spoken(moment: datetime) -> str:
    return moment.astimezone(city().timezone).strftime("%Y-%m-%d %H:%M")
