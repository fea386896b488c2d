"""The command line: `resident`. Each command loads only what it needs."""

from __future__ import annotations

import argparse
import logging
import os
import re
import signal
import sys
from dataclasses import fields
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Callable, List, Optional

from bot.running.parts import ALL
from bot.settings import CONSOLE_ROLES, SettingError, Settings, read_settings, settings

# Exit codes, besides 0: what was asked for was not done; the command or a setting is wrong.
FAILED = 1
MISUSED = 2

Run = Callable[[argparse.Namespace], Optional[int]]


def main(arguments: Optional[List[str]] = None) -> None:
    """Runs one command and ends the process with its exit code. A wrong setting is one sentence, never a traceback."""
    chosen = parser().parse_args(arguments)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.umask(0o077)  # databases, logs and laptop secrets are for this user only
    if getattr(chosen, "profile", None):
        os.environ["RESIDENT_PROFILE"] = chosen.profile
    try:
        code: Optional[int] = chosen.run(chosen)
    except SettingError as err:
        print(f"{err}.", file=sys.__stderr__)  # which names a variable and never its value: masking needs the settings itself
        code = MISUSED
    except KeyboardInterrupt:
        code = 130
    sys.exit(code or 0)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="resident", description="A city's residents ask in their own words and get a true answer, or get it done."
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    up = _command(commands, "up", _up, "train if need be, start every part, stay until Ctrl-C")
    up.add_argument(
        "--profile", choices=("sandbox", "live"), help="back ends: the sandbox city, or what the city offers (default: RESIDENT_PROFILE)"
    )
    up.add_argument("--no-samples", action="store_true", help="leave the staff console empty: no sample conversations on the sandbox city")
    train = _command(commands, "train", _train, "train the model")
    train.add_argument("--if-needed", action="store_true", help="only when no model matches the data")
    evaluate = _command(commands, "evaluate", _evaluate, "measure how well a model understands, and how much chance is in the numbers")
    evaluate.add_argument("folder", nargs="?", type=Path, help="questions with known needs, <topic>.yml (default: tests/nlu)")
    evaluate.add_argument("--folds", type=int, metavar="N", help="instead: the training examples in N parts, each left out in turn")
    evaluate.add_argument("--model", type=Path, help="trained model (default: the one that fits the data)")
    evaluate.add_argument("--against", type=Path, metavar="MODEL", help="a second model to compare with, question by question")
    evaluate.add_argument("--pictures", type=Path, metavar="FOLDER", help="draw calibration and confusion there, as SVG and PNG")
    evaluate.add_argument("--floor", type=float, metavar="SHARE", help="exit with 1 when fewer first labels are right, for example 0.9")
    evaluate.add_argument("--open-data", action="store_true", help="instead: questions about open data (default: tests/nlu_open_data)")
    _command(commands, "chat", _chat, "talk to the running assistant in this terminal")
    sms = _group(commands, "sms", "text messages")
    phone = _command(
        sms, "simulate", _sms_simulate, "be a phone that texts the running system on the sandbox city, and see what each text costs"
    )
    phone.add_argument(
        "--from",
        dest="number",
        type=_phone_number,
        metavar="NUMBER",
        help="the phone's number, for example +15195550123 (default: a new one)",
    )
    phone.add_argument(
        "--wait", type=_seconds, metavar="SECONDS", help="for an answer to each text (default: longer than the system takes at most)"
    )
    doctor = _command(commands, "doctor", _doctor, "check settings, Python, data, ports, database, model, text messages and Telegram")
    doctor.add_argument("--production", action="store_true", help="also what is fine on a laptop and wrong where residents write")
    probe = _command(commands, "probe", _probe, "ask a part on this machine whether it can do its work, for a container's health check")
    probe.add_argument("part", choices=[part.name for part in ALL if not part.sandbox_only], help="its monitoring port must be set")
    probe.add_argument("--live", action="store_true", help="ask instead whether it needs no restart")
    _command(commands, "migrate", _migrate, "bring the database up to date; make the first console account when there is none")

    backup = _command(commands, "backup", _backup, "copy both databases to a new folder inside a folder, whatever runs meanwhile")
    backup.add_argument("folder", type=Path, help="where backups are; not on the machine of the databases")
    backup.add_argument("--keep", type=_days, metavar="DAYS", help="delete the backups there that are older")
    restore = _command(commands, "restore", _restore, "fill empty databases from a backup; every part must be stopped")
    restore.add_argument("folder", type=Path, help="the backup: a folder that `resident backup` made, beside the later ones")

    knowledge = _group(commands, "knowledge", "the articles")
    check = _command(knowledge, "check", _knowledge_check, "check articles and open data, with file, line and field of each problem")
    check.add_argument("folder", nargs="?", type=Path, help="folder of articles (default: knowledge/ in the data folder)")
    links = _command(knowledge, "links", _knowledge_links, "ask the web whether every source page is still there")
    links.add_argument("folder", nargs="?", type=Path, help="folder of articles (default: knowledge/ in the data folder)")
    sources = "look what became of every source page since the last time; a worker does it each night where SOURCES_WATCH is on"
    _command(knowledge, "sources", _knowledge_sources, sources)
    search = _command(commands, "search", _search, "find articles by words and by meaning")
    search.add_argument("text", nargs="+", help="what to look for")
    search.add_argument("--language", default="en", help="of the articles' texts: en or fr (default: en)")

    _conversations(_group(commands, "conversations", "what the record has about residents"))

    console = _group(commands, "console", "the staff console")
    adduser = _command(console, "adduser", _console_adduser, "add an account and print its password once")
    adduser.add_argument("name", metavar="NAME", help="name to sign in with")
    adduser.add_argument(
        "--role",
        dest="roles",
        action="append",
        choices=CONSOLE_ROLES,
        help="what the account may do; may be given several times (default: viewer)",
    )
    audit = _command(console, "audit", _console_audit, "check that the audit log is whole, or remove its old rows")
    audit_does = audit.add_mutually_exclusive_group(required=True)
    audit_does.add_argument("--verify", action="store_true", help="look at every row; exit with 1 when the log is broken")
    audit_does.add_argument("--remove-before", type=_day, metavar="DAY", help="remove the rows from before a day, for example 2024-12-31")

    demo = _command(
        console, "demo", _console_demo, "fill the console with sample conversations that the running assistant answers (sandbox only)"
    )
    demo.add_argument("--if-empty", action="store_true", help="only when nobody has written yet")

    statistics = _command(
        console, "statistics", _console_statistics, "write counts of what residents asked as open data, small ones left out"
    )
    statistics.add_argument("--from", dest="first", type=_month, required=True, metavar="MONTH", help="the first month, like 2026-01")
    statistics.add_argument("--to", dest="last", type=_month, required=True, metavar="MONTH", help="the last month; it must be over")
    statistics.add_argument("--output", type=Path, required=True, metavar="FILE", help="CSV; its description is written beside it")

    review = _group(commands, "review", "what staff make of the conversations")
    _command(review, "topics", _review_topics, "put together what residents asked and nobody answered; a worker does it every night")

    apply = _command(review, "apply", _review_apply, "write approved proposals to the data folder, each with a test, for a commit")
    apply.add_argument("--check", action="store_true", help="only say what would be written; exit with 1 when something could not be")
    _command(review, "export", _review_export, "print approved proposals as training data; nothing is changed")

    _publish(_group(commands, "publish", "from approved proposals to what residents are answered by"))
    _switches(_group(commands, "switches", "what residents read from now on, without training"))

    for part in ALL:
        made = _command(console if part.name == "console" else commands, part.command[-1], _part, f"run one part: {part.does}")
        made.set_defaults(module=part.module)
        made.add_argument("--slot", help=argparse.SUPPRESS)  # `resident up` says so which of two versions it runs
    manager = commands.add_parser("manager")  # without help: only `resident up` calls it
    manager.add_argument("configuration")
    manager.add_argument("socket_folder")
    manager.set_defaults(run=_manager)
    return top


def _conversations(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _command(
        group, "export", _conversations_run("export"), "write one person's data to a folder, or masked conversations to a table"
    )
    export.add_argument("--reveal", action="store_true", help="the original words, not the masked ones; needs --reason")
    export.add_argument("--from", dest="first", type=_day, metavar="DAY", help="masked conversations from this day on, like 2026-11-01")
    export.add_argument("--to", dest="last", type=_day, metavar="DAY", help="up to this day")
    export.add_argument("--format", choices=("csv", "jsonl"), help="of an export of days (default: csv)")
    export.add_argument(
        "--output", type=Path, metavar="PATH", help="folder or, of days, file (default: a folder here; for days, this terminal)"
    )
    forget = _command(group, "forget", _conversations_run("forget"), "delete one person's conversation now")
    forget.add_argument("--yes", action="store_true", help="do not ask again")
    for command in (export, forget):
        command.add_argument("--channel", choices=("sms", "telegram", "webchat", "rest"), help="where the person writes; with --address")
        command.add_argument("--address", help="phone number, chat id or sender of the person there")
        command.add_argument("--conversation", metavar="KEY", help="instead: the conversation's key, as in its address in the console")
        command.add_argument("--reason", metavar="TEXT", help="why, for the audit log: 10 characters at least")
    purge = _command(group, "purge", _conversations_run("purge"), "say which conversations are past their time, or delete them")
    purge.add_argument("--yes", action="store_true", help="delete them")


def _publish(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    build = _command(group, "build", _publish_run("build"), "write approved proposals into a new version, train it and run its gates")
    build.add_argument("--number", type=int, help=argparse.SUPPRESS)  # the worker builds what was asked for in the console
    stop = _command(group, "stop", _publish_run("stop"), "stop a build; nothing of it is kept, and another may begin")
    stop.add_argument("number", nargs="?", type=int, metavar="NUMBER", help="a version (default: the one that is being built)")
    show = _command(group, "show", _publish_run("show"), "list the versions, or show the gates of one and what it answers otherwise")
    show.add_argument("number", nargs="?", type=int, metavar="NUMBER", help="a version")
    over_time = "print how each version answered residents, beside the version before it: the figures of the page Versions over time"
    _command(group, "over-time", _publish_run("over_time"), over_time)
    live = _command(group, "go-live", _publish_run("go_live"), "answer residents by a version that passed every gate")
    live.add_argument("number", type=int, metavar="NUMBER", help="a version")
    _command(group, "rollback", _publish_run("rollback"), "go back to what was live before")


def _switches(group: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    _command(group, "list", _switches_run("show"), "say what is switched now")
    notice = _command(group, "notice", _switches_run("notice"), "show residents a notice before the first answer, or take one down")
    notice.add_argument("--from", dest="first", metavar="TIME", help="when it begins: 2026-12-01 or '2026-12-01 08:00' (default: now)")
    notice.add_argument("--to", dest="last", metavar="TIME", help="when it ends; a day is included")
    notice.add_argument("--end", type=int, metavar="NUMBER", help="instead: take down the notice with this number")
    off = _command(group, "off", _switches_run("off"), "give the city's contact in the place of answers")
    on = _command(group, "on", _switches_run("on"), "answer again")
    for command in (off, on):
        command.add_argument("kind", choices=("article", "topic", "risk"), help="what is named")
        command.add_argument("name", metavar="NAME", help="id of an article, name of a topic, or money, legal or safety")
    pause = _command(group, "pause", _switches_run("pause"), "say one message to all who write on a channel; danger is still answered")
    resume = _command(group, "resume", _switches_run("resume"), "answer on a channel again")
    for command in (pause, resume):
        command.add_argument("channel", choices=("sms", "telegram", "webchat", "rest"), help="where residents write")
    for command in (notice, pause):
        command.add_argument("--en", default="", metavar="TEXT", help="what it says in English")
        command.add_argument("--fr", default="", metavar="TEXT", help="what it says in French")


def _command(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Run, sentence: str) -> argparse.ArgumentParser:
    made = commands.add_parser(name, help=sentence, description=f"{sentence[0].upper()}{sentence[1:]}.")
    made.set_defaults(run=run)
    return made


def _group(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, sentence: str
) -> argparse._SubParsersAction[argparse.ArgumentParser]:
    return commands.add_parser(name, help=sentence, description=f"{sentence[0].upper()}{sentence[1:]}.").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )


def _up(chosen: argparse.Namespace) -> int:
    from bot.running.problems import StartError
    from bot.running.up import up

    config = settings()
    for row in fields(Settings):
        if row.type == "Path":  # the parts may be started in another folder
            os.environ[row.metadata["variable"]] = str(getattr(config, row.name))
    try:
        return up(config, samples=not chosen.no_samples)
    except StartError as err:
        print(err, file=sys.stderr)
        return FAILED


def _train(chosen: argparse.Namespace) -> int:
    from bot.assistant import training
    from bot.knowledge.problems import KnowledgeError

    # What libraries tell their developers is not for the person who waits here; Sanic resets the filters of `warnings`.
    os.environ.setdefault("LOG_LEVEL", "ERROR")  # Rasa's, which shows its progress bars below it
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    try:
        if chosen.if_needed and training.model_path().exists():
            return 0
        training.train(print)
    except (training.TrainingError, KnowledgeError) as err:
        print(err, file=sys.stderr)
        return FAILED
    return 0


def _evaluate(chosen: argparse.Namespace) -> int:
    from bot.evaluation.evaluate import EvaluationError, evaluate

    try:
        return 0 if evaluate(chosen, print) else FAILED
    except EvaluationError as err:
        print(err, file=sys.stderr)
        return MISUSED


def _chat(chosen: argparse.Namespace) -> int:
    from bot.chat import chat

    return chat(settings())


def _sms_simulate(chosen: argparse.Namespace) -> int:
    from bot.simulator.phone import simulate

    return simulate(settings(), chosen.number, chosen.wait)


def _phone_number(text: str) -> str:
    from bot.gateway.sms import PHONE
    from bot.simulator.account import CITY_NUMBER

    number = re.sub(r"[\s().-]", "", text)
    if not PHONE.fullmatch(number) or number == CITY_NUMBER:
        raise argparse.ArgumentTypeError(f"must be written like +15195550123, and not be the city's, {CITY_NUMBER}")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("must be a number from 0 to 3600")
    return seconds


def _doctor(chosen: argparse.Namespace) -> int:
    from bot.running.doctor import doctor

    return doctor(settings(), for_production=chosen.production)


def _probe(chosen: argparse.Namespace) -> int:
    from bot.monitoring.probe import is_well

    check = "live" if chosen.live else "ready"
    well = is_well(chosen.part, check, settings())
    print(f"{chosen.part}: {'' if well else 'not '}{check}")
    return 0 if well else FAILED


def _migrate(chosen: argparse.Namespace) -> int:
    from bot.running.tables import migrate

    return migrate()


def _backup(chosen: argparse.Namespace) -> int:
    from bot.running.backup import BackupError, backup, remove_old

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED))  # and not at once: what was copied so far is removed
    try:
        print(f"Backed up: {backup(settings(), chosen.folder)}")
    except BackupError as err:
        print(f"{err}.", file=sys.stderr)
        return FAILED
    if chosen.keep is not None:
        print(f"Old backups deleted: {remove_old(chosen.folder, chosen.keep)}")
    return 0


def _restore(chosen: argparse.Namespace) -> int:
    from bot.conversations import database
    from bot.running.backup import BackupError
    from bot.running.restore import restore

    database.setup("bot.console.settings")  # what staff said of a conversation is disposed of with it
    try:
        there, disposed = restore(settings(), chosen.folder)
    except BackupError as err:
        print(f"{err}.", file=sys.stderr)
        return FAILED
    print(f"Restored, conversations: {there}. Disposed of since the backup, and now again: {disposed}.")
    return 0


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a whole number of days, at least 1")
    return int(text)


def _knowledge_check(chosen: argparse.Namespace) -> int:
    from bot.knowledge import check, style
    from bot.open_data import layers, loading

    articles, found = check.read_folder(chosen.folder or settings().data_folder / "knowledge")
    if chosen.folder is None:
        found = [*found, *loading.read(layers.layers_file())[1]]
    found = sorted([*found, *style.problems(articles)], key=lambda problem: (problem.file, problem.line))
    for problem in found:
        print(problem)
    errors = sum(not problem.warning for problem in found)
    print(f"errors: {errors}, warnings: {len(found) - errors}")
    return FAILED if errors else 0


def _knowledge_links(chosen: argparse.Namespace) -> int:
    from bot.knowledge.links import check_links
    from bot.knowledge.problems import KnowledgeError
    from bot.knowledge.store import load

    try:
        articles = load(chosen.folder or settings().data_folder / "knowledge").articles
    except KnowledgeError as err:
        print(err, file=sys.stderr)
        return FAILED
    links = check_links(articles)
    for link in links:
        if link.trouble:
            print(f"{link.url} {link.trouble}: {', '.join(link.articles)}")
    troubled = sum(bool(link.trouble) for link in links)
    print(f"pages: {len(links)}, to look at: {troubled}")
    return FAILED if troubled else 0


def _knowledge_sources(chosen: argparse.Namespace) -> int:
    from bot.review.source_commands import look
    from bot.running.lifeline import end_with_parent

    end_with_parent()  # a worker that stops does not leave it behind
    return look()


def _search(chosen: argparse.Namespace) -> int:
    from bot.city import city
    from bot.evaluation.asking import encoder
    from bot.knowledge.search import Search
    from bot.knowledge.store import knowledge

    if chosen.language not in city().languages:
        print(f"--language must be one of {', '.join(city().languages)}, not '{chosen.language}'", file=sys.stderr)
        return MISUSED
    hits = Search(knowledge().articles, chosen.language, encoder().encode).find(" ".join(chosen.text), most=10)
    for hit in hits:
        print(f"{hit.score:.2f}  {hit.article.id:28} {hit.article.title[chosen.language]}")
    if not hits:
        print("No article is about that.")
    return 0


def _conversations_run(name: str) -> Run:
    def work(chosen: argparse.Namespace) -> int:
        from bot.review import conversation_commands

        return conversation_commands.run(getattr(conversation_commands, name), chosen)

    return work


def _switches_run(name: str) -> Run:
    def work(chosen: argparse.Namespace) -> int:
        from bot.review import switch_commands

        return switch_commands.run(getattr(switch_commands, name), chosen)

    return work


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day like 2026-11-01") from None


def _console_adduser(chosen: argparse.Namespace) -> int:
    from bot.running.tables import add_user

    return add_user(chosen.name, chosen.roles or ["viewer"])


def _console_demo(chosen: argparse.Namespace) -> int:
    from bot.running.tables import fill_with_samples

    return fill_with_samples(only_if_empty=chosen.if_empty)


def _console_audit(chosen: argparse.Namespace) -> int:
    from bot.running import tables

    return tables.verify_audit() if chosen.verify else tables.remove_audit_before(chosen.remove_before)


def _console_statistics(chosen: argparse.Namespace) -> int:
    from bot.running.tables import write_statistics

    return write_statistics(chosen.first, chosen.last, chosen.output)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError("a month is written as 2026-01") from None


def _review_topics(chosen: argparse.Namespace) -> int:
    from bot.running.lifeline import end_with_parent
    from bot.running.tables import find_topics

    end_with_parent()  # a worker that stops does not leave it behind
    return find_topics()


def _review_apply(chosen: argparse.Namespace) -> int:
    from bot.review.proposal_commands import apply

    return apply(chosen.check)


def _review_export(chosen: argparse.Namespace) -> int:
    from bot.review.proposal_commands import export

    return export()


def _publish_run(name: str) -> Run:
    def run(chosen: argparse.Namespace) -> int:
        from bot.publishing import commands

        return commands.run(getattr(commands, name), chosen)

    return run


def _manager(chosen: argparse.Namespace) -> None:
    from bot.running.manager import run

    run(chosen.configuration, chosen.socket_folder)


def _part(chosen: argparse.Namespace) -> None:
    """Runs one part on the version that is live; under our manager it ends with the manager, and the state folder shows that it lives."""
    from bot.publishing import versions

    if chosen.slot:
        from bot.running import slots

        slots.enter(read_settings(os.environ), chosen.slot)
    versions.enter()
    if "SUPERVISOR_ENABLED" in os.environ:
        from bot.running import lifeline, locks

        locks.mark_part(settings().state_folder)
        lifeline.end_with_parent()
    import_module(chosen.module).run()
