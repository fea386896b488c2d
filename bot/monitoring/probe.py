"""`resident probe`: asks a part that runs on this machine how it is, for a container's health check."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from bot.settings import SettingError, Settings, here

LIMIT_S = 5.0


def is_well(part: str, check: str, config: Settings) -> bool:
    """Whether a part says that it is `live` or `ready`. Raises SettingError when it has no monitoring port."""
    port = config.monitoring_ports.get(part)
    if port is None:
        raise SettingError(f"{part.upper()}_MONITORING_PORT must be set for a probe")
    try:
        with build_opener(ProxyHandler({})).open(f"{here(config.monitoring_host, port)}/{check}", timeout=LIMIT_S) as answer:
            return bool(answer.status == 200)
    except HTTPError as err:
        err.close()
        return False
    except OSError:
        return False
