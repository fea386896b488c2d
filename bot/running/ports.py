"""Whether every part can have its port."""

from __future__ import annotations

import errno
import socket
from typing import Dict, Optional, Sequence

from bot.running.parts import Part, Port
from bot.running.problems import StartError
from bot.settings import Settings


def check_ports(parts: Sequence[Part], config: Settings) -> None:
    """Raises StartError with one sentence that names the port, the part and the variable that changes it."""
    taken: Dict[int, Port] = {}
    for part in parts:
        for port in part.ports(config):
            if port.number in taken:
                both = f"{taken[port.number].variable} and {port.variable}"
                raise StartError(f"{both} are both {port.number}: give each part its own port")
            taken[port.number] = port
            _check(part, port)


def _check(part: Part, port: Port) -> None:
    problem = _problem(port.host, port.number)
    if problem == errno.EADDRINUSE:
        raise StartError(
            f"Port {port.number} for the {part.name} is in use by another program: end it or set {port.variable} to a free port"
        )
    if problem in (errno.EACCES, errno.EPERM):
        raise StartError(f"Port {port.number} for the {part.name} is not open to this user: set {port.variable} to a port above 1023")
    if problem is not None:
        raise StartError("RESIDENT_HOST, PRIVATE_HOST or MONITORING_HOST is not an address of this machine")


def _problem(host: str, port: int) -> Optional[int]:
    """The error number that keeps a server from listening there, or None."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except socket.gaierror:
            return errno.EADDRNOTAVAIL
        except OSError as err:
            return err.errno
    # macOS lets one listen on 127.0.0.1 beside a program that has the port on every address
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return errno.EADDRINUSE if probe.connect_ex(("127.0.0.1", port)) == 0 else None
