"""What staff decide about an unanswered topic: nothing for us, known under a label, or an article that is missing."""

from __future__ import annotations

from typing import Dict, List, NamedTuple

from django.db import transaction

from bot.conversations.masking import mask
from bot.conversations.models import TurnSummary
from bot.knowledge.wording import comparable
from bot.review import audit
from bot.review.labels import chosen, labels
from bot.review.models import Proposal, UnansweredTopic

State = UnansweredTopic.State
MOST_EXAMPLES = 200  # of one topic, from its middle outwards: more teach nothing new
MOST_QUESTIONS = 30  # of a proposal or a draft
LONGEST_TITLE, LONGEST_QUESTION = 100, 500  # characters
LONGEST_PROPOSAL = 2_000  # characters of all it says
_MASKED = "["  # how a mark of masking begins: no way of asking holds one


class DecisionError(ValueError):
    """Something that cannot be decided; the message is the name of what is wrong: unknown_label, no_title."""


class _Row(NamedTuple):
    inbound: int
    text: str


def ignore(topic: int, by: str) -> None:
    """Nothing is to be done about it."""
    _decide(topic, State.IGNORED, by, "ignore_topic")


def reopen(topic: int, by: str) -> None:
    """It is to be looked at after all."""
    _decide(topic, State.NEW, by, "reopen_topic")


@transaction.atomic
def propose_label(topic: int, label: str, by: str) -> int:
    """Proposes a label for every message of a topic that has no such proposal yet. Returns how many proposals that makes.

    Raises:
        DecisionError: there is no such label.
        UnansweredTopic.DoesNotExist: there is no such topic.
    """
    label = chosen(label)
    if label not in labels():
        raise DecisionError("unknown_label")
    found = _decide(topic, State.PROPOSED, by, "propose_label", label)
    rows = _messages(found)
    was = dict(TurnSummary.objects.filter(pk__in=[row.inbound for row in rows]).values_list("pk", "label"))
    proposed = set(Proposal.objects.filter(kind=Proposal.Kind.INTENT, label=label, inbound__in=was).values_list("inbound", flat=True))
    made = [
        Proposal(
            kind=Proposal.Kind.INTENT,
            inbound_id=row.inbound,
            text=row.text,
            language=found.language,
            label_was=was.get(row.inbound, ""),
            label=label,
            by=by,
        )
        for row in rows
        if row.inbound not in proposed
    ]
    Proposal.objects.bulk_create(made)
    return len(made)


@transaction.atomic
def propose_article(topic: int, title: str, by: str) -> None:
    """Proposes that an article is written, with what residents ask.

    Args:
        title: what it is to be about, in the words of the staff.
    Raises:
        DecisionError: the title is empty.
        UnansweredTopic.DoesNotExist: there is no such topic.
    """
    title = mask(tidy(title))
    if not title:
        raise DecisionError("no_title")
    found = _decide(topic, State.PROPOSED, by, "propose_article")
    first = next(iter(_messages(found)), None)
    Proposal.objects.create(
        kind=Proposal.Kind.NEW_TOPIC,
        inbound_id=first.inbound if first else None,
        text=first.text if first else "",
        language=found.language,
        words="\n".join([title, *(f"- {question}" for question in questions(found))])[:LONGEST_PROPOSAL],
        by=by,
    )


def tidy(title: str) -> str:
    return " ".join(title.split())[:LONGEST_TITLE]


def questions(topic: UnansweredTopic) -> List[str]:
    """What residents ask, once each, from the middle outwards; only what needed no masking can be a way of asking."""
    found: Dict[str, str] = {}
    for row in _messages(topic):
        if _MASKED not in row.text:
            found.setdefault(comparable(row.text), row.text)
    return [text for key, text in found.items() if key][:MOST_QUESTIONS]


def _messages(topic: UnansweredTopic) -> List[_Row]:
    rows = topic.messages.order_by("distance", "pk").values_list("inbound", "inbound__text_masked")[:MOST_EXAMPLES]
    return [_Row(inbound, " ".join(text.split())[:LONGEST_QUESTION]) for inbound, text in rows]


@transaction.atomic
def _decide(topic: int, state: UnansweredTopic.State, by: str, action: str, reason: str = "") -> UnansweredTopic:
    found = UnansweredTopic.objects.select_for_update().get(pk=topic)
    found.state = state
    found.save(update_fields=["state"])
    audit.note(by, action, f"topic:{topic}", reason)
    return found
