"""Headers of every answer: what a page may load and who may frame it; and validators, so that nothing is sent twice."""

from __future__ import annotations

import hashlib

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",  # MapLibre's control signs are data, its sprites blobs
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
REVALIDATE = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"


class SecurityHeaders:
    """ASGI layer that adds the security headers to every answer, errors and files included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the inner application does, with the headers added."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def validated(request: Request, body: bytes, media_type: str, *, name: str | None = None) -> Response:
    """Return the body with a validator of its content, or "not modified" where the reader has it already.

    `name` makes it a download of that file name.
    """
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": REVALIDATE}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag.removeprefix("W/") in known:
        return Response(status_code=304, headers=headers)
    if name is not None:
        headers["content-disposition"] = disposition(name)
    return Response(body, media_type=media_type, headers=headers)


def disposition(name: str) -> str:
    """Return the header value that names a download, whatever letters the name has (RFC 6266)."""
    from urllib.parse import quote

    plain = "".join(letter if letter.isascii() and letter.isprintable() and letter not in '"\\/' else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
