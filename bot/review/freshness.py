"""Which articles somebody should read again, and why: their dates, what became of their source, what residents and reviewers said.

What an editor does about it is a proposal like any other, so a date in an article changes the way its words do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef
from django.utils import timezone

from bot.city import city
from bot.conversations.judging import HARM
from bot.conversations.outcomes import wilson
from bot.knowledge.schema import Article
from bot.labels import ARTICLE
from bot.review import audit, rewriting
from bot.review.judging import ConflictError, UnfitError
from bot.review.models import Proposal, SourcePage, TurnReview
from bot.review.periods import today
from bot.review.sources import is_dead
from bot.review.usage import Usage, answered_since, usage_since

SOON = timedelta(days=30)
DAYS = 90  # that residents and reviewers are heard of
# A resident is asked once in 30 days at most, so says "no" three times in 90 at most: four are never one person's.
FEWEST_DISLIKED = 4
DISLIKED_SHARE = 0.25  # below the whole 95 % interval: surely more than a quarter of those who say anything
LONGEST = timedelta(days=730)  # until the next review
USUAL = timedelta(days=182)
Kind, State = Proposal.Kind, Proposal.State


class Reason(str, Enum):
    """Why an article should be read again."""

    OVERDUE = "overdue"
    DEAD = "dead"  # its source
    CHANGED = "changed"  # its source, since somebody read it last
    WRONG = "wrong"  # say reviewers, or harmful
    ASKED = "asked"  # somebody proposes to change the answer, and nobody has written it
    DISLIKED = "disliked"  # by residents
    DUE = "due"
    MOVED = "moved"  # its source


_MINOR = (Reason.DUE, Reason.MOVED)  # can wait for a moment


@dataclass(frozen=True)
class Standing:
    """One article.

    `votes` are residents' and `wrong` counts verdicts of reviewers, both since `since`: the last reading, DAYS ago at most. `mistaken`
    counts corrections of DAYS that say that another need was meant.
    `asked`: the proposal whose answer is still to be written. `waiting`: the one whose answer is, and no version has yet.
    """

    article: Article
    reasons: Tuple[Reason, ...]
    since: datetime
    votes: Usage
    wrong: int
    mistaken: int
    page: Optional[SourcePage]
    asked: Optional[Proposal]
    waiting: Optional[Proposal]

    @property
    def urgency(self) -> float:
        """How much speaks for reading it, times the harm a wrong answer does."""
        return sum(1.0 if reason in _MINOR else 3.0 for reason in self.reasons) * HARM[self.article.risk]


def own_label(article: Article) -> str:
    """What proposals call it. Not `Article.label`: articles that stand in for a look-up share that."""
    return f"{ARTICLE}/{article.id}"


def standings(articles: Sequence[Article]) -> List[Standing]:
    """Where each article stands, in their order; as many questions to the record for one as for all."""
    labels = [own_label(article) for article in articles]
    pages = {page.url: page for page in SourcePage.objects.filter(url__in={article.source.url for article in articles})}
    written = _written(labels)
    since = {article.label: _heard_since(article, written.get(label, [])) for article, label in zip(articles, labels, strict=True)}
    votes, wrong, mistaken = usage_since(since), _wrong(since), _mistaken(labels)
    found = []
    for article, label in zip(articles, labels, strict=True):
        page, proposals = pages.get(article.source.url), written.get(label, [])
        asked = next((row for row in proposals if row.article is None and row.state in (State.OPEN, State.APPROVED)), None)
        waiting = next((row for row in proposals if row.article is not None and row.state in (State.OPEN, State.APPROVED)), None)
        own = votes.get(article.label, Usage())
        signs = {
            Reason.OVERDUE: article.review_by < today().isoformat(),
            Reason.DEAD: page is not None and is_dead(page),
            Reason.CHANGED: page is not None and page.digest != _read_last(article, page, proposals),
            Reason.WRONG: article.label in wrong,
            Reason.ASKED: asked is not None,
            Reason.DISLIKED: _is_disliked(own),
            Reason.DUE: today().isoformat() <= article.review_by <= (today() + SOON).isoformat(),
            Reason.MOVED: page is not None and bool(page.moved_to),
        }
        reasons = tuple(reason for reason, holds in signs.items() if holds)
        counts = wrong.get(article.label, 0), mistaken.get(label, 0)
        found.append(Standing(article, reasons, since[article.label], own, *counts, page, asked, waiting))
    return found


def next_review(article: Article) -> date:
    """The day by which to read it again, from today: as long as from its last reading to its last date, at least a quarter."""
    length = date.fromisoformat(article.review_by) - date.fromisoformat(article.as_of_day) if article.as_of_day else USUAL
    return today() + min(max(length, USUAL / 2), LONGEST)


def still_true(article: Article, review_by: str, seen: str, language: str, by: str) -> Proposal:
    """Proposes the next date for an article that was read again and is still true of what its source says.

    Args:
        review_by: an ISO date after today.
        seen: the digest of its source when its reader was shown what was known of it.
    Raises:
        UnfitError: the date is none, or not within two years from now.
        ConflictError: the source changed since, or an answer is waiting already.
        bot.review.rewriting.UnfitAnswerError: the article would not pass the gate of articles.
    """
    dates = {"as_of": today().isoformat()} if article.as_of_day else {}  # where the source gives a year, it still does
    proposal = _proposal(article, language, by)
    proposal.article = {"source": {"url": article.source.url}, **dates, "review_by": _within(review_by)}
    proposal.source_digest = seen
    rewriting.check(proposal)
    with transaction.atomic():
        (standing,) = standings([article])
        if standing.waiting or seen != (standing.page.digest if standing.page else ""):
            raise ConflictError
        proposal.save()
        audit.note(by, "read_again", f"article:{article.id}", f"proposal {proposal.pk}")
    return proposal


@transaction.atomic
def begin_answer(article: Article, language: str, by: str) -> Proposal:
    """The proposal in which to write the article's answer anew: the one that asks for it already, else a new one."""
    (standing,) = standings([article])
    there = standing.waiting if standing.waiting and standing.waiting.state == State.OPEN else standing.asked
    if there:
        return there
    proposal = _proposal(article, language, by)
    proposal.save()
    audit.note(by, "propose", f"article:{article.id}", f"proposal {proposal.pk}: {Kind.ANSWER}")
    return proposal


def _proposal(article: Article, language: str, by: str) -> Proposal:
    label = own_label(article)
    return Proposal(kind=Kind.ANSWER, language=language, label_was=label, label=label, by=by)


def _within(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UnfitError("review_by") from None
    if not today() < day <= today() + LONGEST:
        raise UnfitError("review_by")
    return day.isoformat()


def _heard_since(article: Article, proposals: Iterable[Proposal]) -> datetime:
    """When it was read last, as far as DAYS go back: what was said before was said of other words, or was known to who read it."""
    read = [timezone.now() - timedelta(days=DAYS)]
    if article.as_of_day and article.as_of_day <= today().isoformat():
        read.append(datetime.combine(date.fromisoformat(article.as_of_day), time(), city().timezone))
    read += [
        row.decided_at for row in proposals if row.decided_at and row.article is not None and row.state in (State.PUBLISHED, State.APPLIED)
    ]
    return max(read)


def _is_disliked(votes: Usage) -> bool:
    interval = wilson(votes.disliked, votes.votes)
    return interval is not None and votes.disliked >= FEWEST_DISLIKED and interval[0] > DISLIKED_SHARE


def _read_last(article: Article, page: SourcePage, proposals: Iterable[Proposal]) -> str:
    """What the page said when the article was last written or read again; without that, when the page was first looked at."""
    for row in proposals:
        if row.source_digest and row.article and row.article["source"]["url"] == article.source.url and row.state != State.OPEN:
            return row.source_digest
    return page.first_digest


def _written(labels: Sequence[str]) -> Dict[str, List[Proposal]]:
    """The proposals about the answers of articles that nobody refused, by label, the latest first."""
    rows = Proposal.objects.filter(kind=Kind.ANSWER, label__in=labels).exclude(state=State.REFUSED)
    found: Dict[str, List[Proposal]] = {}
    for row in rows.only("label", "state", "article", "source_digest", "decided_at").order_by("-id"):
        found.setdefault(row.label, []).append(row)
    return found


def _wrong(since: Mapping[str, datetime]) -> Dict[str, int]:
    """Verdicts against an answer, by label. Where a correction says that the message meant something else, the article is not to blame."""
    misread = Proposal.objects.filter(inbound=OuterRef("inbound"), kind=Kind.INTENT).exclude(state=State.REFUSED)
    against = TurnReview.objects.filter(verdict__in=(TurnReview.Verdict.WRONG, TurnReview.Verdict.HARMFUL))
    rows = against.filter(answered_since(since, "inbound__summary__"), ~Exists(misread)).values("inbound__summary__label")
    return {row["inbound__summary__label"]: row["number"] for row in rows.annotate(number=Count("pk"))}


def _mistaken(labels: Sequence[str]) -> Dict[str, int]:
    """Corrections that name an article as what was wrongly given, by its label."""
    since = timezone.now() - timedelta(days=DAYS)
    rows = Proposal.objects.filter(kind=Kind.INTENT, label_was__in=labels, at__gte=since).exclude(state=State.REFUSED)
    counted = rows.exclude(label=F("label_was")).order_by().values("label_was").annotate(number=Count("pk"))
    return {row["label_was"]: row["number"] for row in counted}
