"""Corrections: proposed by whoever reviews, decided on by an editor. What is quoted of a resident is masked again when it is saved."""

from __future__ import annotations

from typing import Any, Dict, Set

from django.db import transaction
from django.utils import timezone

from bot.city import city
from bot.console.roles import Ability, Anybody
from bot.conversations.cleaning import tidy
from bot.conversations.masking import mask
from bot.conversations.models import InboundMessage, TurnSummary
from bot.conversations.readings import SURE
from bot.review import audit
from bot.review.judging import ConflictError, UnfitError, proposal_mark, reviewers
from bot.review.labels import chosen, labels
from bot.review.models import Proposal
from bot.settings import RELEASE

MOST_TEXT, MOST_WORDS = 500, 2_000  # characters
Kind, State = Proposal.Kind, Proposal.State
DECISIONS = {"approve": State.APPROVED, "refuse": State.REFUSED}
IN_A_VERSION = (State.APPROVED, State.PUBLISHED)
PUBLISHED = (State.PUBLISHED, State.APPLIED)  # answers residents, or is written to the release's data


class OwnError(Exception):
    """Somebody else has to decide on it: whoever proposed a correction sees it with their own eyes only."""


@transaction.atomic
def propose(turn: InboundMessage, kind: str, by: str, *, text: str, language: str, label: str, label_was: str, words: str) -> Proposal:
    """Saves a correction of a turn; one that waits already is not saved twice.

    Raises:
        UnfitError: `text`, `label` or `words`: the field that is empty, too long, or not one of the possible values.
    """
    text = " ".join(mask(tidy(text)).split())
    words = mask(tidy(words))
    label = chosen(label)
    if kind not in Kind.values or language not in city().languages:
        raise UnfitError("kind")
    if len(text) > MOST_TEXT or not text and kind != Kind.ANSWER:
        raise UnfitError("text")
    if kind != Kind.NEW_TOPIC and label not in labels():
        raise UnfitError("label")
    if kind == Kind.INTENT and label == label_was and _was_sure(turn):
        raise UnfitError("label")  # what was only guessed right may be learnt
    if len(words) > MOST_WORDS or not words and kind != Kind.INTENT:
        raise UnfitError("words")
    label = "" if kind == Kind.NEW_TOPIC else label
    same = {"inbound": turn, "kind": kind, "text": text, "label": label, "words": words, "state": State.OPEN}
    found, new = Proposal.objects.get_or_create(**same, defaults={"language": language, "label_was": label_was, "by": by})
    if new:
        audit.note(by, "propose", f"conversation:{turn.conversation_id}", f"proposal {found.pk}: {kind}")
    return found


def _was_sure(turn: InboundMessage) -> bool:
    return TurnSummary.objects.filter(inbound=turn, certainty=SURE).exists()


def alone(user: Anybody) -> bool:
    """Whether nobody else in the console could decide on what this account proposes."""
    return not reviewers(Ability.EDIT).exclude(username=user.get_username()).exists()


@transaction.atomic
def decide(proposal: Proposal, decision: str, seen: str, user: Anybody) -> None:
    """Approves or refuses, not one's own unless alone. Nobody decides on words they have not seen.

    Raises ConflictError when somebody decided before or wrote it anew meanwhile, OwnError, or UnfitError.
    """
    if decision not in DECISIONS:
        raise UnfitError("no decision")
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal_mark(proposal) != seen:
        raise ConflictError
    if proposal.by == user.get_username() and not alone(user):
        raise OwnError
    _move(proposal, State.OPEN, DECISIONS[decision], user.get_username())


@transaction.atomic
def done(proposal: Proposal, by: str) -> None:
    """Says that an approved change of an answer was made, by hand. Raises ConflictError or UnfitError."""
    if proposal.kind != Kind.ANSWER:
        raise UnfitError("written by `resident review apply`")
    _move(proposal, State.APPROVED, State.APPLIED, by)


@transaction.atomic
def withdraw(proposal: Proposal, by: str) -> None:
    """Takes an approved or published proposal out of the versions to come. Raises ConflictError."""
    _move(proposal, proposal.state if proposal.state in IN_A_VERSION else State.APPROVED, State.REFUSED, by)


def applied(proposal: Proposal, by: str) -> None:
    """Marks an approved or published proposal as written to the release's data; for `resident review apply`, in its transaction."""
    _move(proposal, proposal.state, State.APPLIED, by)


def published(proposal: Proposal, by: str) -> None:
    """Marks a proposal as answered by what is live; in the transaction that makes it so."""
    if proposal.state != State.PUBLISHED:
        _move(proposal, proposal.state, State.PUBLISHED, by)


def taken_back(proposal: Proposal, by: str) -> None:
    """Marks a published proposal as waiting for the next version again: a version without it is live."""
    _move(proposal, State.PUBLISHED, State.APPROVED, by)


def in_version(name: str) -> Set[int]:
    """The numbers of the proposals in a version; none are in the release."""
    return set() if name == RELEASE else set(Proposal.objects.filter(versions=int(name)).values_list("pk", flat=True))


def _move(proposal: Proposal, before: str, after: str, by: str) -> None:
    more: Dict[str, Any] = {"decided_by": by, "decided_at": timezone.now()} if before == State.OPEN else {}
    if before not in PUBLISHED or after not in PUBLISHED:
        more["published_at"] = timezone.now() if after in PUBLISHED else None
    if not Proposal.objects.filter(pk=proposal.pk, state=before).update(state=after, **more):
        raise ConflictError
    audit.note(by, f"proposal_{after}", f"proposal:{proposal.pk}")
