"""Every setting of every process, read from the environment once at start.

A row below is a setting: its field, its environment variable, its default and what it is for. Secrets have no default:
on a laptop they are made once and kept in the state folder (`bot.secrets`), in production they come from the
environment or from files. Printing the settings shows stars for them.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 (every address of a machine, for those that listen)
_MONITORED = "_monitoring_port"
RELEASE = "release"  # the name of the version that is not a published one
CONSOLE_ROLES = ("viewer", "reviewer", "editor", "privacy_officer", "administrator")  # what each may: `bot.console.roles`


class SettingError(ValueError):
    """A setting cannot be used; the message names the variable and never holds its value."""


def _setting(variable: str, default: Any, sentence: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"variable": variable, "sentence": sentence, "secret": secret}, repr=not secret)


@dataclass(frozen=True)
class Settings:
    """The settings of one process. Addresses are loopback unless a variable says otherwise."""

    profile: str = _setting("RESIDENT_PROFILE", "sandbox", "sandbox: every back end is the sandbox city; live: what the city offers today")
    release_data: Path = _setting("RESIDENT_DATA", ROOT / "data", "folder that holds the city")
    models_folder: Path = _setting("RESIDENT_MODELS", ROOT / "models", "folder for trained models")
    state_folder: Path = _setting("RESIDENT_STATE", ROOT / "var", "folder for databases, logs, laptop secrets and published versions")
    version: Optional[str] = _setting(
        "RESIDENT_VERSION", None, "number of the published version to run, or release; unset: parts run the live one, commands the release"
    )
    host: str = _setting("RESIDENT_HOST", "127.0.0.1", "address the gateway listens on")
    private_host: str = _setting(
        "PRIVATE_HOST", "127.0.0.1", "address assistant, actions and console listen on; never one the public reaches"
    )
    gateway_port: int = _setting("GATEWAY_PORT", 8000, "public gateway")
    assistant_port: int = _setting("ASSISTANT_PORT", 5005, "assistant (Rasa), private")
    actions_port: int = _setting("ACTIONS_PORT", 5055, "action server, private")
    console_port: int = _setting("CONSOLE_PORT", 5080, "staff console")
    sandbox_port: int = _setting("SANDBOX_PORT", 5090, "sandbox city, sandbox profile only")
    assistant_at: Optional[str] = _setting(
        "ASSISTANT_URL", None, "where the other parts reach the assistant, for example http://assistant:5005; unset: on this machine"
    )
    actions_at: Optional[str] = _setting("ACTIONS_URL", None, "where the assistant reaches the action server; unset: on this machine")
    console_at: Optional[str] = _setting("CONSOLE_PRIVATE_URL", None, "where the gateway asks how the console is; unset: on this machine")
    trusted_proxies: Tuple[str, ...] = _setting(
        "TRUSTED_PROXIES",
        ("127.0.0.1", "::1"),
        "addresses or networks of our reverse proxies, with commas between them: what they say of a caller (X-Forwarded-For) counts",
    )
    stop_within_s: float = _setting(
        "STOP_WITHIN_S", 8.0, "seconds a part that is told to end may take to finish what it is doing; it needs two more to end"
    )
    log_format: str = _setting("LOG_FORMAT", "text", "text: log lines for people; json: an object per line, for programs")
    monitoring_host: str = _setting("MONITORING_HOST", "127.0.0.1", "address the monitoring ports are on; never one the public reaches")
    gateway_monitoring_port: Optional[int] = _setting(
        "GATEWAY_MONITORING_PORT", None, "/metrics, /live and /ready of the gateway; unset: not served, as with each of these ports"
    )
    worker_monitoring_port: Optional[int] = _setting("WORKER_MONITORING_PORT", None, "the same of the worker")
    assistant_monitoring_port: Optional[int] = _setting("ASSISTANT_MONITORING_PORT", None, "the same of the assistant")
    actions_monitoring_port: Optional[int] = _setting("ACTIONS_MONITORING_PORT", None, "the same of the action server")
    console_monitoring_port: Optional[int] = _setting("CONSOLE_MONITORING_PORT", None, "the same of the console")
    otlp_endpoint: Optional[str] = _setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        None,
        "OpenTelemetry collector that takes traces over HTTP, for example http://127.0.0.1:4318; unset: no traces",
    )
    database_url: Optional[str] = _setting(
        "DATABASE_URL", None, "record, inbox and outbox: sqlite:///… or postgresql://…; default: SQLite in the state folder", secret=True
    )
    tracker_database_url: Optional[str] = _setting(
        "TRACKER_DATABASE_URL", None, "tracker rows: sqlite:///… or postgresql://…; default: SQLite in the state folder", secret=True
    )
    turn_timeout_s: float = _setting("TURN_TIMEOUT_S", 20.0, "seconds one call to the assistant may take")
    turn_deadline_s: float = _setting("TURN_DEADLINE_S", 45.0, "seconds after which a resident gets an apology whatever happens")
    synthetic_every_s: int = _setting(
        "SYNTHETIC_EVERY_S", 0, "seconds between questions the worker asks itself on each channel, for example 300; 0: none"
    )
    sources_watch: str = _setting(
        "SOURCES_WATCH",
        "off",
        "on: a worker looks each night whether the pages that articles name as sources are still there and unchanged",
    )
    sources_agent: str = _setting(
        "SOURCES_AGENT",
        "resident-service-chatbot source check",
        "what it calls itself to those sites; add an address they can write to",
    )
    worker_threads: int = _setting("WORKER_THREADS", 16, "conversations one worker process serves at the same time")
    rest_api_key: Optional[str] = _setting(
        "REST_API_KEY", None, "key that REST callers send as X-Api-Key; unset: REST is open (laptop only)", secret=True
    )
    public_url: Optional[str] = _setting("PUBLIC_URL", None, "address residents reach the gateway at, for example https://chat.example.org")
    webchat_origins: Tuple[str, ...] = _setting(
        "WEBCHAT_ORIGINS", (), "sites whose pages may hold the chat widget, with commas between them, for example https://www.example.org"
    )
    twilio_account_sid: Optional[str] = _setting("TWILIO_ACCOUNT_SID", None, "Twilio account that sends and takes text messages (AC…)")
    twilio_auth_token: Optional[str] = _setting(
        "TWILIO_AUTH_TOKEN",
        None,
        "its auth token; several with commas between them all prove who calls us, the first is used for sending; unset: no text messages",
        secret=True,
    )
    twilio_number: Optional[str] = _setting("TWILIO_NUMBER", None, "the city's number at Twilio, for example +15195550100")
    twilio_messaging_service_sid: Optional[str] = _setting(
        "TWILIO_MESSAGING_SERVICE_SID", None, "Messaging Service to send through (MG…); without it texts come from TWILIO_NUMBER"
    )
    twilio_segments_per_s: float = _setting(
        "TWILIO_SEGMENTS_PER_S", 1.0, "segments a second that may be sent: 1 for a long code in Canada, for several numbers their sum"
    )
    twilio_keep_days: Optional[int] = _setting(
        "TWILIO_KEEP_DAYS", None, "days after which texts are deleted at Twilio, at least 1; unset: they stay there"
    )
    twilio_api_base_url: Optional[str] = _setting("TWILIO_API_BASE_URL", None, "address of Twilio's API, when it is not Twilio's own")

    sms_simulator_port: int = _setting("SMS_SIMULATOR_PORT", 5091, "Twilio as `resident sms simulate` plays it, sandbox profile only")
    telegram_bot_token: Optional[str] = _setting(
        "TELEGRAM_BOT_TOKEN", None, "the bot's token from @BotFather; unset: no Telegram", secret=True
    )
    telegram_api_base_url: Optional[str] = _setting("TELEGRAM_API_BASE_URL", None, "address of the Bot API, when it is not Telegram's own")
    console_public_url: Optional[str] = _setting(
        "CONSOLE_URL",
        None,
        "address staff reach the console at through a proxy, for example https://console.example.org; unset: this machine only",
    )
    console_local_sign_in: str = _setting("CONSOLE_LOCAL_SIGN_IN", "on", "off: staff sign in through OIDC_ISSUER only")
    oidc_issuer: Optional[str] = _setting(
        "OIDC_ISSUER", None, "OpenID provider staff sign in with, letter for letter as it calls itself; unset: local accounts only"
    )
    oidc_client_id: Optional[str] = _setting("OIDC_CLIENT_ID", None, "the console's name at the provider")
    oidc_client_secret: Optional[str] = _setting("OIDC_CLIENT_SECRET", None, "what the console proves itself with there", secret=True)
    oidc_roles_claim: str = _setting("OIDC_ROLES_CLAIM", "roles", "claim that lists what somebody is at the city: roles or groups")
    oidc_roles: Tuple[str, ...] = _setting(
        "OIDC_ROLES",
        (),
        "which of them is which role here, with commas between them, for example Chat Reviewers=reviewer,Clerks=privacy_officer",
    )

    @property
    def data_folder(self) -> Path:
        """The city's data: the release's, or those of the version this process runs."""
        published = self.version not in (None, RELEASE)
        return self.state_folder / "versions" / str(self.version) / "data" if published else self.release_data

    @property
    def monitoring_ports(self) -> Mapping[str, int]:
        """The port each part is watched at, by the part's name; without those that are not."""
        named = {row.name: getattr(self, row.name) for row in fields(self) if row.name.endswith(_MONITORED)}
        return {name.removesuffix(_MONITORED): port for name, port in named.items() if port is not None}

    @property
    def gateway_url(self) -> str:
        return here(self.host, self.gateway_port)

    @property
    def assistant_url(self) -> str:
        return (self.assistant_at or here(self.private_host, self.assistant_port)).rstrip("/")

    @property
    def actions_url(self) -> str:
        return (self.actions_at or here(self.private_host, self.actions_port)).rstrip("/")

    @property
    def console_url(self) -> str:
        """Where our own parts reach the console."""
        return (self.console_at or here(self.private_host, self.console_port)).rstrip("/")

    @property
    def staff_url(self) -> str:
        """Where staff reach the console: a scheme, a host, perhaps a port."""
        return self.console_public_url or self.console_url

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def residents_url(self) -> str:
        """Where those outside reach the gateway; this machine's address when no public one is set."""
        return (self.public_url or self.gateway_url).rstrip("/")

    def is_proxy(self, address: str) -> bool:
        """Whether a network address is one of our reverse proxies'."""
        try:
            return any(ip_address(address) in ip_network(proxy) for proxy in self.trusted_proxies)
        except ValueError:  # a caller on a Unix socket has none
            return False

    @property
    def twilio_auth_tokens(self) -> Tuple[str, ...]:
        return _parts(self.twilio_auth_token or "")

    @property
    def takes_texts(self) -> bool:
        """Whether everything is set that text messages need."""
        return bool(self.twilio_account_sid and self.twilio_auth_tokens and (self.twilio_number or self.twilio_messaging_service_sid))

    @property
    def record_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.state_folder / 'resident.sqlite3'}"

    @property
    def tracker_url(self) -> str:
        return self.tracker_database_url or f"sqlite:///{self.state_folder / 'tracker.sqlite3'}"


def here(host: str, port: int) -> str:
    """How this machine reaches what listens there."""
    name = "127.0.0.1" if host in ANYWHERE else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def value_of(environ: Mapping[str, str], variable: str) -> str:
    """What a variable says, or what is in the file that `<variable>_FILE` names; empty when neither is set. Raises SettingError."""
    text = environ.get(variable, "").strip()
    path = environ.get(f"{variable}_FILE", "").strip()
    if not path:
        return text
    if text:
        raise SettingError(f"{variable} and {variable}_FILE are both set: take one away")
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise SettingError(f"{variable}_FILE names a file that cannot be read") from None


def _parts(text: str) -> Tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


_READERS: Mapping[str, Callable[[str], Any]] = {
    "int": int,
    "Optional[int]": int,
    "float": float,
    "Path": lambda text: Path(text).resolve(),
    "Tuple[str, ...]": _parts,
}
_ISSUER = re.compile(r"https://[^/]|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", re.ASCII)
_VERSION = re.compile(rf"[0-9]{{1,9}}|{RELEASE}", re.ASCII)
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", re.ASCII)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment. Raises SettingError when a value cannot be read or is out of range."""
    values = {}
    for row in fields(Settings):
        variable = row.metadata["variable"]
        text = value_of(environ, variable)
        if not text:
            continue
        try:
            values[row.name] = _READERS.get(str(row.type), str)(text)
        except ValueError:
            raise SettingError(f"{variable} must be a {'whole number' if 'int' in str(row.type) else 'number'}") from None
    settings = Settings(**values)
    if settings.profile not in ("sandbox", "live"):
        raise SettingError("RESIDENT_PROFILE must be sandbox or live")
    if settings.log_format not in ("text", "json"):
        raise SettingError("LOG_FORMAT must be text or json")
    if not 0 < settings.twilio_segments_per_s <= 1000:
        raise SettingError("TWILIO_SEGMENTS_PER_S must be above 0 and at most 1000")
    if settings.version is not None and not _VERSION.fullmatch(settings.version):
        raise SettingError("RESIDENT_VERSION must be a number, or release")
    if settings.synthetic_every_s < 0:
        raise SettingError("SYNTHETIC_EVERY_S must not be negative")
    if settings.sources_watch not in ("on", "off"):
        raise SettingError("SOURCES_WATCH must be on or off")
    if not (settings.sources_agent.isascii() and settings.sources_agent.isprintable()):
        raise SettingError("SOURCES_AGENT must be one line of ASCII")
    if settings.twilio_keep_days is not None and settings.twilio_keep_days < 1:
        raise SettingError("TWILIO_KEEP_DAYS must be at least 1")
    if not all(map(_ORIGIN.fullmatch, settings.webchat_origins)):
        raise SettingError("WEBCHAT_ORIGINS must be addresses without a path, with commas between them")
    if not 0 < settings.stop_within_s <= 600:
        raise SettingError("STOP_WITHIN_S must be above 0 and at most 600")
    _check_addresses(settings)
    _check_sign_in(settings)
    for row in fields(Settings):
        port = getattr(settings, row.name) if row.name.endswith("_port") else None
        if port is not None and not 0 < port < 65536:
            raise SettingError(f"{row.metadata['variable']} must be a port between 1 and 65535")
    return settings


def _check_addresses(settings: Settings) -> None:
    """Raises SettingError when parts could not find each other as the settings say."""
    for variable, url in (
        ("ASSISTANT_URL", settings.assistant_at),
        ("ACTIONS_URL", settings.actions_at),
        ("CONSOLE_PRIVATE_URL", settings.console_at),
    ):
        if url and not _ORIGIN.fullmatch(url.rstrip("/")):
            raise SettingError(f"{variable} must be an address without a path")
    try:
        for proxy in settings.trusted_proxies:
            ip_network(proxy)
    except ValueError:
        raise SettingError("TRUSTED_PROXIES must be addresses or networks like 10.1.0.0/16, with commas between them") from None


def _check_sign_in(settings: Settings) -> None:
    """Raises SettingError when staff could not sign in as the settings say."""
    if settings.console_public_url and not _ORIGIN.fullmatch(settings.console_public_url):
        raise SettingError("CONSOLE_URL must be an address without a path")
    if settings.console_local_sign_in not in ("on", "off"):
        raise SettingError("CONSOLE_LOCAL_SIGN_IN must be on or off")
    if settings.oidc_issuer:
        if not _ISSUER.match(settings.oidc_issuer):
            raise SettingError("OIDC_ISSUER must begin with https://, on this machine with http://")
        if not (settings.oidc_client_id and settings.oidc_client_secret and settings.oidc_roles):
            raise SettingError("OIDC_ISSUER needs OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES")
        if not all(
            name.strip() and role.strip() in CONSOLE_ROLES for name, _, role in (row.rpartition("=") for row in settings.oidc_roles)
        ):
            raise SettingError(f"OIDC_ROLES must be pairs like Chat Reviewers=reviewer; the roles are {', '.join(CONSOLE_ROLES)}")
    elif settings.console_local_sign_in == "off":
        raise SettingError("CONSOLE_LOCAL_SIGN_IN is off, so OIDC_ISSUER must be set: nobody could sign in")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process."""
    return read_settings(os.environ)
