"""A client that speaks to the application itself, without a port."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest


class Client:
    """Requests to one application, each answered before the next; faults are answers, as for a browser."""

    def __init__(self, app, *, root_path: str = "") -> None:
        self.app, self.root_path = app, root_path

    def request(self, method: str, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, root_path=self.root_path)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, address, headers=headers)

        # in a thread of its own: a browser test of the same worker may hold this one's event loop
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(lambda: asyncio.run(ask())).result()

    def get(self, address: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.request("GET", address, headers)


@pytest.fixture(scope="session")
def client_of():
    """Give the maker of clients."""
    return Client
