"""The example dashboard and rules ask for numbers that there are, and the page names every one of both."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any, Dict, List, Set

import yaml

from bot.settings import ROOT
from tests.pages import table

NAMES = """
from bot.conversations.database import setup
setup()
from prometheus_client import REGISTRY
import actions.breaker_metrics, bot.monitoring.loop, bot.conversations.synthetic, bot.conversations.turn_metrics
from bot.conversations.queue_metrics import Queues
REGISTRY.register(Queues([]))
REGISTRY.register(actions.breaker_metrics.Breakers())
for family in [*REGISTRY.collect(), *Queues([]).describe()]:
    print(family.name + ("_total" if family.type == "counter" else ""))
"""
DASHBOARD: Dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
RULES: List[Dict[str, Any]] = [
    rule
    for group in yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]


def ours() -> Set[str]:
    """Every metric of ours, by its name in queries; histograms without their endings."""
    listed = subprocess.run([sys.executable, "-c", NAMES], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name for name in listed if name.startswith("chatbot_")}


def asked(expressions: List[str]) -> Set[str]:
    names = re.findall(r"chatbot_\w+", " ".join(expressions))
    return {re.sub(r"_(bucket|count|sum)$", "", name) for name in names}


def test_the_page_lists_every_metric_and_no_other() -> None:
    found = ours()
    assert len(found) > 10
    assert {name for name in table("monitoring.md", "Metrics") if name.startswith("chatbot_")} == found


def test_the_dashboard_shows_every_metric_but_those_that_only_rules_need() -> None:
    shown = asked([target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", [])])
    assert shown == ours() - {"chatbot_database_up"}


def test_the_rules_ask_for_metrics_that_there_are() -> None:
    assert len(RULES) > 5
    assert asked([rule["expr"] for rule in RULES]) <= ours()


def test_the_page_says_of_every_rule_what_to_do() -> None:
    rows = table("monitoring.md", "What to be woken for")
    assert {rule["alert"]: rule["labels"]["severity"] for rule in RULES} == {name: cells[0] for name, cells in rows.items()}
