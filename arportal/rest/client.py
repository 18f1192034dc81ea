"""A small client of the API, for programs in Python: on requests alone, it may be copied out.

It takes over what every program would have to get right: a write has one key however often it is sent, is sent again
when its answer was lost, and waits as long as the API says.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

import requests

# Statuses after which the same request, with the same key, is worth sending again.
AGAIN = (409, 429, 502, 503, 504)
TIMEOUT = (5, 60)
LONGEST_PAUSE = 60.0


class Change(TypedDict):
    """One thing asked of the store: `state` is waiting, asked, sent, unknown, applied or refused."""

    id: str
    verb: str
    state: str
    company_id: int
    target_id: int | None
    credit_id: int | None
    by: str
    amount: str | None
    currency: str
    before: dict[str, Any]
    after: dict[str, Any]
    error: str
    asked_at: str
    sent_at: str | None
    settled_at: str | None
    is_mirrored: bool


@dataclass(frozen=True)
class Thing:
    """One thing, with the ETag that a change of it needs."""

    data: dict[str, Any]
    etag: str


class ProblemTold(Exception):
    """An answer that is no success: RFC 9457. `errors`: field or parameter → reasons."""

    def __init__(self, response: requests.Response) -> None:
        try:
            body = response.json()
        except ValueError:
            body = None
        # Something on the way may have answered, in words of its own.
        self.body: Mapping[str, Any] = body if isinstance(body, dict) else {"detail": response.reason}
        self.status = response.status_code
        self.errors: Mapping[str, list[str]] = self.body.get("errors") or {}
        super().__init__(f"{self.status} {self.body.get('detail', '')}")

    @property
    def kind(self) -> str:
        return str(self.body.get("type", "")).rpartition(":")[2]


class Unclear(Exception):
    """No clear answer came in time. The key of a write is in it: the same again is the same change."""

    def __init__(self, key: uuid.UUID | None) -> None:
        super().__init__(f"no clear answer; Idempotency-Key {key}" if key else "no clear answer")
        self.key = key


@dataclass
class Arportal:
    """`address`: `https://arportal.example`; `max_wait`: seconds that one request may take, retries and all."""

    address: str
    store: str
    token: str
    max_wait: float = 120.0
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def rows(self, name: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """All rows of a list that match, page by page: `rows("invoices", status="overdue")`."""
        address: str | None = f"/api/v1/stores/{self.store}/{name}/"
        while address:
            body = self._send("GET", address, params=filters).json()
            yield from body["data"]
            address, filters = body.get("next"), {}

    def get(self, path: str, **parameters: Any) -> Thing:
        """One thing, such as `get("invoices/5001")`."""
        response = self._send("GET", f"/api/v1/stores/{self.store}/{path}/", params=parameters)
        return Thing(response.json(), response.headers.get("ETag", ""))

    def ask(
        self,
        verb: str,
        body: Mapping[str, Any],
        *,
        etag: str = "",
        key: uuid.UUID | None = None,
        may_wait: bool = False,
    ) -> Change:
        """Asks for a change: `ask("write-off", {...}, etag=invoice.etag)`. It may still wait for a second person.

        Raises ProblemTold, and Unclear when nobody could say in time: then ask with its key again.
        """
        key = key or uuid.uuid4()
        headers = {"Idempotency-Key": str(key)}
        if etag:
            headers["If-Match"] = etag
        if may_wait:
            headers["Prefer"] = "respond-async"
        address = f"/api/v1/stores/{self.store}/changes/{verb}/"
        change: Change = self._send("POST", address, json=body, headers=headers, key=key).json()
        return change

    def preview(self, verb: str, body: Mapping[str, Any], *, etag: str = "") -> dict[str, Any]:
        """Answers what the change would do; nothing is asked."""
        address = f"/api/v1/stores/{self.store}/changes/{verb}/"
        headers = {"If-Match": etag} if etag else {}
        answer: dict[str, Any] = self._send(
            "POST", address, json=body, params={"preview": "1"}, headers=headers
        ).json()
        return answer

    def change(self, change_id: str) -> Change:
        change: Change = self.get(f"changes/{change_id}").data  # type: ignore[assignment]
        return change

    def _send(
        self, method: str, address: str, *, key: uuid.UUID | None = None, **request: Any
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}", **request.pop("headers", {})}
        deadline, pause = time.monotonic() + self.max_wait, 0.5
        while True:
            try:
                response = self.session.request(
                    method, f"{self.address}{address}", headers=headers, timeout=TIMEOUT, **request
                )
            except (requests.ConnectionError, requests.Timeout):
                response = None
            if response is not None and response.ok:
                return response
            if response is not None and response.status_code not in AGAIN:
                raise ProblemTold(response)
            wait = pause
            if response is not None and response.headers.get("Retry-After", "").isdecimal():
                wait = float(response.headers["Retry-After"])
            if time.monotonic() + wait > deadline:
                raise Unclear(key)
            time.sleep(min(wait, LONGEST_PAUSE))
            pause = min(2 * pause, LONGEST_PAUSE)
