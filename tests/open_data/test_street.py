"""Which street a question about data names, and what is none."""

from __future__ import annotations

from typing import Optional

import pytest

from bot.language.found import Reading
from bot.open_data.street import street_in


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("potholes on highland", "Highland"),
        ("benches along river road", "River Rd"),
        ("accidents sur la rue weber", "Weber St"),
        ("arbres le long de queen", "Queen"),
        ("ash trees along the river", None),
        ("benches up on the highland", None),
        ("potholes near the mill", None),
    ],
)
def test_a_bare_name_behind_an_article_is_a_thing_and_no_street(text: str, street: Optional[str]) -> None:
    found = street_in(Reading.of(text), [])
    assert (found.name if found else None) == street
