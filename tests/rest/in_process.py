"""A session of requests that reaches our API in this very process, as Django's own test client does."""

import io
from typing import Any

import requests
from django.test import Client
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.response import HTTPResponse

ADDRESS = "http://127.0.0.1"


class InProcess(BaseAdapter):
    """`lose`: how many of the next answers are lost on the way back."""

    lose = 0

    def send(self, request: requests.PreparedRequest, *_args: Any, **_options: Any) -> requests.Response:
        headers = {name: str(value) for name, value in request.headers.items()}
        headers.pop("Content-Length", None)
        answer = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False).generic(
            request.method or "GET",
            (request.url or "").removeprefix(ADDRESS),
            request.body or b"",
            content_type=headers.pop("Content-Type", ""),
            headers=headers,
        )
        if self.lose:
            self.lose -= 1
            raise requests.ConnectionError("lost on the way back")
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        raw = HTTPResponse(
            io.BytesIO(content),
            headers=dict(answer.headers),
            status=answer.status_code,
            preload_content=False,
            decode_content=False,
        )
        told: requests.Response = HTTPAdapter().build_response(request, raw)
        return told

    def close(self) -> None:
        pass


def session() -> requests.Session:
    session = requests.Session()
    session.mount(ADDRESS, InProcess())
    return session
