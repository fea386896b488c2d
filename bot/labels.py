"""The names of what residents want, shared by what understands them and what acts on them."""

from __future__ import annotations

ARTICLE = "article"  # a question answered from an article; its varieties are the articles
EMERGENCY = "emergency"  # danger; its varieties are the kinds of data/emergencies.yml
OUT_OF_SCOPE = "out_of_scope"  # nothing that a city does
INFORM = "inform"  # something given without a need: an address, a photo
TASKS = frozenset({"report_problem", "collection_day", "check_request_status"})
NEEDS = TASKS | {ARTICLE}
