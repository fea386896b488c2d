"""The names of what residents want, shared by what understands them and what acts on them."""

from __future__ import annotations

ARTICLE = "article"  # a question answered from an article; its varieties are the articles
EMERGENCY = "emergency"  # danger; its varieties are the kinds of data/emergencies.yml
OUT_OF_SCOPE = "out_of_scope"  # nothing that a city does
INFORM = "inform"  # something given without a need: an address, a photo
AFFIRM = "affirm"
SWITCH_LANGUAGE = "switch_language"
REPORT = "report_problem"
LOOK_UP = "look_up"  # a question answered from the city's live records; its varieties are the kinds of `actions/look_ups/`
FORM_TASKS = {"report_form": REPORT, "collection_form": "collection_day", "status_form": "check_request_status", "look_up_form": LOOK_UP}
TASKS = frozenset(FORM_TASKS.values())  # what a form is for
NEEDS = TASKS | {ARTICLE}
ASK_NOTHING = frozenset({f"{LOOK_UP}/parking_tonight", f"{LOOK_UP}/weather_alerts"})  # answered from the message alone, whatever it says
