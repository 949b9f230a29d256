"""Running: the next free port, loopback told from the rest, a plain end."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from ekistics.model.errors import Unavailable
from ekistics.server.running import is_loopback, listening


def test_the_next_free_port_is_taken_where_one_is_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with listening("127.0.0.1", port) as opened:
            assert port < opened.getsockname()[1] <= port + 20


@pytest.mark.parametrize(("host", "port"), [("203.0.113.7", 8480), ("no such host.invalid", 8480), ("127.0.0.1", 99999)])
def test_an_address_that_is_not_ours_is_refused_plainly(host, port):
    with pytest.raises(Unavailable):
        listening(host, port)


@pytest.mark.parametrize(
    ("host", "local"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("192.0.2.1", False), ("city.example", False)],
)
def test_loopback_is_told_from_what_others_reach(host, local):
    assert is_loopback(host) is local


def test_an_interrupt_ends_it_plainly():
    code = (
        "from ekistics.server.running import run\n"
        "class W:\n    index = lambda self: '<h1>here</h1>'\n"
        "run(W(), port=0, say=lambda text: print(text, flush=True))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = process.stdout.readline()
    address = re.search(r"http://\S+/", said)[0]
    deadline = time.monotonic() + 10
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert b"here" in answer.read()
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    process.send_signal(2)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "Stopped." in out
