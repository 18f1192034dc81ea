"""A real SMTP server on loopback, with the ways in which servers fail."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


class SmtpServer:
    """`accepted`: what it has taken, with the envelope's recipient, whether or not it could still say so.

    `answers`: the beginning of an address → what RCPT is answered, as often as it is in the list. `cut_at`: the
    commands at which it hangs up, once each.
    """

    def __init__(self) -> None:
        self.accepted: list[tuple[str, EmailMessage]] = []
        self.answers: dict[str, list[str]] = {}
        self.cut_at: list[str] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        self.controller.stop()

    @property
    def copies(self) -> Counter[str]:
        """Address → how many messages it got."""
        return Counter(address for address, _message in self.accepted)

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's names
        self._hang_up(server, "MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        for start, answers in self.answers.items():
            if address.startswith(start) and answers:
                return answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.accepted.append((envelope.rcpt_tos[0], message))
        self._hang_up(server, "DATA")
        return f"250 queued as {len(self.accepted)}"

    def _hang_up(self, server, command: str) -> None:
        if command in self.cut_at:
            self.cut_at.remove(command)
            server.transport.abort()


@contextmanager
def running_smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def smtp_server(settings) -> Iterator[SmtpServer]:
    """Mails go there."""
    with running_smtp_server() as server:
        use(settings, server.port)
        yield server


def use(settings, port: int) -> None:
    for name, value in server_settings(port).items():
        setattr(settings, name, value)


def server_settings(port: int) -> dict[str, object]:
    """Settings by which mails go to this port of the machine."""
    return {
        "SENDS_MAIL": True,
        "EMAIL_BACKEND": "arportal.documents.mails.smtp.Backend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "DEFAULT_FROM_EMAIL": "billing@example.com",
    }
