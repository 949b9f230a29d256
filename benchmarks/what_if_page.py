"""The page on which weights are moved, in Chromium: from the slider's event to the ranks on screen."""

from __future__ import annotations

import os
import shutil
import threading
from gettext import NullTranslations

import uvicorn
from playwright.sync_api import sync_playwright

from ekistics.profile.index.evidence import IndexView
from ekistics.profile.index.what_if import index_what_if
from ekistics.publish.addresses import site_address
from ekistics.publish.built_files import BuiltFiles, built_folder
from ekistics.publish.html import Look, render_page
from ekistics.publish.what_if_data import encode_what_if
from ekistics.server.application import create_app
from ekistics.server.running import listening

MOVES = 30
MEASURE = """async (moves) => {
  const slider = document.querySelector(".what-if-parts input");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const spent = [];
  for (let move = 0; move < moves; move++) {
    await frame();
    const start = performance.now();
    slider.value = String((move * 37) % 100);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const worked = performance.now() - start;
    await frame();
    await frame();  // the frame after the one that holds the new ranks: they are on screen
    spent.push([worked, performance.now() - start]);
  }
  return spent;
}"""


class OneIndex:
    """A workspace of one index: its page and its figures."""

    def __init__(self, view: IndexView) -> None:
        built = BuiltFiles.read(built_folder())
        self.view = view
        self.look = Look(*(tuple(f"/static/{name}" for name in names) for names in (built.styles("site"), built.scripts("site"))))

    def index_page(self, code, page, about, query) -> str:
        document = index_what_if(self.view)
        return render_page(document, look=self.look, translations=NullTranslations(), locale="en", addresses=site_address)

    def index_file(self, code, name) -> _File:
        return _File(encode_what_if(self.view))


class _File:
    name, media_type = "what-if.json", "application/json"

    def __init__(self, body: bytes) -> None:
        self.body = body


def moved(view: IndexView) -> list[tuple[float, float]]:
    """Return of each move of a slider the milliseconds of work, and those until the second frame after it."""
    opened = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(create_app(OneIndex(view)), log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    try:
        with sync_playwright() as driver:
            program = os.environ.get("EKISTICS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"http://127.0.0.1:{opened.getsockname()[1]}/index/made/what-if")
            page.wait_for_selector('#what-if[data-state="ready"]')
            return [(worked, shown) for worked, shown in page.evaluate(MEASURE, MOVES)]
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        opened.close()
