"""Django's SMTP backend, which also tells how far a transaction came and what the server said."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends.smtp import EmailBackend


class _Told:
    """`has_begun`: the server may have the message. `answer`: what it said to the last one."""

    has_begun = False
    answer = ""

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.has_begun = False
        return super().mail(sender, options)  # type: ignore[misc, no-any-return]

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.has_begun = True
        code, words = super().data(msg)  # type: ignore[misc]
        self.answer = said(code, words)
        return code, words


class Plain(_Told, smtplib.SMTP):
    pass


class Encrypted(_Told, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    connection: Plain | Encrypted | None

    @property
    def connection_class(self) -> type[Plain | Encrypted]:
        return Encrypted if self.use_ssl else Plain

    def open(self) -> bool | None:
        """A server may have hung up since the last mail: that is seen before the next one is begun."""
        if self.connection is not None:
            try:
                is_there = self.connection.noop()[0] == 250
            except (smtplib.SMTPException, OSError):
                is_there = False
            if not is_there:
                self.connection.close()
                self.connection = None
        return super().open()


def said(code: int, words: bytes | str) -> str:
    """A server's answer as people read it, such as `550 5.1.1 No such mailbox`."""
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:1000]
