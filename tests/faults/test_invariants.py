"""The checker finds what it is there for: each history below breaks one invariant and is told so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict

import pytest

from tests.faults.invariants import Seen, Turn, broken

FIRST = Turn(1, "c", "sms", "SM1", "done", "answered", 2.0, [(1, 0, "sent", "SMa"), (2, 1, "sent", "SMb")])
SECOND = Turn(2, "c", "sms", "SM2", "done", "apologised", 50.0, [(9, 0, "sent", "SMc")])
OTHER = Turn(3, "d", "rest", "r1", "done", "answered", 1.0, [(10, 0, "pending", "")])
SECRET = "046 454 286"
GOOD: Dict[str, Any] = {
    "acknowledged": {("sms", "SM1"), ("sms", "SM2"), ("rest", "r1")},
    "turns": [FIRST, SECOND, OTHER],
    "arrived": {"c": ["SMa", "SMb", "SMc"]},
    "filed": ["a hole beside the quabc"],
    "reports": ["quabc"],
    "read": {"quabc": "Send it? beside the quabc", "quxyz": "Hello."},
    "secrets": [SECRET],
    "kept": "\\x046454286ab [number]",
    "told": "answered after 0.1 s",
}


def test_a_history_without_fault_is_good() -> None:
    assert broken(Seen(**GOOD)) == []


BAD = {
    "I1: acknowledged and never taken in": {"acknowledged": {*GOOD["acknowledged"], ("sms", "SM9")}},
    "I1: one text is two turns": {"turns": [FIRST, SECOND, OTHER, replace(SECOND, number=9, conversation="e")], "arrived": {}},
    "I2: not answered": {"turns": [FIRST, replace(SECOND, state="pending", outcome=""), OTHER]},
    "I2: no reply": {"turns": [replace(FIRST, replies=[]), SECOND, OTHER], "arrived": {"c": ["SMc"]}},
    "I2: a text that counts as sent and did not come": {"arrived": {"c": ["SMa", "SMb"]}},
    "I2: a text that was never sent": {"turns": [FIRST, replace(SECOND, replies=[(9, 0, "failed", "")]), OTHER], "arrived": {}},
    "I2: too late": {"longest_s": 49.0},
    "I3: a text came twice": {"arrived": {"c": ["SMa", "SMb", "SMc", "SMd"]}},
    "I3: one reply is two rows": {
        "turns": [replace(FIRST, replies=[*FIRST.replies, (5, 1, "sent", "SMe")]), SECOND, OTHER],
        "arrived": {"c": ["SMa", "SMb", "SMe", "SMc"]},
    },
    "I3: a report was filed twice": {"filed": GOOD["filed"] * 2},
    "I4: texts came in another order": {"arrived": {"c": ["SMa", "SMc", "SMb"]}},
    "I4: the second message was answered first": {
        "turns": [replace(FIRST, replies=[(11, 0, "sent", "SMa")]), SECOND, OTHER],
        "arrived": {},
    },
    "I5: in a table": {"kept": "'my sin is 046454286'"},
    "I5: in a log": {"told": f"cannot read {SECRET}"},
    "I5: words in a log": {"told": "said: quabc"},
    "I6: read by another": {"read": {**GOOD["read"], "quxyz": "beside the quabc"}},
}


@pytest.mark.parametrize("name", BAD)
def test_a_broken_invariant_is_found_and_no_other(name: str) -> None:
    found = broken(Seen(**{**GOOD, **BAD[name]}))
    assert {sentence[:2] for sentence in found} == {name[:2]}
