"""How a message that leans on the need before it is read: alone, behind it, or as both readings allow."""

from __future__ import annotations

from typing import NamedTuple

from bot.labels import ARTICLE, INFORM, NEEDS, OUT_OF_SCOPE, REPORT, TASKS
from bot.language.classifier import Classifier, Ranking
from bot.language.doubt import Decision, Outcome
from bot.language.follow_up import combined, is_long, is_part, joined, points_back, says_itself
from bot.language.fragments import Fragment, fragment, opened

# "and tomorrow", "why not" and "merci, et lundi?" only sound so.
_NO_FRAGMENT_SAYS = frozenset({"goodbye", "deny", "affirm", "thank", "small_talk", "frustration"})


class Leaning(NamedTuple):
    """`behind`: whether the ranking owes something to the need before, which then is a part of what the message needs."""

    ranking: Ranking
    behind: bool


def leaning(classifier: Classifier, text: str, before: str) -> Leaning:
    """The ranking of a message behind the need before it.

    1. What surely thanks, greets or tells of danger continues nothing: it is read alone. So is what surely names another need.
    2. What says nothing by itself ("how much?", "and tomorrow", a value of what was looked up) is read behind the need only.
    3. What else leans by its form is read both ways, see `_both`.
    """
    alone = classifier.ranking(text)
    if not alone:
        return Leaning(alone, behind=False)
    earlier = classifier.ranking(before)
    about = earlier[0][0] if earlier else ""
    was_sure = classifier.decide(earlier).outcome is Outcome.SURE
    said = fragment(text, about)
    decision = classifier.decide(alone)
    if _is_said_to_the_assistant(decision) and not (said and decision.intent in _NO_FRAGMENT_SAYS):
        return Leaning(alone, behind=False)
    part, fits = is_part(text), said is not None and _fits(said, about, was_sure=was_sure)
    if not (part or fits or points_back(text)):
        return Leaning(alone, behind=False)
    together = classifier.ranking(joined(before, text))
    if part:
        return Leaning(together, behind=True)
    named = decision.outcome is Outcome.SURE and decision.intent in NEEDS and alone[0][0] != about
    if said and fits:
        if named and _names(text, said, about, decision):
            return Leaning(alone, behind=False)
        if said.opened or not says_itself(text):
            sure = classifier.decide(together).outcome is Outcome.SURE and not _begins_a_task(said, about, together)
            # what adds nothing that is sure is about the need before
            return Leaning(together if sure else combined(earlier, together), behind=True)
    adds = classifier.decide(together).outcome is Outcome.SURE and together[0][0] not in (about, alone[0][0])
    if named and not adds and (says_itself(text) or (is_long(text) and not opened(text))):
        return Leaning(alone, behind=False)
    return Leaning(_both(classifier, alone, together, about), behind=True)


def _names(text: str, said: Fragment, about: str, decision: Decision) -> bool:
    """Whether words that say little surely mean another need: enough of them ("what is free on sunday in winter"), and behind what is no
    article fewer, if an article answers them: "phone number" behind a bus. "Phone number?" behind an article is about that article.
    """
    if said.opened or said.address:
        return False
    return says_itself(text) or (decision.intent == ARTICLE and not about.startswith(f"{ARTICLE}/") and not points_back(text))


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
