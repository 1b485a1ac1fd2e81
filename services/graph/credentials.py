"""How Switchboard proves to Microsoft 365 who it is, with values that the composition root gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    AuthenticationProvider,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)

from services.domain.errors import BadInput

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


@dataclass(frozen=True)
class StaticToken:
    """A bearer token that never changes, as the sandbox tenant takes it."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class ClientSecret:
    """A secret of the app registration."""

    tenant_id: str
    client_id: str
    value: str = field(repr=False)


@dataclass(frozen=True)
class CertificateFile:
    """A certificate of the app registration: a PEM or PKCS12 file that holds its private key too."""

    tenant_id: str
    client_id: str
    path: Path


@dataclass(frozen=True)
class ManagedIdentity:
    """A user-assigned managed identity of the machine that Switchboard runs on."""

    client_id: str


Credential = StaticToken | ClientSecret | CertificateFile | ManagedIdentity


@dataclass(frozen=True)
class Authentication:
    """What puts the token on each request, and what to call when no more are sent."""

    provider: AuthenticationProvider
    close: Callable[[], Awaitable[None]]


def authentication(credential: Credential, base_url: str) -> Authentication:
    """Return what authenticates calls to ``base_url``, and to no other host.

    Raises BadInput for a certificate that cannot be read, and for a credential of Microsoft Entra that would
    travel without TLS.
    """
    address = urlsplit(base_url)
    host = address.hostname or ""
    if isinstance(credential, StaticToken):
        return Authentication(
            BaseBearerTokenAuthenticationProvider(_Unchanging(credential.value, host)), _nothing
        )
    if address.scheme != "https":
        raise BadInput(what=f"Microsoft 365 is only reached over https, and the address is {base_url}.")
    entra = _entra(credential)
    provider = AzureIdentityAuthenticationProvider(
        entra, scopes=[f"https://{host}/.default"], allowed_hosts=[host]
    )
    return Authentication(provider, entra.close)


class _Unchanging(AccessTokenProvider):
    def __init__(self, token: str, host: str) -> None:
        self._token = token
        self._hosts = AllowedHostsValidator([host])

    async def get_authorization_token(
        self,
        uri: str,
        additional_authentication_context: dict[str, Any] = {},  # noqa: ARG002, B006 - the SDK's signature
    ) -> str:
        return self._token if self._hosts.is_url_host_valid(uri) else ""

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return self._hosts


async def _nothing() -> None:
    """Close a credential that holds nothing open."""


def _entra(credential: ClientSecret | CertificateFile | ManagedIdentity) -> AsyncTokenCredential:
    # imported here because the sandbox never needs it: 0.4 s and 16 MB
    from azure.identity.aio import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential

    if isinstance(credential, ManagedIdentity):
        return ManagedIdentityCredential(client_id=credential.client_id)
    try:
        if isinstance(credential, CertificateFile):
            return CertificateCredential(credential.tenant_id, credential.client_id, str(credential.path))
        return ClientSecretCredential(credential.tenant_id, credential.client_id, credential.value)
    except (OSError, ValueError) as error:
        raise BadInput(what=f"The credential for Microsoft 365 cannot be used: {error}") from error
