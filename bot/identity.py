"""Who the bot is to Microsoft: its app registration and how it proves to be that app."""

from __future__ import annotations

from dataclasses import dataclass, field

from botframework.connector.auth import (
    CertificateServiceClientCredentialsFactory,
    ManagedIdentityServiceClientCredentialsFactory,
    PasswordServiceClientCredentialFactory,
    ServiceClientCredentialsFactory,
)


@dataclass(frozen=True)
class ClientSecret:
    """A secret of the app registration."""

    value: str = field(repr=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate of the app registration: SHA-1 thumbprint in hex, private key in PEM."""

    thumbprint: str
    private_key: str = field(repr=False)


@dataclass(frozen=True)
class ManagedIdentity:
    """A user-assigned managed identity of the machine the bot runs on; there is nothing to keep secret."""


Proof = ClientSecret | Certificate | ManagedIdentity


@dataclass(frozen=True)
class BotIdentity:
    """A single-tenant app, or a user-assigned managed identity; Microsoft makes no other new bots.

    Source: platform documentation, Azure Bot Service quickstart.
    """

    app_id: str
    tenant_id: str
    proof: Proof

    def __post_init__(self) -> None:
        missing = [name for name in ("app_id", "tenant_id") if not getattr(self, name)]
        if isinstance(self.proof, ClientSecret) and not self.proof.value:
            missing.append("app password")
        if missing:
            raise ValueError(f"The bot's identity lacks {' and '.join(missing)}.")


def credentials_of(identity: BotIdentity | None) -> ServiceClientCredentialsFactory:
    """Return the SDK's credentials for an identity; for none, those of a bot that checks nobody."""
    if identity is None:
        return PasswordServiceClientCredentialFactory(app_id="", password="")
    proof = identity.proof
    if isinstance(proof, ManagedIdentity):
        return ManagedIdentityServiceClientCredentialsFactory(identity.app_id)
    if isinstance(proof, Certificate):
        return CertificateServiceClientCredentialsFactory(
            proof.thumbprint, proof.private_key, identity.app_id, identity.tenant_id
        )
    return PasswordServiceClientCredentialFactory(identity.app_id, proof.value, identity.tenant_id)
