"""Going to addresses that are not from our own settings: what a page, a provider or a redirect names."""

from __future__ import annotations

import ipaddress
from typing import Any, Optional

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError


class OneStep(requests.Session):
    """A session that leaves redirects to its user.

    Told not to follow them, requests still reads the whole body of one and prepares to, however large it is and however long it takes.
    """

    def get_redirect_target(self, resp: requests.Response) -> Optional[str]:
        """None: there is nothing to prepare."""
        return None


class PublicOnly(HTTPAdapter):
    """Reaches public addresses only, whatever a name resolves to at this moment and however an address is written.

    Behind a proxy of the environment it is the proxy that connects, and that has to refuse.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}


def _public(connection: HTTPConnection, sock: Any) -> Any:
    if not ipaddress.ip_address(sock.getpeername()[0].partition("%")[0]).is_global:
        sock.close()
        raise NewConnectionError(connection, "not a public address")
    return sock


class _Connection(HTTPConnection):
    def _new_conn(self) -> Any:
        return _public(self, super()._new_conn())


class _ConnectionTLS(HTTPSConnection):
    def _new_conn(self) -> Any:
        return _public(self, super()._new_conn())


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _ConnectionTLS
