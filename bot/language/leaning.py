"""How a message that leans on the need before it is read: alone, behind it, or as both readings allow."""

from __future__ import annotations

from bot.labels import ARTICLE, INFORM, NEEDS, OUT_OF_SCOPE, REPORT, TASKS
from bot.language.classifier import Classifier, Ranking
from bot.language.doubt import Decision, Outcome
from bot.language.follow_up import combined, is_part, joined, points_back, says_itself
from bot.language.fragments import Fragment, fragment

# "and tomorrow", "why not" and "merci, et lundi?" only sound so.
_NO_FRAGMENT_SAYS = frozenset({"goodbye", "deny", "affirm", "thank", "small_talk", "frustration"})


def leaning(classifier: Classifier, text: str, before: str) -> Ranking:
    """The ranking of a message behind the need before it.

    1. What surely thanks, greets or tells of danger continues nothing: it is read alone.
    2. What says nothing by itself ("how much?", "and tomorrow", a value of what was looked up) is read behind the need only.
    3. What else leans by its form is read both ways, see `_both`, unless it is long enough to name another need and surely does.
    """
    alone = classifier.ranking(text)
    if not alone:
        return alone
    earlier = classifier.ranking(before)
    about = earlier[0][0] if earlier else ""
    was_sure = classifier.decide(earlier).outcome is Outcome.SURE
    said = fragment(text, about)
    decision = classifier.decide(alone)
    if _is_said_to_the_assistant(decision) and not (said and decision.intent in _NO_FRAGMENT_SAYS):
        return alone
    part, fits = is_part(text), said is not None and _fits(said, about, was_sure=was_sure)
    if not (part or fits or points_back(text)):
        return alone
    together = classifier.ranking(joined(before, text))
    if part:
        return together
    if said and fits:
        sure = classifier.decide(together).outcome is Outcome.SURE and not _begins_a_task(said, about, together)
        return together if sure else combined(earlier, together)  # what adds nothing that is sure is about the need before
    if decision.outcome is Outcome.SURE and together[0][0] == about and says_itself(text):
        return alone
    return _both(classifier, alone, together, about)


def _is_said_to_the_assistant(decision: Decision) -> bool:
    """Whether a message is surely no question about the city ("ok thanks"), and so continues none."""
    return decision.outcome is Outcome.SURE and decision.intent not in {*NEEDS, INFORM, OUT_OF_SCOPE}


def _fits(said: Fragment, about: str, *, was_sure: bool) -> bool:
    """Whether a fragment continues a need. An address says nothing about an article; a question behind a report is no second report."""
    intent = about.partition("/")[0]
    if not was_sure:
        return True
    if intent == REPORT:
        return said.opened and said.address
    return said.asks or intent != ARTICLE


def _begins_a_task(said: Fragment, about: str, together: Ranking) -> bool:
    """Whether a question behind an article would open a form: "how much?" behind the due dates is no wish to sign in to a bill."""
    return said.asks and about.startswith(f"{ARTICLE}/") and together[0][0].partition("/")[0] in TASKS


def _both(classifier: Classifier, alone: Ranking, together: Ranking, about: str) -> Ranking:
    """What both readings allow. Where they do not agree, the one behind the need before counts when it is sure and either says something
    else than that need ("and a shed?" after a deck), or the message alone means nothing.
    """
    ranking = combined(alone, together)
    if classifier.decide(ranking).outcome is Outcome.SURE or classifier.decide(together).outcome is not Outcome.SURE:
        return ranking
    lost = classifier.decide(alone).outcome is Outcome.LOST and alone[0][0] != OUT_OF_SCOPE
    return together if lost or together[0][0] != about else ranking
