"""Rasa's rules, found by what they end with: its own search compares each rule with each state of the session, at every step."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import product
from typing import Any, DefaultDict, Dict, List, Mapping, Optional, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

_Found = Tuple[Optional[str], Optional[str], bool]


class QuickRules(RulePolicy):
    """Predicts what `RulePolicy` does, in a model that is trained. No rule of ours is made of a resident's words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._indexes = {id(rules): _Index(rules) for rules in self.lookup.values() if isinstance(rules, dict)}

    def _find_action_from_rules(self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool) -> _Found:
        if use_text_for_last_user_input:
            return None, None, False
        found: _Found = super()._find_action_from_rules(tracker, domain, use_text_for_last_user_input)
        return found

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        index = self._indexes[id(lookup)]
        possible = index.that_may_fit(states[-1])
        for turns_ago, state in enumerate(reversed(states[-index.longest :])):  # a rule says nothing of what was before it
            possible = {rule for rule in possible if self._is_rule_applicable(rule, turns_ago, state)}
        return possible


class _Index:
    """Rules by the action before and the intent that their last state names, None where it names none.

    longest: how many states the longest has.
    """

    def __init__(self, rules: Mapping[str, str]) -> None:
        self._rules: DefaultDict[Tuple[Optional[str], Optional[str]], Set[str]] = defaultdict(set)
        self.longest = 1
        for rule in rules:
            states = json.loads(rule)
            self.longest = max(self.longest, len(states))
            before = _action_before(states[-1])
            self._rules[before, _intent(states[-1]) if before else None].add(rule)  # at a conversation's start Rasa asks for no more

    def that_may_fit(self, state: State) -> Set[str]:
        """Those whose last state does not name another action or intent than this state does."""
        return set().union(*(self._rules.get(named, ()) for named in product({_action_before(state), None}, {_intent(state), None})))


def _action_before(state: State) -> Optional[str]:
    return _named(state.get(PREVIOUS_ACTION, {}).get(ACTION_NAME))


def _intent(state: State) -> Optional[str]:
    return _named(state.get(USER, {}).get(INTENT))


def _named(name: Optional[str]) -> Optional[str]:
    return None if name == SHOULD_NOT_BE_SET else name
