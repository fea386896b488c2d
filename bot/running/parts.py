"""The parts of the system: what each is called, how it is started and where it answers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import List, Optional, Tuple

from bot.settings import Settings, here


@dataclass(frozen=True)
class Port:
    """Where a part listens. `variable`: the environment variable that moves it."""

    number: int
    host: str
    variable: str


@dataclass(frozen=True)
class Part:
    name: str
    command: Tuple[str, ...]  # words after `resident`
    module: str  # its `run()` is the part
    does: str
    port_field: Optional[str] = None  # field of Settings; None: listens nowhere
    sandbox_only: bool = False
    at: Optional[int] = None  # its port, when it is not the one of the settings

    def port(self, config: Settings) -> Optional[int]:
        return self.at or (getattr(config, self.port_field) if self.port_field else None)

    def host(self, config: Settings) -> str:
        """The address it listens on: only the gateway is for everybody, and the sandbox city is for this machine."""
        if self.sandbox_only:
            return "127.0.0.1"
        return config.host if self.port_field == "gateway_port" else config.private_host

    def address(self, config: Settings) -> Optional[str]:
        """Where this machine reaches it, or None when it listens nowhere."""
        port = self.port(config)
        return here(self.host(config), port) if port else None

    def ports(self, config: Settings) -> List[Port]:
        """Everything it listens on: where it serves, and where it is watched."""
        variables = {row.name: str(row.metadata["variable"]) for row in fields(Settings)}
        serving = self.port(config)
        watched = config.monitoring_ports.get(self.name)
        return [
            *([Port(serving, self.host(config), variables[self.port_field])] if self.port_field and serving else []),
            *([Port(watched, config.monitoring_host, f"{self.name.upper()}_MONITORING_PORT")] if watched else []),
        ]


GATEWAY = Part("gateway", ("gateway",), "bot.gateway.server", "demo page, chat widget and REST for residents", "gateway_port")
ALL = (
    GATEWAY,
    Part("worker", ("worker",), "bot.conversations.worker", "hands turns to the assistant, delivers the replies"),
    Part("assistant", ("assistant",), "bot.assistant.server", "understands what is asked and decides (private)", "assistant_port"),
    Part("actions", ("actions",), "actions.server", "asks the city (private)", "actions_port"),
    Part("console", ("console", "serve"), "bot.console.server", "staff sign in and read conversations", "console_port"),
    Part("sandbox", ("sandbox",), "bot.sandbox.server", "the pretend city: sample data", "sandbox_port", sandbox_only=True),
)


def parts_of(config: Settings) -> List[Part]:
    """The parts this profile runs."""
    return [part for part in ALL if config.profile == "sandbox" or not part.sandbox_only]
