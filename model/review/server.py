"""The server: one address, told to one person, until Ctrl-C."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from collections.abc import Callable
from ipaddress import ip_address

import uvicorn

from ..exceptions import InputError
from .app import Review, application
from .guard import Guard

LOCAL = "127.0.0.1"


def check_host(host: str, password: str) -> None:
    """Refuse an address at which others could read and write.

    Raises:
        InputError: it is not this machine's own, and there is no password; or it is no one address.
    """
    try:
        local, every = ip_address(host).is_loopback, ip_address(host).is_unspecified
    except ValueError:
        local, every = host == "localhost", False
    if every:
        raise InputError(f"--host {host}: name the one address under which others open it")
    if not local and not password:
        raise InputError(f"--host {host}: others on the network could read and write; add --password, or leave it out")
    if password and len(password) < 8:
        raise InputError("--password: wants 8 characters or more")


def serve(review: Review, host: str, port: int, password: str, tell: Callable[[str], None], browse: bool) -> None:
    """Serve a review until the process is told to end.

    Args:
        review: what to serve.
        host: the address to listen at, see :func:`check_host`.
        port: the port; 0 takes a free one.
        password: what lets in from other machines; empty where none does.
        tell: is given the address to open.
        browse: open it.

    Raises:
        InputError: the address cannot be listened at.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise InputError(f"--host {host} --port {port}: cannot be listened at ({error}); give another --port") from None
    with listening:
        shown = f"[{host}]" if ":" in host else host
        origin = f"http://{shown}:{listening.getsockname()[1]}"
        token = secrets.token_urlsafe(32)
        guard = Guard(application(review), origin, token, password)
        tell(f"{origin}/?token={token}")
        if browse:
            # Others on the machine may see what a browser was started with, so this one opens once.
            webbrowser.open(f"{origin}/?token={guard.once}")
        config = uvicorn.Config(
            guard, log_level="warning", access_log=False, server_header=False, lifespan="off", ws="none", http="h11"
        )
        # A page that asks for something at this very moment keeps nobody waiting.
        config.timeout_graceful_shutdown = 2
        try:
            uvicorn.Server(config).run([listening])
        finally:
            review.close()
