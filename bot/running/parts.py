"""The parts of the system: what each is called, how it is started and where it answers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import List, Optional, Tuple

from bot.settings import Settings


@dataclass(frozen=True)
class Part:
    name: str
    command: Tuple[str, ...]  # words after `resident`
    module: str  # its `run()` is the part
    does: str
    port_field: Optional[str] = None  # field of Settings; None: listens nowhere
    sandbox_only: bool = False

    def port(self, config: Settings) -> Optional[int]:
        return getattr(config, self.port_field) if self.port_field else None

    def host(self, config: Settings) -> str:
        """The address it listens on: only the gateway may be reached from elsewhere."""
        return config.host if self.port_field == "gateway_port" else "127.0.0.1"

    def address(self, config: Settings) -> Optional[str]:
        """Where this machine reaches it, or None when it listens nowhere."""
        host = self.host(config)
        return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '') else host}:{self.port(config)}" if self.port_field else None  # noqa: S104

    def port_variable(self) -> str:
        """The environment variable that moves it to another port."""
        return {row.name: str(row.metadata["variable"]) for row in fields(Settings)}[self.port_field or ""]


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
