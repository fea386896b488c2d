"""Switching by staff, from the console and the command line: checked, written and noted in the audit log in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Dict, List, Mapping

from django.db import connection, transaction
from django.utils import timezone

from bot.city import city
from bot.conversations import switches
from bot.conversations.models import Notice, Pause, SwitchedOff
from bot.conversations.sentences import announce
from bot.conversations.subjects import subjects
from bot.knowledge.schema import RISKS
from bot.knowledge.store import knowledge
from bot.messages import Message
from bot.review import audit
from bot.review.people import CHANNELS
from bot.sms.render import render
from bot.sms.segments import encoding_of, segments, units
from bot.sms.split import MOST_SEGMENTS

_LONGEST_DETAIL = 500  # of a row of the audit log
FIRST_YEAR, YEARS_AHEAD = 2000, 10  # what is outside is a mistake in typing; databases cannot keep the last day there is
Kind = SwitchedOff.Kind


class SwitchError(ValueError):
    """It cannot be switched so. `code`: a word of the group `switches.problems` in `data/console/`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Preview:
    """What residents read in one language: `text` on the web and in Telegram, `sms` as a text message of so many segments and units."""

    language: str
    text: str
    sms: str
    segments: int
    units: int
    encoding: str


def preview(language: str, text: str) -> Preview:
    sms = render([Message(text)], language)
    return Preview(language, text, sms, segments(sms), units(sms), encoding_of(sms).value)


def previews(sentence: str, texts: Mapping[str, str]) -> List[Preview]:
    """One for each language that there are words in. Arguments as with `checked`."""
    return [preview(language, announce(sentence, texts, language)) for language in city().languages if texts.get(language)]


def moment(text: str, *, last: bool = False) -> datetime:
    """A time where the city is, written as 2026-12-01 or 2026-12-01 08:00. A day is its first moment; `last`: the one it is over at.

    Raises SwitchError: not written so, or before 2000, or more than ten years ahead.
    """
    try:
        if "T" in text or " " in text.strip():
            found = datetime.fromisoformat(text.strip()).replace(tzinfo=city().timezone)
        else:
            day = date.fromisoformat(text.strip()) + timedelta(days=1 if last else 0)
            found = datetime.combine(day, time.min, city().timezone)
    except (ValueError, OverflowError):
        raise SwitchError("moment") from None
    if not FIRST_YEAR <= found.year <= timezone.now().year + YEARS_AHEAD:
        raise SwitchError("moment")
    return found


def names(kind: str) -> List[str]:
    """What can be switched off: the ids of articles, the names of topics, or the classes of risk that need care."""
    return {
        Kind.ARTICLE.value: [article.id for article in knowledge().articles],
        Kind.TOPIC.value: sorted({subject.topic for subject in subjects().values()}),
        Kind.RISK.value: list(RISKS[1:]),
    }.get(kind, [])


def put_up(texts: Mapping[str, str], begins_at: datetime, ends_at: datetime, by: str) -> Notice:
    """Shows a notice to residents from one moment to another; one with the same words and end is not put up twice. Raises SwitchError."""
    kept = checked("notice", texts)
    if not max(begins_at, timezone.now()) < ends_at:
        raise SwitchError("times")
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite has one writer anyway
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {Notice._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        same = Notice.objects.filter(begins_at__lte=max(begins_at, timezone.now()), ends_at=ends_at)
        found = next((notice for notice in same if notice.texts == kept), None)
        if found:
            return found
        notice = Notice.objects.create(texts=kept, begins_at=begins_at, ends_at=ends_at, by=by)
        span = f"{begins_at.isoformat(timespec='minutes')} to {ends_at.isoformat(timespec='minutes')}"
        _note(by, "notice_up", f"notice:{notice.pk}", f"{span}: {_in_one_line(kept)}")
    switches.forget()
    return notice


def take_down(number: int, by: str) -> None:
    """Ends a notice now. Raises SwitchError when there is none that is not over."""
    now = timezone.now()
    with transaction.atomic():
        if not Notice.objects.filter(pk=number, ends_at__gt=now).update(ends_at=now):
            raise SwitchError("gone")
        _note(by, "notice_down", f"notice:{number}")
    switches.forget()


def switch_off(kind: str, name: str, by: str) -> None:
    """Questions about it get the city's contact from now on. Nothing changes when they do already. Raises SwitchError."""
    if name not in names(kind):
        raise SwitchError("unknown")
    with transaction.atomic():
        _, new = SwitchedOff.objects.get_or_create(kind=kind, name=name, defaults={"by": by})
        if new:
            _note(by, "switch_off", f"{kind}:{name}")
    switches.forget()


def switch_on(kind: str, name: str, by: str) -> None:
    """It is answered again. Raises SwitchError when it was not off."""
    with transaction.atomic():
        gone, _ = SwitchedOff.objects.filter(kind=kind, name=name).delete()
        if not gone:
            raise SwitchError("gone")
        _note(by, "switch_on", f"{kind}:{name}")
    switches.forget()


def pause(channel: str, texts: Mapping[str, str], by: str) -> None:
    """Residents of a channel get these words in the place of answers; of a paused one, from now on these. Raises SwitchError."""
    if channel not in CHANNELS:
        raise SwitchError("unknown")
    kept = checked("paused", texts)
    with transaction.atomic():
        Pause.objects.update_or_create(channel=channel, defaults={"texts": kept, "by": by, "at": timezone.now()})
        _note(by, "pause", f"channel:{channel}", _in_one_line(kept))
    switches.forget()


def resume(channel: str, by: str) -> None:
    """The channel answers again. Raises SwitchError when it was not paused."""
    with transaction.atomic():
        gone, _ = Pause.objects.filter(channel=channel).delete()
        if not gone:
            raise SwitchError("gone")
        _note(by, "resume", f"channel:{channel}")
    switches.forget()


def checked(sentence: str, texts: Mapping[str, str]) -> Dict[str, str]:
    """The words of staff, tidy, in every language of the city. Raises SwitchError where one is missing or too long for a text message.

    Args:
        sentence: of `data/responses.yml`, which they are said in.
    """
    kept = {language: " ".join(texts.get(language, "").split()) for language in city().languages}
    if not all(kept.values()):
        raise SwitchError("languages")
    if any(one.segments > MOST_SEGMENTS for one in previews(sentence, kept)):
        raise SwitchError("long")
    return kept


def _in_one_line(texts: Mapping[str, str]) -> str:
    return " / ".join(texts.values())


def _note(by: str, action: str, subject: str, detail: str = "") -> None:
    audit.note(by, action, subject, detail[:_LONGEST_DETAIL])
