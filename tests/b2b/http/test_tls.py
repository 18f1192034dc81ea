"""A server whose certificate nobody vouches for gets no token: the request never leaves."""

import datetime as dt
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from arportal.b2b import Client, Unavailable
from tests.b2b.server import STORE_HASH, TOKEN, ApiServer


def write_certificate(target: Path) -> None:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    builder = builder.add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    target.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


@pytest.fixture
def api_stranger(api_server: ApiServer, tmp_path: Path) -> Iterator[Client]:
    certificate = tmp_path / "stranger.pem"
    write_certificate(certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    api_server.socket = context.wrap_socket(api_server.socket, server_side=True)
    with Client(
        store_hash=STORE_HASH, token=TOKEN, base_url=api_server.url.replace("http:", "https:"), max_wait=0
    ) as client:
        yield client


def test_it_works(api_server: ApiServer, api_stranger: Client) -> None:
    with pytest.raises(Unavailable, match="SSLCertVerificationError"):
        api_stranger.payments.delete(1)
    assert not api_server.requests
