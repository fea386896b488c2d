"""The pages of versions: what goes into the next one, how far it is, its gates, what it answers otherwise; going live and back."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from bot.console import ids
from bot.console.places import go
from bot.console.roles import Ability, needs
from bot.console.versions_over_time import answers, sign_now
from bot.console.words import console_words, reader_language
from bot.conversations.log_search import LARGEST_ID
from bot.publishing import building, going_live, versions
from bot.publishing.building import UNDER_WAY, BusyError, NothingError, NotUnderWayError
from bot.publishing.going_live import NotReadyError
from bot.review import audit, proposing
from bot.review.judging import ConflictError
from bot.review.labels import title
from bot.review.models import ChangedAnswer, Proposal, Version
from bot.running.slots import answering
from bot.settings import RELEASE, settings

SECTION = "publish"
LATEST = 20  # versions in the list
LABELLED = ("live", "candidate", "right", "now")  # columns of gates in which labels stand, or shares
State = Version.State


@require_safe
@needs(Ability.READ)
def overview(request: HttpRequest) -> HttpResponse:
    return _overview(request, done=request.GET.get("done", ""))


@require_safe
@needs(Ability.READ)
def version(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Version, pk=min(number, LARGEST_ID))
    if found.state not in UNDER_WAY:  # it quotes residents; one under way asks for its page every few seconds
        audit.note(request.user.get_username(), "view_version", f"version:{found.pk}")
    return _page(request, found, done=request.GET.get("done", ""))


@require_POST
@needs(Ability.EDIT)
def build(request: HttpRequest) -> HttpResponse:
    try:
        made = building.ask_for(_by(request))
    except (BusyError, NothingError) as err:
        return _overview(request, problem="busy" if isinstance(err, BusyError) else "nothing")
    return _to(made.pk, "build")


@require_POST
@needs(Ability.EDIT)
def stop(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Version, pk=min(number, LARGEST_ID))
    try:
        building.stop(found, _by(request))
    except NotUnderWayError:
        return _page(request, found, problem="not_under_way")
    return _to(found.pk, "stop")


@require_POST
@needs(Ability.EDIT)
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a proposal out of the versions to come."""
    try:
        proposing.withdraw(get_object_or_404(Proposal, pk=min(number, LARGEST_ID)), _by(request))
    except ConflictError:
        return go(reverse("publish"))
    return go(f"{reverse('publish')}?{urlencode({'done': 'withdraw'})}")


@require_POST
@needs(Ability.EDIT)
def judge(request: HttpRequest, number: int) -> HttpResponse:
    """Accepts or refuses a changed answer (`change`), or accepts all of a `topic` that nobody has decided on: `decision`."""
    found = get_object_or_404(Version, pk=min(number, LARGEST_ID))
    decision, topic = request.POST.get("decision", ""), request.POST.get("topic", "")
    one = _number(request.POST.get("change", ""))
    changed = found.changes.filter(topic=topic, decision="") if topic else found.changes.filter(pk=one)
    if decision in ("accept", "refuse"):
        for change in changed:
            going_live.decide(change, decision == "accept", _by(request))
    return _to(found.pk, decision, "changes")


@require_POST
@needs(Ability.PUBLISH)
def go_live(request: HttpRequest, number: int) -> HttpResponse:
    found = get_object_or_404(Version, pk=min(number, LARGEST_ID))
    return _decided(request, found, "go_live", lambda: going_live.go_live(found, _by(request)))


@require_POST
@needs(Ability.PUBLISH)
def roll_back(request: HttpRequest) -> HttpResponse:
    """Goes back from the version that was live on the reader's page: `from`. Sent twice, it goes back once."""
    return _decided(request, None, "roll_back", lambda: going_live.roll_back(_by(request), request.POST.get("from", "")))


def _decided(request: HttpRequest, found: Optional[Version], done: str, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except NotReadyError as err:
        return _page(request, found, problem=err.code) if found else _overview(request, problem=err.code)
    return _to(found.pk, done) if found else go(f"{reverse('publish')}?{urlencode({'done': done})}")


def _overview(request: HttpRequest, **more: Any) -> HttpResponse:
    config = settings()
    live = versions.live(config)
    followed = "HX-Request" in request.headers  # asked for every few seconds while versions change over: only what is live is taken
    proposals = [] if followed else list(building.publishable())
    if proposals:  # they quote residents
        audit.note(_by(request), "list_proposals", SECTION)
    context = {
        "section": SECTION,
        "versions": Version.objects.order_by("-id")[:LATEST],
        "proposals": proposals,
        "fits": versions.fits(config, live),
        "before": going_live.former(live) if live != RELEASE else None,
        **_live(live),
        **sign_now(),
        **more,
    }
    return render(request, "console/publish.html", context)


def _page(request: HttpRequest, found: Version, **more: Any) -> HttpResponse:
    built, live = found.state == State.BUILT, versions.live(settings())
    to_decide = built and str(found.pk) != live
    wrong = going_live.problem(found) if to_decide else None
    context = {
        "section": SECTION,
        "version": found,
        "under_way": found.state in UNDER_WAY,
        "gates": [_gate(gate) for gate in going_live.gates(found)],
        "built": built,
        "topics": _by_topic(found),
        "in_it": [] if found.state in UNDER_WAY else found.proposals.order_by("id"),
        "wrong": wrong,
        "may_go_live": to_decide and not wrong,
        **_live(live),
        **more,
    }
    return render(request, "console/publish_version.html", context)


def _live(live: str) -> Dict[str, Any]:
    """What is to be live, and whether the parts have changed over."""
    now = answering(settings())
    return {
        "live": live,
        "release": RELEASE,
        "changing": now is not None and now.version != live and now.failed != live and versions.fits(settings(), live),
        "could_not_change": now is not None and now.failed is not None and now.failed == live,
        "answers": answers(settings()),
    }


def _gate(gate: Any) -> Dict[str, Any]:
    """A gate with its sentence; tables without rows are left out."""
    said = console_words()[reader_language()]["publish"]["gates"][gate["name"]]
    sentence = said["passed" if gate["passed"] else "failed"].format_map(gate["facts"])
    return {**gate, "title": said["title"], "sentence": sentence, "tables": [_titled(shown) for shown in gate["tables"] if shown["rows"]]}


def _titled(shown: Any) -> Dict[str, Any]:
    """A table with labels as staff read them."""
    language = reader_language()
    rows = [
        [title(cell, language) if name in LABELLED else cell for name, cell in zip(shown["head"], row, strict=True)]
        for row in shown["rows"]
    ]
    return {**shown, "rows": rows}


def _by_topic(found: Version) -> List[Any]:
    """Pairs of a topic and its changed answers, each with the masked message it is shown by; the topics in alphabetical order."""
    topics: Dict[str, List[ChangedAnswer]] = {}
    rows = found.changes.select_related("inbound").defer("inbound__text_sealed").order_by("topic", "id")
    for change in rows:
        topics.setdefault(change.topic, []).append(change)
    return [(topic, changes, any(not change.decision for change in changes)) for topic, changes in topics.items()]


def _number(text: str) -> int:
    """A number that was sent; 0, which is nothing's, when it is none."""
    try:
        return ids.number(text) or 0
    except ValueError:
        return 0


def _to(number: int, done: str, place: str = "") -> HttpResponse:
    return go(f"{reverse('publish_version', args=[number])}?{urlencode({'done': done})}{'#' + place if place else ''}")


def _by(request: HttpRequest) -> str:
    return str(request.user.get_username())
