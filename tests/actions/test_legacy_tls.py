"""A server with a short key exchange is reached when it is named for that, and never without a certificate that can be trusted."""

from __future__ import annotations

import ssl
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Iterator, Tuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, rsa
from cryptography.x509.oid import NameOID

from actions.clients.errors import CityError, Failure
from actions.clients.http import Http
from actions.clients.ledger import ledger

# The 1024-bit group of RFC 2409, 6.2: too short for OpenSSL's level 2.
SHORT_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)


class Quiet(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        return


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sample")])
    now = datetime.now(timezone.utc)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path.write_bytes(pem + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[Tuple[str, Path]]:
    """The address of a server whose key exchange is short, and its certificate."""
    pem, group = certificate(tmp_path), tmp_path / "dh.pem"
    parameters = dh.DHParameterNumbers(SHORT_PRIME, 2).parameters()
    group.write_bytes(parameters.parameter_bytes(serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(pem)
    context.load_dh_params(str(group))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that turns away is what is tested
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}", pem
    server.shutdown()
    server.server_close()


def client(url: str, trusted: Path | None, legacy_tls_host: str) -> Http:
    made = Http(url, CityError, legacy_tls_host=legacy_tls_host)
    if trusted:
        made.session.verify = str(trusted)
    return made


def test_it_is_reached_when_it_is_named(old_server: Tuple[str, Path]) -> None:
    url, pem = old_server
    assert client(url, pem, "127.0.0.1").get("", {}, call="GET").body == b"ok"


@pytest.mark.parametrize("named", ["", "another.example"])
def test_it_is_not_when_nobody_or_another_is_named(old_server: Tuple[str, Path], named: str) -> None:
    url, pem = old_server
    with ledger(1.0), pytest.raises(CityError) as failed:
        client(url, pem, named).get("", {}, call="GET")
    assert failed.value.failure is Failure.UNREACHABLE


def test_its_certificate_is_checked_all_the_same(old_server: Tuple[str, Path]) -> None:
    url, _ = old_server
    with ledger(1.0), pytest.raises(CityError) as failed:
        client(url, None, "127.0.0.1").get("", {}, call="GET")
    assert failed.value.failure is Failure.UNREACHABLE
