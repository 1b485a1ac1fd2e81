"""Which adapters the settings ask for. One of the few files that name them (see ``wiring.py``)."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from uuid import uuid4

from bot.certificate import read_certificate
from bot.identity import BotIdentity, Certificate, ClientSecret, ManagedIdentity
from services.clock import SystemClock
from services.domain.errors import BadInput
from services.graph import credentials
from services.ports import Clock, Records, SendBudget
from services.provisioning.durable import Checkpoints
from services.send_budget import LocalSendBudget
from services.settings import SANDBOX_TOKEN, Settings
from services.storage.embedded import AUDIT_FILE, EmbeddedRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Everything that is kept. ``is_shared`` says that other replicas keep theirs there too."""

    records: Records
    budget: SendBudget
    checkpoints: Checkpoints
    is_shared: bool


def replica_id() -> str:
    """A name for this process that no other has or had: a new start is a new replica."""
    return f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"


def database_of(settings: Settings) -> str:
    """The address of the shared database; empty where the records are in the data folder."""
    return settings.database_url.get_secret_value()


async def open_stores(settings: Settings, clock: Clock, replica: str) -> Stores:
    """Open what the settings name. Raises StoreError."""
    url = database_of(settings)
    if not url:
        return Stores(
            records=await EmbeddedRecords.open(settings.data, clock),
            budget=LocalSendBudget(),
            checkpoints=Checkpoints.in_folder(settings.data),
            is_shared=False,
        )
    from services.storage.postgres import PostgresRecords  # its libraries are many, and not always needed

    records = await PostgresRecords.open(url, replica)
    return Stores(
        records=records,
        budget=records.send_budget(),
        checkpoints=Checkpoints(url=url, replica=replica, starts=settings.provisioning_starts),
        is_shared=True,
    )


async def open_kept_records(settings: Settings, replica: str) -> Records:
    """The records for a command that reads them. Raises BadInput where there are none yet, and StoreError."""
    is_folder = not database_of(settings)
    if is_folder and not await asyncio.to_thread((settings.data / AUDIT_FILE).is_file):
        raise BadInput(what=f"There are no records in {settings.data}.")
    return (await open_stores(settings, SystemClock(), replica)).records


def credential_of(settings: Settings) -> credentials.Credential:
    """What proves Switchboard to Graph: the same app registration as the bot's."""
    if settings.is_sandbox:
        return credentials.StaticToken(SANDBOX_TOKEN)
    if settings.managed_identity:
        return credentials.ManagedIdentity(settings.app_id)
    if settings.app_certificate is not None:
        return credentials.CertificateFile(settings.tenant_id, settings.app_id, settings.app_certificate)
    return credentials.ClientSecret(
        settings.tenant_id, settings.app_id, settings.app_secret.get_secret_value()
    )


def identity_of(settings: Settings) -> BotIdentity | None:
    """Who the bot is to Teams; nobody in the sandbox."""
    if settings.is_sandbox:
        return None
    return BotIdentity(app_id=settings.app_id, tenant_id=settings.tenant_id, proof=_proof(settings))


def _proof(settings: Settings) -> ClientSecret | Certificate | ManagedIdentity:
    if settings.managed_identity:
        return ManagedIdentity()
    if settings.app_certificate is not None:
        return read_certificate(settings.app_certificate)
    return ClientSecret(settings.app_secret.get_secret_value())
