"""Which service URLs the bot talks to.

The service URL comes with every activity and says where answers go. In the sandbox nobody proves who they
are, so only this machine may be named; in production the token's `serviceurl` claim vouches for the address
and the address must be https.
"""

from __future__ import annotations

import ipaddress

from cachetools import LRUCache
from yarl import URL


class ForeignServiceUrl(ValueError):
    """The bot does not talk to this address."""


class ServiceUrlRule:
    """Checks service URLs and gives their base address; the answers are remembered."""

    def __init__(self, *, loopback_only: bool) -> None:
        self._loopback_only = loopback_only
        self._bases: LRUCache[str, str] = LRUCache(maxsize=256)

    def base(self, service_url: str) -> str:
        """Return the address without a trailing slash. Raises ForeignServiceUrl."""
        try:
            return self._bases[service_url]
        except KeyError:
            base = self._bases[service_url] = self._checked(service_url)
            return base

    def _checked(self, service_url: str) -> str:
        try:
            url = URL(service_url)
        except ValueError as error:
            raise ForeignServiceUrl("The service URL is no address.") from error
        if not url.host or url.user or url.password or url.query_string or url.fragment:
            raise ForeignServiceUrl("The service URL must be a plain address: scheme, host and path.")
        if self._loopback_only:
            if url.scheme != "http" or not _is_loopback(url.host):
                raise ForeignServiceUrl("Without credentials the bot answers to http on this machine only.")
        elif url.scheme != "https":
            raise ForeignServiceUrl("The service URL must be https.")
        return str(url).rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
