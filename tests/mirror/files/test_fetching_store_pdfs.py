"""The address of a PDF comes from outside: which are asked, at which machine, and what is taken from it."""

import datetime as dt
import ipaddress
import socket
import ssl
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from arportal.mirror.files import addresses, download
from arportal.mirror.files.addresses import Declined, Place, is_public, judged, located
from arportal.mirror.files.pdf import PdfUnavailable, fetch_pdf
from arportal.stores.models import Store
from tests.mirror.files import misbehaving_server
from tests.mirror.files.misbehaving_server import PDF, Server

HOSTS = ["files.example.com"]
API = "https://api.example.com/api/v3/io"


@pytest.fixture(scope="module")
def server():
    with misbehaving_server.running() as server:
        yield server


@pytest.fixture
def shop(server: Server) -> Store:
    """A store whose API is the misbehaving server, so that its addresses are the API's own."""
    return Store(slug="shop", api_url=f"http://127.0.0.1:{server.port}/api/v3/io")


def fetch(shop: Store, path: str, seconds: float = 5) -> bytes:
    return fetch_pdf(shop, shop.api_url.replace("/api/v3/io", path), seconds=seconds)


def test_it_works(shop, server):
    assert fetch(shop, "/ok.pdf") == PDF
    head = server.asked[-1].lower()
    assert f"host: 127.0.0.1:{server.port}" in head
    assert "x-auth-token" not in head


HOSTILE = [
    "http://files.example.com/x.pdf",
    "https://files.example.com:8443/x.pdf",
    "https://files.example.com:99999/x.pdf",
    "https://files.example.com./x.pdf",
    "https://files.example.com@evil.example/x.pdf",
    "https://files.example.com:secret@evil.example/x.pdf",
    "https://@files.example.com/x.pdf",
    "https://evil.example\\@files.example.com/x.pdf",
    "https://evil.example#@files.example.com/x.pdf",
    "https://evil.example?files.example.com/x.pdf",
    "https://files.example.com.evil.example/x.pdf",
    "https://evilfiles.example.com/x.pdf",
    "https://files%2eexample.com/x.pdf",
    "https://files。example。com/x.pdf",
    "https://files.example.com /x.pdf",
    "https://files.example.com/x.pdf\r\nX-Injected: 1",
    "https://files.example.com/\x00x.pdf",
    "https://127.0.0.1/x.pdf",
    "https://2130706433/x.pdf",
    "https://0x7f.1/x.pdf",
    "https://0177.0.0.1/x.pdf",
    "https://[::1]/x.pdf",
    "https://[::ffff:127.0.0.1]/x.pdf",
    "https://[bad",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/x.pdf",
    "https:///x.pdf",
    "https://",
    "//files.example.com/x.pdf",
    "/x.pdf",
    "x.pdf",
    "",
    "file:///etc/passwd",
    "ftp://files.example.com/x.pdf",
    "data:application/pdf;base64,JVBERg==",
    "javascript:alert(1)",
    "gopher://files.example.com/x.pdf",
    "http://api.example.com/x.pdf",
    "https://api.example.com:8443/x.pdf",
    "https://files.example.com/" + "x" * 5_000,
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_that_is_not_asked(address):
    with pytest.raises(Declined):
        judged(address, own=API, hosts=HOSTS)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://files.example.com/b.pdf?s=1", Place("https", "files.example.com", 443, "/b.pdf?s=1", False)),
        ("HTTPS://FILES.example.com:443#top", Place("https", "files.example.com", 443, "/", False)),
        ("https://api.example.com/x.pdf", Place("https", "api.example.com", 443, "/x.pdf", True)),
    ],
)  # fmt: skip
def test_an_address_that_is_asked(address, place):
    assert judged(address, own=API, hosts=HOSTS) == place


@pytest.mark.parametrize(
    "ip",
    [
        *("0.0.0.1", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.0.1"),
        *("192.0.0.8", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "fc00::1"),
        *(
            "fe80::1",
            "fe80::1%eth0",
            "ff02::1",
            "2001:db8::1",
            "2001::7f00:1",
            "2002:7f00:1::",
            "::127.0.0.1",
        ),
        "not an address",
    ],
)
def test_addresses_that_are_not_of_the_public_internet(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "151.101.1.69", "2606:4700::1111", "2a00:1450:4001::200e"])
def test_addresses_of_the_public_internet(ip):
    assert is_public(ip)


class Names:
    """A name server in the attacker's hands: another answer at each question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.questions = list(answers), 0

    def __call__(self, host, port, **_more):
        self.questions += 1
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        found = [(family[ipaddress.ip_address(ip).version], (ip, port)) for ip in self.answers.pop(0)]
        return [(kind, socket.SOCK_STREAM, 6, "", where) for kind, where in found]


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["8.8.8.8", "fe80::1"]])
def test_a_name_that_leads_inside(monkeypatch, found):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", Names(found))
    with pytest.raises(Declined, match="private"):
        located(judged("https://files.example.com/x.pdf", own=API, hosts=HOSTS), 5)


def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch):
    names, dialled = Names(["8.8.8.8"], ["127.0.0.1"]), []
    monkeypatch.setattr(addresses.socket, "getaddrinfo", names)

    def dial(where, _timeout):
        dialled.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(download.socket, "create_connection", dial)
    with pytest.raises(Declined, match="could not be fetched"):
        download.download(judged("https://files.example.com/x", own=API, hosts=HOSTS), seconds=5, most=99)
    assert (names.questions, dialled) == (1, [("8.8.8.8", 443)])


def test_a_name_nobody_knows(monkeypatch):
    def unknown(*_question, **_more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    with pytest.raises(Declined, match="not known"):
        located(judged("https://files.example.com/x.pdf", own=API, hosts=HOSTS), 5)


def test_a_name_server_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_question, **_more: time.sleep(1))
    with pytest.raises(Declined, match="in time"):
        located(judged("https://files.example.com/x.pdf", own=API, hosts=HOSTS), 0.1)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        *(("/redirect", "302"), ("/moved", "308"), ("/run-out", "403"), ("/broken", "500"), ("/gone", "404")),
        *(("/html", "not a PDF"), ("/nothing", "not a PDF"), ("/late-magic", "not a PDF")),
        *(("/packed", "packed"), ("/short", "could not be fetched"), ("/in-the-middle", "in the middle")),
        *(("/large", "larger than 5 MB"), ("/large-in-pieces", "larger than 5 MB")),
        *(("/not-http", "not be fetched"), ("/many-headers", "not be fetched"), ("/long-header", "not be fetched")),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_taken(shop, server, path, reason):
    before = len(server.asked)
    with pytest.raises(PdfUnavailable, match=reason):
        fetch(shop, path)
    assert len(server.asked) == before + 1


@pytest.mark.parametrize("path", ["/silent", "/slow-body", "/slow-of-any-length", "/slow-headers"])
def test_a_server_that_keeps_us_waiting(shop, path):
    def wait():
        with pytest.raises(PdfUnavailable, match="longer than") as late:
            fetch(shop, path, seconds=0.4)
        assert late.value.may_pass

    assert misbehaving_server.seconds_of(wait) < 1


def test_a_server_that_is_not_there(shop):
    shop.api_url = "http://127.0.0.1:9/api/v3/io"
    with pytest.raises(PdfUnavailable, match="could not be fetched"):
        fetch(shop, "/ok.pdf")


def certificate_for(name: str, directory) -> ssl.SSLContext:
    """A server's context with a certificate for this name, signed by itself; its PEM is in `directory`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(7).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    (directory / "certificate.pem").write_bytes(pem)
    kind = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (directory / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *kind))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "certificate.pem", directory / "key.pem")
    return context


@pytest.mark.parametrize(("name", "is_theirs"), [("files.example.com", True), ("other.example.com", False)])
def test_the_certificate_must_bear_the_name_although_a_number_is_dialled(
    monkeypatch, tmp_path, name, is_theirs
):
    context = certificate_for(name, tmp_path)
    monkeypatch.setattr(download, "DEFAULT_CA_BUNDLE_PATH", tmp_path / "certificate.pem")
    monkeypatch.setattr(download, "located", lambda _place, _seconds: ["127.0.0.1"])
    with misbehaving_server.running(context) as server:
        place = Place("https", "files.example.com", server.port, "/ok.pdf", is_own=False)
        if is_theirs:
            assert download.download(place, seconds=5, most=99) == PDF
            assert f"Host: files.example.com:{server.port}" in server.asked[0]
        else:
            with pytest.raises(Declined):
                download.download(place, seconds=5, most=99)
            assert not server.asked
