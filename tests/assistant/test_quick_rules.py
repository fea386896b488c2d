"""The rules that fit are those that Rasa's own search finds, whatever was said before."""

from __future__ import annotations

import json
from typing import Any, Dict, List
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import RulePolicy

from bot.assistant.quick_rules import QuickRules

State = Dict[str, Dict[str, Any]]

ACTIONS = st.sampled_from(["action_listen", "report_form", "utter_greet"])
INTENTS = st.sampled_from(["greet", "report_problem"])
FORMS = st.sampled_from(["report_form", "should_not_be_set"])


def part(name: str, key: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[State]:
    """A part of a state, which may be missing."""
    return st.one_of(st.just({}), values.map(lambda value: {name: {key: value}}))


SLOTS = part("slots", "language", st.sampled_from(["en", "fr", "should_not_be_set"]))
STATES = st.tuples(
    part("prev_action", "action_name", ACTIONS), part("user", "intent", INTENTS), part("active_loop", "name", FORMS), SLOTS
).map(lambda parts: {name: value for one in parts for name, value in one.items()})
RULES = st.lists(STATES, min_size=1, max_size=3).map(lambda states: json.dumps(states, sort_keys=True))


def policy(kind: type, rules: Dict[str, str]) -> Any:
    return kind(RulePolicy.get_default_config(), Mock(), Mock(), Mock(), lookup={"rules": rules})


@given(rules=st.lists(RULES, max_size=8), states=st.lists(STATES, min_size=1, max_size=6))
def test_the_same_rules_fit(rules: List[str], states: List[State]) -> None:
    lookup = dict.fromkeys(rules, "action_listen")
    found = policy(QuickRules, lookup)._get_possible_keys(lookup, states)
    assert found == policy(RulePolicy, lookup)._get_possible_keys(lookup, states)


@pytest.mark.parametrize("kind", [RulePolicy, QuickRules])
def test_a_rule_that_names_the_intent_fits_it_alone(kind: type) -> None:
    greeting = json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}])
    anything = json.dumps([{"prev_action": {"action_name": "action_listen"}}])
    lookup = {greeting: "utter_greet", anything: "action_listen"}

    def fits(intent: str) -> Any:
        return policy(kind, lookup)._get_possible_keys(
            lookup, [{"prev_action": {"action_name": "action_listen"}, "user": {"intent": intent}}]
        )

    assert fits("greet") == {greeting, anything}
    assert fits("report_problem") == {anything}
