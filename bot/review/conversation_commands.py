"""`resident conversations …`: a person's data, the retention schedule, and masked exports, from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Callable, List, Optional

from bot.running.tables import with_database
from bot.running.terminal import complain, say, table

if TYPE_CHECKING:
    from bot.conversations.models import Conversation
    from bot.review.disposing import Due, Plan

FAILED, MISUSED = 1, 2
Work = Callable[[argparse.Namespace], int]


class _MisusedError(ValueError):
    """The command is wrong; the message says how it is right."""


def run(work: Work, chosen: argparse.Namespace) -> int:
    """Runs one of the commands below. Returns the exit code."""
    try:
        return with_database(lambda: work(chosen))
    except _MisusedError as err:
        complain(str(err))
        return MISUSED
    except OSError as err:
        complain(f"{err.filename} cannot be written ({err.strerror}).")
        return FAILED


def export(chosen: argparse.Namespace) -> int:
    """One person's data into a folder, or masked conversations of some days as a table."""
    if chosen.first or chosen.last:
        return _export_days(chosen)
    from bot.review import audit
    from bot.review.personal_data import as_json, as_text, everything, photos

    if chosen.format:
        raise _MisusedError("--format is for an export of days: give --from and --to.")
    reason = _reason(chosen) if chosen.reveal else ""
    conversation = _conversation(chosen)
    if conversation is None:
        return FAILED
    folder = Path(chosen.output or f"conversation-{conversation.pk[:8]}")
    audit.note(_me(), "export_original" if chosen.reveal else "export", f"conversation:{conversation.pk}", reason)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.json").write_text(as_json(conversation, originals=chosen.reveal), encoding="utf-8")
    (folder / "transcript.txt").write_text(as_text(everything(conversation, originals=chosen.reveal)), encoding="utf-8")
    if chosen.reveal:
        for name, content in photos(conversation):
            (folder / name).write_bytes(content)
    say(f"Written to {folder}: {', '.join(sorted(file.name for file in folder.iterdir()))}")
    return 0


def _export_days(chosen: argparse.Namespace) -> int:
    from bot.review import audit
    from bot.review.masked_export import as_csv, as_jsonl, rows

    if not (chosen.first and chosen.last) or chosen.first > chosen.last:
        raise _MisusedError("Give both --from and --to, the earlier day first.")
    if chosen.reveal or chosen.conversation or chosen.channel or chosen.address:
        raise _MisusedError("An export of days is masked, and of all conversations: --from and --to stand alone.")
    form = chosen.format or "csv"
    audit.note(_me(), "export_masked", "conversations", f"{chosen.first} to {chosen.last}, {form}")
    lines = {"csv": as_csv, "jsonl": as_jsonl}[form](rows(chosen.first, chosen.last))
    if chosen.output is None:
        sys.stdout.writelines(lines)
        return 0
    with open(chosen.output, "w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return 0


def forget(chosen: argparse.Namespace) -> int:
    """Disposes of one person's conversation."""
    from bot.conversations.models import InboundMessage
    from bot.review import disposing

    reason = _reason(chosen)
    conversation = _conversation(chosen)
    if conversation is None:
        return FAILED
    count = InboundMessage.objects.filter(conversation=conversation).count()
    begun = conversation.started_at.date()
    if not chosen.yes:
        say(f"Conversation {conversation.pk}, {conversation.channel}, since {begun}: messages: {count}. This cannot be undone.")
        if not _confirmed():
            say("Nothing was deleted.")
            return FAILED
    if not disposing.forget(conversation.pk, _me(), reason):
        return _none()
    say(f"Deleted: 1 conversation, messages: {count}.")
    return 0


def purge(chosen: argparse.Namespace) -> int:
    """Says what the retention schedule takes now, and with --yes takes it."""
    from bot.conversations.retention import today
    from bot.review import disposing

    planned = disposing.purge(today(), _me()) if chosen.yes else disposing.plan(today())
    for line in _told(planned):
        say(line)
    if not chosen.yes and not planned.empty:
        say("Nothing was deleted: this was a dry run. --yes does it.")
    return 0


def _told(planned: Plan) -> List[str]:
    rows = table([(due.kind, _counted(due)) for due in planned.classes]) if planned.classes else []
    return [_counted(planned.total), *rows, f"photos of other conversations: {planned.photos}"]


def _counted(due: Due) -> str:
    oldest = f", the oldest of {due.oldest.date()}" if due.oldest else ""
    return f"{due.conversations} conversations, {due.messages} messages{oldest}"


def _conversation(chosen: argparse.Namespace) -> Optional[Conversation]:
    """The one that is meant; None, and said so, when there is none."""
    from bot.conversations.models import Conversation
    from bot.review.people import conversation_of

    by_address = bool(chosen.channel and chosen.address)
    if by_address == bool(chosen.conversation) or bool(chosen.channel) != bool(chosen.address):
        raise _MisusedError("Say which conversation: --channel with --address, or --conversation.")
    if by_address:
        found = conversation_of(chosen.channel, chosen.address)
    else:
        found = Conversation.objects.filter(pk=chosen.conversation).first()
    if found is None:
        _none()
    return found


def _none() -> int:
    complain("There is no such conversation.")
    return FAILED


def _reason(chosen: argparse.Namespace) -> str:
    from bot.review.reasons import LEAST_CHARACTERS, MOST_CHARACTERS, ReasonError, reason_of

    try:
        return reason_of(chosen.reason or "")
    except ReasonError as err:
        raise _MisusedError(f"--reason must say why, in {LEAST_CHARACTERS} to {MOST_CHARACTERS} characters.") from err


def _confirmed() -> bool:
    sys.stdout.write("Type yes to delete it: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().casefold() == "yes"


def _me() -> str:
    """Who this is, for the audit log: the user of this machine."""
    from bot.review import audit

    return f"{audit.machine_user()} (command line)"
