"""Who may change the library: a password that is kept only as a scrypt hash, sessions, and a lock after failures.

Without a password only this machine may, and only under its own name, so that no page of another site can
make a browser here do it (CSRF, DNS rebinding).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

_COST, _BLOCK, _PARALLEL = 2**15, 8, 1  # RFC 7914; 32 MiB, about 80 ms
_LASTS_S = 8 * 3600
_TRIES, _LOCKED_S = 5, 15 * 60
_MOST = 10_000
COOKIE = "tj-staff"


def hash_password(password: str) -> str:
    """A password as it is kept: ``scrypt$salt$hash``.

    Raises:
        ValueError: it is shorter than ten characters.
    """
    if len(password) < 10:
        raise ValueError("密码至少十个字符")
    salt = secrets.token_bytes(16)
    return f"scrypt${base64.b64encode(salt).decode()}${base64.b64encode(_scrypt(password, salt)).decode()}"


class Door:
    """Decides who comes in.

    Args:
        kept: of :func:`hash_password`; empty: no password, only this machine.
        clock: seconds that only grow.
    """

    def __init__(self, kept: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._kept, self._clock = kept, clock
        self._sessions: dict[str, float] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    @property
    def has_password(self) -> bool:
        return bool(self._kept)

    def admits(self, host: str, headers: Mapping[str, str], cookie: str | None) -> bool:
        """Whether a request may see the staff's pages.

        Args:
            host: address that it comes from.
            headers: with lower-case names.
        """
        if not self._kept:
            return _is_here(host) and _name(f"//{headers.get('host', '')}") in ("localhost", "127.0.0.1", "::1")
        until = self._sessions.get(cookie or "", 0.0)
        return until > self._clock()

    @staticmethod
    def is_own(headers: Mapping[str, str]) -> bool:
        """Whether a form was sent by a page of this site."""
        origin = headers.get("origin", "")
        return bool(origin) and urlsplit(origin).netloc == headers.get("host", "")

    def locked(self, host: str) -> bool:
        """Whether an address has failed too often of late."""
        count, since = self._failures.get(host, (0, 0.0))
        return count >= _TRIES and self._clock() - since < _LOCKED_S

    def open(self, host: str, password: str) -> str | None:
        """A new session for the right password, else None; the fifth failure locks the address for a while."""
        if not self._kept or self.locked(host):
            return None
        _, salt, wanted = self._kept.split("$")
        if hmac.compare_digest(_scrypt(password, base64.b64decode(salt)), base64.b64decode(wanted)):
            self._failures.pop(host, None)
            now = self._clock()
            self._sessions = {token: until for token, until in self._sessions.items() if until > now}
            token = secrets.token_urlsafe(32)
            self._sessions[token] = now + _LASTS_S
            return token
        count = self._failures.get(host, (0, 0.0))[0]
        count = 0 if count >= _TRIES and not self.locked(host) else count
        if len(self._failures) > _MOST:
            self._failures.clear()
        self._failures[host] = (count + 1, self._clock())
        return None

    def close(self, cookie: str | None) -> None:
        """End a session."""
        self._sessions.pop(cookie or "", None)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=_COST, r=_BLOCK, p=_PARALLEL, maxmem=2 * 128 * _COST * _BLOCK, dklen=32
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
