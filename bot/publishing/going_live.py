"""Which version residents are answered by: decided by a person, written down, and taken back in one step."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence

from django.db import transaction
from django.utils import timezone

from bot.evaluation.gates.gate import failing
from bot.publishing import versions
from bot.review import audit
from bot.review.models import ChangedAnswer, Proposal, Version
from bot.review.proposing import IN_A_VERSION, in_version, published, taken_back
from bot.settings import RELEASE, settings

Decision = ChangedAnswer.Decision
REPLAY = "replay"


class NotReadyError(Exception):
    """It cannot go live. `code` has words in `data/console/publish.yml`; `gates`: the names of those that were not passed."""

    def __init__(self, code: str, gates: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code, self.gates = code, tuple(gates)


def gates(version: Version) -> List[Mapping[str, Any]]:
    """The gates of a version that are done, as dictionaries: those that were measured, and of a built one that of people as it stands."""
    return [*version.gates, *([_replay(version)] if version.state == Version.State.BUILT else [])]


def _replay(version: Version) -> Dict[str, Any]:
    decisions = list(version.changes.values_list("decision", flat=True))
    undecided, refused = decisions.count(Decision.NONE), decisions.count(Decision.REFUSED)
    counts = {"asked": version.asked_again, "changed": len(decisions), "undecided": undecided, "refused": refused}
    facts = {name: str(count) for name, count in counts.items()}
    return {"name": REPLAY, "passed": not undecided and not refused, "facts": facts, "tables": []}


def problem(version: Version) -> Optional[NotReadyError]:
    """What keeps a version from going live; None when nothing does."""
    if version.state != Version.State.BUILT:
        return NotReadyError("not_built")
    if not versions.fits(settings(), str(version.pk)):
        return NotReadyError("outdated")
    if version.proposals.exclude(state__in=[*IN_A_VERSION, Proposal.State.APPLIED]).exists():
        return NotReadyError("withdrawn")
    found = failing(gates(version))
    return NotReadyError("gates", found) if found else None


@transaction.atomic
def decide(change: ChangedAnswer, accepted: bool, by: str) -> None:
    """Says that an answer that changed is right so, or is not."""
    change.decision = Decision.ACCEPTED if accepted else Decision.REFUSED
    change.by, change.decided_at = by, timezone.now()
    change.save(update_fields=["decision", "by", "decided_at"])
    audit.note(by, "judge_answer", f"version:{change.version_id}", f"answer {change.pk}: {change.decision}")


@transaction.atomic
def go_live(version: Version, by: str) -> None:
    """Answers residents by this version from now on; the parts that run change over. Raises NotReadyError."""
    _one_at_a_time()
    version = Version.objects.get(pk=version.pk)
    wrong = problem(version)
    if wrong:
        raise wrong
    version.live_by, version.live_at = by, timezone.now()
    version.save(update_fields=["live_by", "live_at"])
    _make_live(str(version.pk), "go_live", by)


@transaction.atomic
def roll_back(by: str, left: str) -> str:
    """Goes back from the version `left` to what was live before; its name. The version left is nothing to go back to any more.

    Raises NotReadyError when nothing was before, or when another version than `left` is live by now.
    """
    _one_at_a_time()
    if versions.live(settings()) != left:
        raise NotReadyError("changed")
    if left == RELEASE:
        raise NotReadyError("nothing_before")
    before = former(left)
    Version.objects.filter(pk=int(left)).update(live_at=None)
    _make_live(before, "roll_back", by)
    return before


def _one_at_a_time() -> None:
    """Within a transaction: of two who let a version go live or go back, one waits for the other."""
    list(Version.objects.select_for_update().order_by("pk"))


def former(now: str) -> str:
    """The version that was live before the version `now` and fits what is installed; RELEASE when there is none."""
    since = Version.objects.filter(pk=int(now)).values_list("live_at", flat=True).first() or timezone.now()
    went_live = Version.objects.filter(live_at__lt=since).exclude(pk=int(now)).order_by("-live_at")
    return next((str(row.pk) for row in went_live if versions.fits(settings(), str(row.pk))), RELEASE)


def _make_live(name: str, action: str, by: str) -> None:
    """Within a transaction: the file is written last, so that nothing is live that is not written down."""
    in_it = in_version(name)
    for proposal in Proposal.objects.filter(state__in=IN_A_VERSION):
        if proposal.pk in in_it:
            published(proposal, by)
        elif proposal.state == Proposal.State.PUBLISHED:
            taken_back(proposal, by)
    audit.note(by, action, f"version:{name}")
    versions.make_live(settings(), name)
