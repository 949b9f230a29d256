"""Serve a workspace on an address of this machine until it is stopped."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable

import uvicorn

from ekistics.model.errors import Unavailable
from ekistics.server.application import create_app
from ekistics.server.pages import Pages

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]", "::1")
PORTS_TRIED = 20
LAST_PORT = 65535


def run(workspace: Pages, *, host: str = "127.0.0.1", port: int = 8480, say: Callable[[str], None]) -> None:
    """Serve until interrupted; say the address once it is open.

    Parameters
    ----------
    port : the first port to try; the next free one is taken where it is in use, any free one for 0

    Raises
    ------
    Unavailable
        If the address is not one of this machine, or no port is free.
    """
    opened = listening(host, port)
    with opened:
        local = is_loopback(host)
        app = create_app(workspace, hosts=LOOPBACK_NAMES if local else ("*",))
        shown = f"[{host}]" if ":" in host else host
        say(f"Serving at http://{shown}:{opened.getsockname()[1]}/  (Ctrl-C stops)")
        if not local:
            say("Everyone who reaches this machine can read these pages.")
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        try:
            uvicorn.Server(config).run(sockets=[opened])
        except KeyboardInterrupt:
            # the signal that ended the server comes once more behind it: an ordinary end
            say("Stopped.")


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def listening(host: str, port: int) -> socket.socket:
    """Return a socket bound to a host and the first free port from `port` on.

    Raises
    ------
    Unavailable
        If the address is not one of this machine, or no port is free.
    """
    if not 0 <= port <= LAST_PORT:
        raise Unavailable(f"{port} is no port", mend=f"give a port from 1 to {LAST_PORT}")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise Unavailable(f"{host} is no address", mend="give a host such as 127.0.0.1") from error
    for tried in range(port, min(port + (PORTS_TRIED if port else 1), LAST_PORT + 1)):
        opened = socket.socket(family, kind)
        try:
            if hasattr(socket, "SO_REUSEADDR") and hasattr(socket, "AF_UNIX"):
                # where a closed port rests for a minute; elsewhere the option would share a port in use
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind((address[0], tried, *address[2:]))
            opened.listen(128)
        except OSError as error:
            opened.close()
            if error.errno != errno.EADDRINUSE:
                raise Unavailable(f"cannot listen on {host}:{tried}: {error.strerror}", mend="choose another host or port") from error
        else:
            return opened
    raise Unavailable(f"the ports {port} to {port + PORTS_TRIED - 1} on {host} are all in use", mend="choose another port")
