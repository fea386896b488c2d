"""Things that a layer lists in pieces."""

from __future__ import annotations

import pytest

from actions.clients.arcgis_shapes import Group
from actions.open_data.things import things_of

PIECES = [Group("Iron", (2, 300.0)), Group("Mill", (1, 250.0)), Group(None, (2, 50.0)), Group("Iron", (1, 100.0)), Group("Lost", (0, None))]


@pytest.mark.parametrize(("statistic", "value"), [("count", 4), ("sum", 700.0), ("avg", 175.0), ("max", 400.0), ("min", 250.0)])
def test_pieces_of_one_name_are_one_and_each_without_a_name_is_its_own(statistic: str, value: float) -> None:
    (lot,) = things_of(PIECES, by=False)
    assert lot.value(statistic) == value


def test_things_of_each_group_are_their_own() -> None:
    lots = things_of([Group(("Iron", "Gravel"), (2,)), Group(("Iron", None), (1,)), Group(("Mill", "Gravel"), (1,))], by=True)
    assert {lot.key: lot.count for lot in lots} == {"Gravel": 2, None: 1}
