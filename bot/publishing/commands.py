"""`resident publish`: what the console's page of versions does, in a terminal."""

from __future__ import annotations

import argparse
from typing import Any, Callable, Mapping, Optional

from bot.running.tables import with_database
from bot.running.terminal import complain, say, table

Work = Callable[[argparse.Namespace], Optional[int]]


def run(work: Work, chosen: argparse.Namespace) -> int:
    """Does one of the commands below. Returns the exit code: 1, with a sentence, when it is refused."""

    def guarded() -> Optional[int]:
        from bot.publishing.building import BusyError, NothingError, NotUnderWayError
        from bot.publishing.going_live import NotReadyError
        from bot.review.models import Version

        problems = _words()["problems"]
        try:
            return work(chosen)
        except BusyError:
            complain(problems["busy"])
        except NothingError:
            complain(problems["nothing"])
        except NotUnderWayError:
            complain(problems["not_under_way"])
        except Version.DoesNotExist:
            complain(problems["unknown"])
        except NotReadyError as err:
            complain(" ".join([problems[err.code], ", ".join(_words()["gates"][name]["title"] for name in err.gates)]).strip())
        return 1

    return with_database(guarded)


def build(chosen: argparse.Namespace) -> int:
    """Builds a version here and now: the one that waits for somebody to build it, else a new one; `--number`: that one."""
    from bot.publishing import awaiting, building
    from bot.review import audit
    from bot.review.models import Version
    from bot.running.lifeline import end_with_parent

    if chosen.number is not None:
        end_with_parent()  # a worker that stops does not leave it behind
    if chosen.number is not None:
        version = Version.objects.get(pk=chosen.number)
    else:
        version = awaiting.waiting() or building.ask_for(audit.machine_user(), here=True)
    building.build(version, lambda step: say(f"version {version.pk}: {_words()['steps'][step]}"))
    _show(version)
    return 0 if version.state == Version.State.BUILT else 1


def stop(chosen: argparse.Namespace) -> None:
    """Stops a build: by default the one under way."""
    from bot.publishing import building
    from bot.review import audit
    from bot.review.models import Version

    if chosen.number is not None:
        version = Version.objects.get(pk=chosen.number)
    else:
        version = building.under_way()
    building.stop(version, audit.machine_user())
    _show(version)


def show(chosen: argparse.Namespace) -> None:
    """The versions, or everything about one."""
    from bot.publishing import versions
    from bot.review.models import Version
    from bot.settings import RELEASE, settings

    if chosen.number is not None:
        _show(Version.objects.get(pk=chosen.number))
        return
    live, words = versions.live(settings()), _words()
    for version in Version.objects.order_by("id"):
        say(f"version {version.pk}: {words['states'][version.state]}{', ' + words['live'] if str(version.pk) == live else ''}")
    if not versions.fits(settings(), live):
        say(words["outdated"])
    elif live == RELEASE:
        say(words["release_live"])


def over_time(chosen: argparse.Namespace) -> None:
    """How each version answered, beside the one before it."""
    from bot.publishing.over_time import lines

    for line in lines():
        say(line)


def go_live(chosen: argparse.Namespace) -> None:
    from bot.publishing import going_live
    from bot.review import audit
    from bot.review.models import Version

    going_live.go_live(Version.objects.get(pk=chosen.number), audit.machine_user())
    say(f"version {chosen.number}: {_words()['live']}")


def rollback(chosen: argparse.Namespace) -> None:
    from bot.publishing import going_live, versions
    from bot.review import audit
    from bot.settings import settings

    say(f"version {going_live.roll_back(audit.machine_user(), versions.live(settings()))}: {_words()['live']}")


def _show(version: Any) -> None:
    """A version with the gates that are done and their tables."""
    from bot.publishing.going_live import gates

    words = _words()
    say(f"version {version.pk}: {words['states'][version.state]}")
    stopped = f"{words['stopped_by']} {version.stopped_by}" if version.stopped_by else ""
    for line in (version.problem, stopped, f"{words['branch']}: {version.branch}" if version.branch else ""):
        if line:
            say(line)
    for number, why in version.left_out:
        say(f"{words['left_out']}: {number}: {why}")
    for gate in gates(version):
        _show_gate(gate, words)
    for change in version.changes.order_by("topic", "id"):
        decision = words["decisions"][change.decision or "none"]
        say(f"  {change.topic}: {change.messages}: {_said(change.was)} -> {_said(change.now)} ({decision})")


def _show_gate(gate: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    said = words["gates"][gate["name"]]
    say()
    sentence = said["passed" if gate["passed"] else "failed"].format_map(gate["facts"])
    say(f"{'ok  ' if gate['passed'] else 'FAIL'}  {said['title']}: {sentence}")
    for shown in gate["tables"]:
        if shown["rows"]:
            say(f"  {words['tables'][shown['name']]}")
            for line in table([[words["columns"][name] for name in shown["head"]], *shown["rows"]]):
                say(line)


def _said(said: Mapping[str, Any]) -> str:
    return " | ".join([said["outcome"], *said["labels"]])


def _words() -> Mapping[str, Any]:
    from bot.console.words import console_words

    words: Mapping[str, Any] = console_words()["en"]["publish"]
    return words
