"""What reviewers write down about a visit and its turns. Each change is in the audit log, and none overwrites another unseen.

A form carries the mark of what its reader saw (`seen`). When that has changed since, nothing is written.
"""

from __future__ import annotations

import hashlib
import json
from typing import Optional

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bot.console.roles import ROLES, Ability
from bot.conversations.cleaning import tidy
from bot.conversations.masking import mask
from bot.conversations.models import InboundMessage, Visit
from bot.review import audit
from bot.review.models import Note, Proposal, Tag, TurnReview

MOST_NOTE, MOST_TAG = 2_000, 40  # characters


class ConflictError(Exception):
    """Somebody else changed it after this reader saw it."""


class UnfitError(ValueError):
    """What was sent cannot be written down: empty, too long, or not one of the possible values."""


def verdict_mark(review: Optional[TurnReview]) -> str:
    return f"{review.verdict} {review.by} {review.at.isoformat()}" if review else ""


def review_mark(visit: Visit) -> str:
    at = visit.reviewed_at.isoformat() if visit.reviewed_at else ""
    return f"{visit.review} {visit.reviewed_by} {at}"


def proposal_mark(proposal: Proposal) -> str:
    """Of what it says and who says so: 64 hexadecimal digits."""
    said = [proposal.by, proposal.label, proposal.text, proposal.words, proposal.article]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def judge(turn: InboundMessage, verdict: str, seen: str, by: str) -> None:
    """Says what an answer was. The same verdict again changes nothing. Raises ConflictError or UnfitError."""
    if verdict not in TurnReview.Verdict.values:
        raise UnfitError("no verdict")
    InboundMessage.objects.select_for_update().only("pk").get(pk=turn.pk)  # two first verdicts at once: one waits for the other
    there = TurnReview.objects.filter(pk=turn.pk).first()
    if there and there.verdict == verdict:
        return
    if verdict_mark(there) != seen:
        raise ConflictError
    TurnReview.objects.update_or_create(inbound=turn, defaults={"verdict": verdict, "by": by, "at": timezone.now()})
    _note(by, "verdict", turn.conversation_id, f"turn {turn.pk}: {verdict}")


@transaction.atomic
def mark(visit: Visit, review: str, seen: str, by: str) -> None:
    """Sets where the review of a visit stands. Raises ConflictError or UnfitError."""
    if review not in Visit.Review.values:
        raise UnfitError("no state of a review")
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.review == review:
        return
    if review_mark(visit) != seen:
        raise ConflictError
    visit.review, visit.reviewed_by, visit.reviewed_at = review, by, timezone.now()
    visit.save(update_fields=["review", "reviewed_by", "reviewed_at"])
    _note(by, "review", visit.conversation_id, f"visit {visit.pk}: {review}")


@transaction.atomic
def assign(visit: Visit, name: str, seen: str, by: str) -> None:
    """Gives a visit to somebody who may review, or, with an empty name, to nobody. Raises ConflictError or UnfitError."""
    if name and not reviewers().filter(username=name).exists():
        raise UnfitError("not a reviewer")
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.assigned_to == name:
        return
    if visit.assigned_to != seen:
        raise ConflictError
    visit.assigned_to = name
    visit.save(update_fields=["assigned_to"])
    _note(by, "assign", visit.conversation_id, f"visit {visit.pk}: {name}")


@transaction.atomic
def tag(visit: Visit, name: str, by: str) -> None:
    """Files a visit under a word, masked; a word it has is no mistake. Raises UnfitError."""
    name = " ".join(mask(tidy(name)).split()).casefold()
    if not 0 < len(name) <= MOST_TAG:
        raise UnfitError("a tag is 1 to 40 characters")
    if Tag.objects.get_or_create(visit=visit, name=name, defaults={"by": by})[1]:
        _note(by, "tag", visit.conversation_id, f"visit {visit.pk}")


@transaction.atomic
def untag(visit: Visit, name: str, by: str) -> None:
    if Tag.objects.filter(visit=visit, name=name).delete()[0]:
        _note(by, "untag", visit.conversation_id, f"visit {visit.pk}")


@transaction.atomic
def add_note(visit: Visit, text: str, by: str) -> None:
    """Adds a note, masked. Raises UnfitError."""
    text = mask(tidy(text))
    if not 0 < len(text) <= MOST_NOTE:
        raise UnfitError("a note is 1 to 2000 characters")
    Note.objects.create(visit=visit, text=text, by=by)
    _note(by, "note", visit.conversation_id, f"visit {visit.pk}")


def reviewers(ability: Ability = Ability.REVIEW) -> QuerySet[User]:
    """The accounts in use that have the ability, by name."""
    able = [name for name, abilities in ROLES.items() if ability in abilities]
    named = Q(groups__name__in=able)
    if "administrator" in able:
        named |= Q(is_superuser=True)
    return User.objects.filter(named, is_active=True).distinct().order_by("username")


def _note(by: str, action: str, conversation: str, what: str) -> None:
    audit.note(by, action, f"conversation:{conversation}", what)
