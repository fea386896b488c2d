"""`resident doctor`: what would keep the system from starting here, one line each."""

from __future__ import annotations

import sys
from typing import Callable, Tuple

from bot.city import city
from bot.gateway.sms import PHONE
from bot.running import locks, production
from bot.running.parts import parts_of
from bot.running.ports import check_ports
from bot.running.problems import StartError
from bot.running.ready import healthy_parts
from bot.running.tables import database_words
from bot.running.terminal import say
from bot.settings import ROOT, SettingError, Settings
from bot.simulator.account import is_simulated

Finding = Tuple[bool, str]


def doctor(config: Settings, *, for_production: bool = False) -> int:
    """Prints every finding. Returns the exit code: 1 when something keeps the system from starting, or is wrong in production."""
    code = 0
    in_production = [*(row for row in CHECKS if row[1] not in (_ports, _model)), *STORED, *production.CHECKS]
    checks = in_production if for_production else CHECKS
    for title, look in checks:
        good, sentence = look(config)
        say(f"  {'ok  ' if good else 'FAIL'}  {title:<9} {sentence}")
        code = code if good else 1
    return code


def _settings(config: Settings) -> Finding:
    try:
        folder = locks.run_folder(config.state_folder)
    except SettingError as err:
        return False, str(err)
    return True, f"{config.profile} profile; state folder {folder.parent}"


def _python(config: Settings) -> Finding:
    version = ".".join(str(number) for number in sys.version_info[:3])
    return sys.version_info[:2] == (3, 10), f"{version} (3.10 is needed)"


def _data(config: Settings) -> Finding:
    from bot.knowledge.check import problems

    try:
        name = city().short_name
        errors = [problem for problem in problems(config.data_folder / "knowledge") if not problem.warning]
    except (OSError, KeyError, ValueError, TypeError) as err:
        return False, f"{config.data_folder} cannot be read: {type(err).__name__} {err}"
    return not errors, f"{name}, {len(errors)} errors in its articles" + (" (`resident knowledge check` lists them)" if errors else "")


def _ports(config: Settings) -> Finding:
    parts = healthy_parts(config)
    if parts is not None:
        return True, "it is running: " + ", ".join(f"{name} {state}" for name, state in parts.items())
    try:
        check_ports(parts_of(config), config)
    except StartError as err:
        return False, str(err)
    return True, ", ".join(f"{part.name} {part.port(config)}" for part in parts_of(config) if part.port_field) + " are free"


def _database(config: Settings) -> Finding:
    from bot.conversations import database

    try:
        database.setup()
        from django.db import Error, connection

        try:
            connection.ensure_connection()
        except Error as err:
            return False, f"DATABASE_URL: {database_words(err)}"
    except SettingError as err:
        return False, str(err)
    return True, f"{connection.vendor} answers"


def _tables(config: Settings) -> Finding:
    """Reads only; so do the next two."""
    there, why = _database(config)
    if not there:
        return there, why
    from django.db import Error, connection
    from django.db.migrations.recorder import MigrationRecorder

    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except Error as err:
        return False, f"DATABASE_URL: {database_words(err)}"
    made = [(folder.parent.name, file.stem) for folder in ROOT.glob("bot/*/migrations") for file in folder.glob("0*.py")]
    missing = sorted(f"{app} {name}" for app, name in made if (app, name) not in applied)
    return not missing, f"not migrated: {', '.join(missing)} (`resident migrate`)" if missing else "all migrations are applied"


def _tracker(config: Settings) -> Finding:
    import sqlalchemy as sa

    try:
        url = sa.engine.make_url(config.tracker_url.replace("postgres://", "postgresql://", 1))
        if url.drivername.startswith("sqlite"):
            return True, "SQLite, made by the assistant"
        with sa.create_engine(url, connect_args={"connect_timeout": 5}, hide_parameters=True).connect() as connection:
            connection.execute(sa.select(1))
    except sa.exc.SQLAlchemyError as err:
        return False, f"TRACKER_DATABASE_URL: {database_words(err)}"
    return True, "it answers"


def _key(config: Settings) -> Finding:
    there, why = _database(config)
    if not there:
        return there, why
    from django.db import Error

    from bot.conversations import master_key

    try:
        fits = master_key.fits()
    except Error as err:
        return False, f"DATABASE_URL: {database_words(err)}"
    if not fits:
        return False, "MASTER_KEY does not open what is in the record: it was sealed with another"
    return True, "MASTER_KEY opens what is in the record"


def _model(config: Settings) -> Finding:
    from bot.assistant.training import model_path
    from bot.knowledge.problems import KnowledgeError

    try:
        path = model_path()
    except (OSError, KnowledgeError):
        return False, "cannot be trained: the data cannot be read"
    return True, f"{path.name} matches the data" if path.exists() else "none matches the data yet; `resident up` will train one"


def _texts(config: Settings) -> Finding:
    parts = {
        "TWILIO_ACCOUNT_SID": config.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": config.twilio_auth_tokens,
        "TWILIO_NUMBER or TWILIO_MESSAGING_SERVICE_SID": config.twilio_number or config.twilio_messaging_service_sid,
        "PUBLIC_URL": config.public_url or config.twilio_api_base_url,  # Twilio's own cannot reach this machine's address
    }
    if not any((config.twilio_account_sid, config.twilio_auth_tokens, config.twilio_number, config.twilio_messaging_service_sid)):
        simulated = "simulated by `resident sms simulate`" if is_simulated(config) else "not set up"
        return True, f"{simulated} (docs/sms.md says how to connect a number)"
    missing = [name for name, value in parts.items() if not value]
    if missing:
        return False, "not taken: " + ", ".join(missing) + " not set"
    if config.twilio_number and not PHONE.fullmatch(config.twilio_number):
        return False, "TWILIO_NUMBER must be written like +15195550100"
    return True, f"Twilio is to call {config.residents_url}/webhooks/sms/webhook"


def _telegram(config: Settings) -> Finding:
    if not config.telegram_bot_token:
        return True, "not set up (docs/telegram.md says how)"
    if not config.public_url:
        return True, "the worker asks Telegram for messages"
    if not config.telegram_api_base_url and not config.public_url.startswith("https://"):
        return False, "PUBLIC_URL must begin with https:// for Telegram; without a PUBLIC_URL the worker asks for messages"
    return True, f"Telegram is told to call {config.residents_url}/webhooks/telegram/webhook"


CHECKS: Tuple[Tuple[str, Callable[[Settings], Finding]], ...] = (
    ("settings", _settings),
    ("Python", _python),
    ("data", _data),
    ("ports", _ports),
    ("database", _database),
    ("model", _model),
    ("texts", _texts),
    ("Telegram", _telegram),
)
# What the databases hold, of which a laptop's may be made yet.
STORED: Tuple[Tuple[str, Callable[[Settings], Finding]], ...] = (("tables", _tables), ("tracker", _tracker), ("key", _key))
