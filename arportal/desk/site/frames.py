"""HTML from elsewhere in a frame of ours."""

from django.http import HttpResponse


def framed(html: str, status: int = 200) -> HttpResponse:
    """It runs nothing, asks for nothing and leads nowhere; its styles are inline, as mails need them."""
    response = HttpResponse(html, status=status)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
