"""`resident review`: what the command line does with proposals."""

from __future__ import annotations

from typing import Dict, List

from bot.running.tables import with_database
from bot.running.terminal import complain, say
from bot.settings import ROOT, settings


def apply(check: bool) -> int:
    """Writes approved proposals to the data folder and marks them applied; with `check`, only says what it would do. The exit code."""
    return with_database(lambda: _apply(check))


def export() -> int:
    """Prints approved proposals as training data. Returns the exit code."""
    return with_database(_export)


def _apply(check: bool) -> int:
    from django.db import transaction

    from bot.knowledge.problems import KnowledgeError
    from bot.review import audit
    from bot.review.apply import Planner
    from bot.review.models import Proposal
    from bot.review.proposing import IN_A_VERSION, applied

    approved = list(Proposal.objects.filter(state__in=IN_A_VERSION).order_by("id"))
    if not approved:
        say("No proposal is approved and not applied yet.")
        return 0
    try:
        plan = Planner(settings().release_data, ROOT / "tests").plan(approved)
    except KnowledgeError as err:
        complain(str(err))
        return 1
    if not check:
        with transaction.atomic():
            for proposal, _ in plan.done:
                applied(proposal, audit.machine_user())
            plan.write()
    for heading, rows in (
        ("would write" if check else "written", plan.done),
        ("not written", plan.refused),
        ("to change by hand, then mark as made in the console", plan.by_hand),
    ):
        for proposal, what in rows:
            say(f"{heading}: proposal {proposal.pk}: {proposal.text or proposal.words!r}: {what}")
    say(f"{'would write' if check else 'written'}: {len(plan.done)}, not written: {len(plan.refused)}, by hand: {len(plan.by_hand)}")
    return 1 if plan.refused else 0


def _export() -> int:
    from bot.review.models import Proposal
    from bot.review.writing import teachable

    examples: Dict[str, List[str]] = {}
    for proposal in Proposal.objects.filter(state=Proposal.State.APPROVED, kind=Proposal.Kind.INTENT).order_by("id"):
        examples.setdefault(proposal.label, []).append(teachable(proposal.text))
    say('version: "3.1"\nnlu:' if examples else 'version: "3.1"\nnlu: []')
    for label, texts in sorted(examples.items()):
        say(f"- intent: {label}\n  examples: |")
        for text in dict.fromkeys(texts):
            say(f"    - {text}")
    return 0
