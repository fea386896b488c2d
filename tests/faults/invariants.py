"""What must hold whatever broke, checked over the recorded history: reference of the numbers is docs/reliability.md.

`broken` is a pure function of what was seen; `seen` looks.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Dict, List, Sequence, Set, Tuple

import requests

from tests.faults.system import FaultSystem
from tests.faults.town import CARD, SIN, Town

SAID = {"answered", "apologised", "refused", "rated", "paused"}


@dataclass(frozen=True)
class Turn:
    """A row of the inbox. `took_s`: from taking it in to its end; `replies`: rows of the outbox with their state."""

    number: int
    conversation: str
    channel: str
    provider_id: str
    state: str
    outcome: str
    took_s: float
    replies: Sequence[Tuple[int, int, str, str]] = ()  # number, position, state, provider's id


@dataclass
class Seen:
    """`arrived`: by conversation, the provider's ids of what reached its phone, in order. `words`: what each resident alone said, with all
    that everybody else read. `secrets`: what must not be readable in `kept` (the record as it is stored) and `told` (logs, metrics).
    """

    acknowledged: Set[Tuple[str, str]] = field(default_factory=set)
    turns: List[Turn] = field(default_factory=list)
    longest_s: float = 60.0
    arrived: Dict[str, List[str]] = field(default_factory=dict)
    filed: List[str] = field(default_factory=list)
    reports: List[str] = field(default_factory=list)
    read: Dict[str, str] = field(default_factory=dict)
    secrets: List[str] = field(default_factory=list)
    kept: str = ""
    told: str = ""


def broken(seen: Seen) -> List[str]:
    """A sentence for each thing that should not be, beginning with the number of the invariant."""
    return [*_taken(seen), *_answered(seen), *_once(seen), *_in_order(seen), *_secret(seen), *_apart(seen)]


def _taken(seen: Seen) -> List[str]:
    rows = Counter((turn.channel, turn.provider_id) for turn in seen.turns)
    return [f"I1: acknowledged and {rows[key]} times in the record: {key}" for key in sorted(seen.acknowledged) if rows[key] != 1]


def _answered(seen: Seen) -> List[str]:
    found = []
    for turn in seen.turns:
        if turn.state != "done" or turn.outcome not in SAID:
            found.append(f"I2: turn {turn.number} is {turn.state}, {turn.outcome or 'without outcome'}")
        elif not any(state == "sent" or turn.channel == "rest" for _, _, state, _ in turn.replies):  # REST: read by whoever asked
            found.append(f"I2: turn {turn.number} got no reply")
        elif turn.took_s > seen.longest_s:
            found.append(f"I2: turn {turn.number} took {turn.took_s:.0f} s")
        there = seen.arrived.get(turn.conversation)
        if there is not None and any(state == "sent" and sid not in there for _, _, state, sid in turn.replies):
            found.append(f"I2: a reply to turn {turn.number} counts as sent and reached nobody")
    return found


def _once(seen: Seen) -> List[str]:
    found = []
    for turn in seen.turns:
        positions = [position for _, position, _, _ in turn.replies]
        if len(positions) != len(set(positions)):
            found.append(f"I3: turn {turn.number} has a reply twice")
    ours = Counter(provider_id for turn in seen.turns for _, _, state, provider_id in turn.replies if state == "sent" and provider_id)
    for conversation, arrived in seen.arrived.items():
        found += [f"I3: a text reached {conversation} that is {ours[sid]} replies of the record" for sid in arrived if ours[sid] != 1]
    for words in seen.reports:
        times = sum(words in description for description in seen.filed)
        if times > 1:
            found.append(f"I3: a report was filed {times} times")
    return found


def _in_order(seen: Seen) -> List[str]:
    found = []
    by_conversation: Dict[str, List[Turn]] = {}
    for turn in sorted(seen.turns, key=lambda turn: turn.number):
        by_conversation.setdefault(turn.conversation, []).append(turn)
    for conversation, turns in by_conversation.items():
        numbers = [number for turn in turns for number, _, _, _ in sorted(turn.replies)]
        if numbers != sorted(numbers):
            found.append(f"I4: replies of {conversation} were written in another order than its messages came")
        places = {sid: number for turn in turns for number, _, _, sid in turn.replies if sid}
        arrived = [places[sid] for sid in seen.arrived.get(conversation, []) if sid in places]
        if arrived != sorted(arrived):
            found.append(f"I4: texts reached {conversation} in another order than they were written")
    return found


def _secret(seen: Seen) -> List[str]:
    return [
        f"I5: a secret ending in {secret[-2:]} can be read in {place}"
        for secret in seen.secrets
        for place, text in (("the record", seen.kept), ("logs or metrics", seen.told))
        if _holds(text, secret)
    ] + [f"I5: what a resident wrote ({word}) is in logs or metrics" for word in seen.read if word in seen.told]


def _holds(text: str, secret: str) -> bool:
    """As it was written, or without what is between its digits; not inside a longer number."""
    return any(re.search(rf"(?<![0-9a-f]){re.escape(form)}(?![0-9a-f])", text) for form in {secret, re.sub(r"[ +-]", "", secret)})


def _apart(seen: Seen) -> List[str]:
    return [
        f"I6: what one resident wrote ({word}) was read by another"
        for word in seen.read
        for owner, text in seen.read.items()
        if owner != word and word in text
    ]


_TURNS = """
SELECT i.id, i.conversation_id, i.channel, i.provider_id, i.state, i.outcome,
       coalesce(extract(epoch FROM i.finished_at - i.received_at), 0)::float,
       coalesce((SELECT json_agg(json_build_array(o.id, o.position, o.state, o.provider_id) ORDER BY o.id)
                 FROM conversations_outboundmessage o WHERE o.inbound_id = i.id AND o.state <> 'held'), '[]'::json)
FROM conversations_inboundmessage i JOIN conversations_conversation c ON c.key = i.conversation_id
WHERE i.id > %s AND i.conversation_id NOT LIKE 'synthetic-%%'
"""


def last_turn(system: FaultSystem) -> int:
    return int(system.rows("SELECT coalesce(max(id), 0) FROM conversations_inboundmessage")[0][0])


def seen(town: Town, after: int, longest_s: float) -> Seen:
    """What there is to be seen of the turns after a row of the inbox."""
    system = town.system
    turns = [Turn(*row[:7], replies=[tuple(reply) for reply in row[7]]) for row in system.rows(_TURNS, [after])]
    arrived = {phone.conversation: [form["Sid"] for form in system.provider.taken if form["To"] == phone.number] for phone in town.phones}
    requests_there = requests.get(f"{system.sandbox}/open311/v2/requests.json", timeout=10).json()
    return Seen(
        acknowledged=set(town.acknowledged),
        turns=turns,
        longest_s=longest_s,
        arrived=arrived,
        filed=[row["description"] for row in requests_there],
        reports=list(town.reports),
        read={
            **{phone.word: "\n".join(phone.shows()) for phone in town.phones},
            **{caller.word: "\n".join(caller.read) for caller in town.callers},
        },
        secrets=[SIN, CARD, *(phone.number for phone in town.phones)],
        kept=system.postgres.dump(),
        told=f"{system.logs()}\n{system.metrics()}\n{(system.postgres.folder / 'log').read_text(errors='replace')}",
    )
