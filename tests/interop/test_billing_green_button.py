"""`greenbutton-objects`, a reader of Green Button that nobody here wrote, finds on the sandbox's feed what the bills say."""

from __future__ import annotations

import json
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.interop.venvs import foreign_venv
from tests.sandbox.billing import CURRENT, get, log_in

pytestmark = pytest.mark.interop
READER = "greenbutton-objects==2024.7.11"
READ = """
import json, sys
from greenbutton_objects.parse import parse_feed
print(json.dumps([
    [point.serviceCategory.name, [[reading.value, reading.cost] for meter in point.meterReadings for reading in meter.intervalReadings]]
    for point in parse_feed(sys.argv[1])
]))
"""


def test_it_reads_the_use_and_the_money_of_every_bill(sandbox: str, tmp_path: Path) -> None:
    token = log_in(sandbox, CURRENT)
    feed = tmp_path / "feed.xml"
    # It does not know 58, the kind that is a volume.
    feed.write_text(get(sandbox, "account/usage", token).text.replace("<espi:kind>58</espi:kind>", "<espi:kind>0</espi:kind>"))
    python = foreign_venv("greenbutton", READER) / "python"
    done = subprocess.run([python, "-c", READ, feed], check=True, capture_output=True, text=True, timeout=60)
    bills = get(sandbox, "account/bills", token, limit="60").json()["bills"]
    read = dict(json.loads(done.stdout, parse_float=Decimal))
    assert len(read) == 2
    for service, readings in zip(("gas", "water"), read.values(), strict=True):
        told = [row for bill in reversed(bills) for row in bill["services"] if row["service"] == service]
        assert [round(Decimal(value), 1) for value, _ in readings] == [Decimal(row["usage"]["value"]) for row in told]
        assert [round(Decimal(cost) * 100) for _, cost in readings] == [row["amount"]["amount_cents"] for row in told]
