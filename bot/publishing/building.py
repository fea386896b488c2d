"""Makes a version: the release's data with every approved proposal in it, its model, its gates. One at a time, in a process of its own.

Each step may be ended at any time; whoever builds it the next time begins anew. Who stops it says so in its row: the next sign of whoever
builds it finds that, ends and takes away what there is.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Dict, List

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from bot.assistant.training import model_path
from bot.city import city
from bot.conversations.models import SYNTHETIC, InboundMessage
from bot.conversations.readings import SURE
from bot.knowledge.problems import KnowledgeError
from bot.publishing import versions
from bot.publishing.branches import commit
from bot.publishing.children import ChildError, run
from bot.review import audit
from bot.review.apply import CORRECTIONS, EXAM, Plan, Planner
from bot.review.models import ChangedAnswer, Proposal, Version
from bot.review.proposing import IN_A_VERSION, in_version
from bot.settings import ROOT, Settings, settings

State = Version.State
Report = Callable[[str], None]

REPLAY_DAYS, MOST_REPLAYED = 30, 2_000
MOST_TRIES = 3
_TRAIN = "from bot.publishing.children import behind; behind(); from bot.cli import main; main(['train', '--if-needed'])"
_MEASURE = ("-m", "bot.publishing.measuring")
UNDER_WAY = (State.WAITING, State.BUILDING)


class BusyError(Exception):
    """A version is being built; one at a time."""


class NothingError(Exception):
    """A version would be what is live already."""


class NotUnderWayError(Exception):
    """There is no build to stop."""


class StoppedError(Exception):
    """Somebody stopped the version that is being built here."""


@transaction.atomic
def ask_for(by: str, *, here: bool = False) -> Version:
    """Asks for a version with every proposal that is approved now. Raises BusyError or NothingError.

    Args:
        here: this process builds it at once; otherwise the worker that leads does.
    """
    audit.note(by, "version_build", "version:next")  # on PostgreSQL too, one after the other from here on
    if Version.objects.filter(state__in=UNDER_WAY).exists():
        raise BusyError
    if {proposal.pk for proposal in publishable()} == in_version(versions.in_force(settings())):
        raise NothingError
    return Version.objects.create(by=by, state=State.BUILDING if here else State.WAITING)


def under_way() -> Version:
    """The version that waits or is being built. Raises NotUnderWayError."""
    found = Version.objects.filter(state__in=UNDER_WAY).first()
    if found is None:
        raise NotUnderWayError
    return found


@transaction.atomic
def stop(version: Version, by: str) -> None:
    """It is built no more, and another one may be asked for. Raises NotUnderWayError."""
    version.refresh_from_db(from_queryset=Version.objects.select_for_update())
    if version.state not in UNDER_WAY:
        raise NotUnderWayError
    version.state, version.stopped_by, version.step, version.touched_at = State.STOPPED, by, "", timezone.now()
    version.save(update_fields=["state", "stopped_by", "step", "touched_at"])
    audit.note(by, "version_stop", f"version:{version.pk}")


def publishable() -> QuerySet[Proposal]:
    """The proposals that a version is made of, in their order: a meaning, or an answer that somebody has written."""
    return Proposal.objects.filter(Q(kind=Proposal.Kind.INTENT) | Q(article__isnull=False), state__in=IN_A_VERSION).order_by("id")


def build(version: Version, report: Report = lambda step: None) -> None:
    """Builds it and says how that ended, in its row. Of one that was stopped nothing is left but that row.

    Args:
        report: is told each step, by its name.
    """
    version.state, version.gates = State.BUILDING, []

    def step(name: str) -> None:
        report(name)
        version.step = name
        _save(version)

    try:
        if version.tries > MOST_TRIES:
            raise ChildError("Whoever built it was ended each time, perhaps for want of memory.")
        _build(version, step)
    except StoppedError:
        pass  # its row says so
    except (ChildError, KnowledgeError, OSError) as err:
        _fail(version, str(err))
    except Exception as err:
        _fail(version, type(err).__name__)
        raise
    finally:
        _take_away_stopped()
    version.refresh_from_db()


@transaction.atomic
def _save(version: Version) -> None:
    """Writes its row, which is a sign that somebody is at it. Raises StoppedError: then the row stays as it is."""
    _hold(version)
    version.touched_at = timezone.now()
    version.save()


def _hold(version: Version) -> None:
    """Nobody stops it until the transaction is over. Raises StoppedError."""
    if not list(Version.objects.select_for_update().filter(pk=version.pk, state__in=UNDER_WAY).values_list("pk")):
        raise StoppedError


def _fail(version: Version, problem: str) -> None:
    still = Version.objects.filter(pk=version.pk, state__in=UNDER_WAY)
    still.update(state=State.FAILED, problem=problem, step="", touched_at=timezone.now())


def _take_away_stopped() -> None:
    """Also of those that nobody was building any more."""
    for number in Version.objects.filter(state=State.STOPPED).values_list("pk", flat=True):
        shutil.rmtree(versions.folder(settings()) / str(number), ignore_errors=True)


def _build(version: Version, step: Report) -> None:
    config, name = settings(), str(version.pk)
    place, release = versions.folder(config) / name, versions.release_digest(config)
    step("writing")
    plan = write(place, config.release_data, list(publishable()))
    changed = {path.relative_to(place).as_posix(): content for path, content in plan.files.items()}
    version.proposals.set([proposal for proposal, _ in plan.done])
    version.left_out = [[proposal.pk, why] for proposal, why in (*plan.refused, *plan.by_hand)]
    version.files = sorted(changed)
    environment = {**os.environ, "RESIDENT_VERSION": name}

    def touch() -> None:
        _save(version)

    def heard(line: str) -> None:
        """Of who measures: a gate that is done, or what is looked at next."""
        if line.startswith("{"):
            version.gates.append(json.loads(line))
            _save(version)
        else:
            step(line)

    step("training")
    run(["-c", _TRAIN], environment, touch=touch)
    messages = lately(timezone.now())
    changes = _measured(config, place, messages, environment, heard, touch)
    with transaction.atomic():
        _hold(version)
        version.asked_again = len(messages)
        version.changes.all().delete()
        numbers = [change["messages"][0] for change in changes]
        there = set(InboundMessage.objects.filter(pk__in=numbers).values_list("pk", flat=True))  # one may have been deleted meanwhile
        ChangedAnswer.objects.bulk_create(_changed(version, change) for change in changes if change["messages"][0] in there)
        version.branch = commit(config.release_data, name, changed, version.by) or ""
        versions.finish(config, name, release)
        version.state, version.step = State.BUILT, ""
        _save(version)


def write(place: Path, release: Path, proposals: List[Proposal]) -> Plan:
    """Writes `data/` and `tests/` of a version into an empty folder. What became of each proposal is in the plan."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(release, place / "data")
    for name in (EXAM, Path(CORRECTIONS).parts[0]):
        (place / "tests" / name).mkdir(parents=True)
        for path in (ROOT / "tests" / name).glob("*.yml"):
            shutil.copy(path, place / "tests" / name)
    plan = Planner(place / "data", place / "tests").plan(proposals)
    plan.write()
    return plan


def lately(now: datetime) -> List[Dict[str, Any]]:
    """What residents wrote in the last days that had to be understood, masked, the latest first. Nothing private.

    Each as the fields of a `bot.evaluation.gates.replay.Message`.
    """
    rows = (
        InboundMessage.objects.filter(received_at__gte=now - timedelta(days=REPLAY_DAYS), private=False, choice=None)
        .exclude(text_masked="")
        .exclude(conversation__key__startswith=SYNTHETIC)
        .exclude(summary__certainty="")
        .filter(summary__isnull=False)
        .order_by("-received_at")
        .values_list("pk", "text_masked", "language")
    )
    spoken = city().languages
    return [
        {"number": number, "text": text, "language": language if language in spoken else spoken[0]}
        for number, text, language in rows[:MOST_REPLAYED]
    ]


def _measured(
    config: Settings, place: Path, messages: List[Dict[str, Any]], environment: Dict[str, str], heard: Report, touch: Callable[[], None]
) -> List[Dict[str, Any]]:
    """What the candidate answers otherwise. What residents wrote is on disk, masked, for as long as this takes.

    Args:
        heard: is given each line of who measures.
    """
    live = versions.data(config, versions.in_force(config))
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        request, answer = Path(scratch) / "request.json", Path(scratch) / "answer.json"
        asked = {
            "live_data": str(live),
            "live_model": str(model_path(live)),
            "corrected": str((place / "tests" / CORRECTIONS).parent),
            "messages": messages,
        }
        request.write_text(json.dumps(asked), encoding="utf-8")
        run([*_MEASURE, str(request), str(answer)], environment, line=heard, touch=touch)
        found: List[Dict[str, Any]] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _changed(version: Version, change: Dict[str, Any]) -> ChangedAnswer:
    """What an editor has approved already is accepted with it."""
    numbers, was, now = change["messages"], change["was"], change["now"]
    row = ChangedAnswer(version=version, inbound_id=numbers[0], messages=len(numbers), topic=change["topic"], was=was, now=now)
    approved = version.proposals.filter(kind=Proposal.Kind.INTENT, inbound__in=numbers, label__in=now["labels"][:1]).first()
    if approved and now["outcome"] == SURE:
        row.decision, row.by, row.decided_at = ChangedAnswer.Decision.ACCEPTED, approved.decided_by, approved.decided_at
    return row
