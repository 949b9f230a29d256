"""A real Chromium on a real server: pages are opened as a reader opens them. Skips, with the reason, where there is no browser.

A page test asks for `serve` (an application becomes an address on loopback) and `visit` (a page at a width, which fails the test on
any script error, refused content or failed request), and may ask `accessibility(page)` for what axe finds.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import uvicorn

from ekistics.server.running import listening

ROOT = Path(__file__).parents[2]
PHONE, DESKTOP = (390, 844), (1440, 900)
FLAGS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist", "--font-render-hinting=none")
"""WebGL drawn by the processor: a test machine has no graphics card."""


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """Give one browser for all page tests."""
    program = (
        os.environ.get("EKISTICS_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )
    if program is None:
        if os.environ.get("EKISTICS_CI"):
            pytest.fail("Chromium is absent, and here it must be present")
        pytest.skip("Chromium is absent (install it, or set EKISTICS_CHROMIUM to its program)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=[*FLAGS, "--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def built() -> Path:
    """Give the folder of built web files, or skip."""
    folder = ROOT / "src" / "ekistics" / "server" / "static" / "built"
    if not (folder / "manifest.json").is_file():
        pytest.skip("the web part is not built (make web)")
    return folder


class Address(str):
    """The address of a served application, without a slash at the end; `sent` are bytes by path, compressed as they went out."""

    sent: dict[str, int]

    def weigh(self, part: str = "") -> int:
        """Return the bytes sent for paths that hold a part, each path once."""
        return sum(size for path, size in self.sent.items() if part in path)


@contextmanager
def serving(app) -> Iterator[Address]:
    """Serve an application on a free port of loopback."""
    opened = listening("127.0.0.1", 0)
    address = Address(f"http://127.0.0.1:{opened.getsockname()[1]}")
    address.sent = {}

    async def counted(scope, receive, send) -> None:
        size = 0

        async def count(message) -> None:
            nonlocal size
            size += len(message.get("body", b""))
            await send(message)

        await app(scope, receive, count)
        if scope["type"] == "http" and size:
            address.sent[scope["path"]] = size

    server = uvicorn.Server(uvicorn.Config(counted, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        opened.close()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable]:
    """Give a function from an application to its address; it is served until the module's tests end."""
    with ExitStack() as open_servers:
        yield lambda app: open_servers.enter_context(serving(app))


class Visit:
    """An open page with all that went wrong on it."""

    def __init__(self, page) -> None:
        self.page = page
        self.faults: list[str] = []
        self.asked: list[str] = []
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("console", lambda said: self.faults.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("requestfailed", lambda request: self.faults.append(f"request: {request.url} {request.failure}"))


@pytest.fixture
def visit(chromium) -> Iterator[Callable]:
    """Give a function that opens an address; at the end the test fails if anything went wrong on any page it opened."""
    visits: list[tuple[Visit, object, bool]] = []

    def go(url: str, *, size=DESKTOP, dark: bool = False, script: bool = True, touch: bool = False, strict: bool = True) -> Visit:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=touch,
            reduced_motion="reduce",
            locale="en-GB",
        )
        opened = Visit(context.new_page())
        visits.append((opened, context, strict))
        opened.page.goto(url, wait_until="load")
        return opened

    yield go
    faults = [fault for opened, _, strict in visits if strict for fault in opened.faults]
    for _, context, _ in visits:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def accessibility() -> Callable:
    """Give a function from a page to what axe finds wrong with it: one line a fault; the page's own policy stays in force."""
    axe = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"

    def check(page) -> list[str]:
        if not axe.is_file():
            pytest.skip("axe-core is absent (make web)")
        # evaluated by the debugger, not by the page: a strict content policy refuses an added script element
        page.evaluate(axe.read_text("utf-8"))
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        return [f"{one['id']} ({one['impact']}): {one['help']} at {node['target']}" for one in found for node in one["nodes"]]

    return check


@pytest.fixture
def picture(request) -> Callable:
    """Give a function that keeps a picture of a page where EKISTICS_PICTURES names a folder, for a person to look at."""
    folder = os.environ.get("EKISTICS_PICTURES")

    def keep(page, name: str, *, full: bool = True) -> None:
        if folder:
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=full)

    return keep
