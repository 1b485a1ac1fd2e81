"""The settings: the only reader of the environment."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.domain.errors import BadInput

SANDBOX_TOKEN = "sandbox"  # noqa: S105 - the published token of the local sandbox tenant
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SUCH_AS = "01234567-89ab-4cde-8f01-23456789abcd"


def _guid(text: str) -> str:
    if not _GUID.fullmatch(text.strip()):
        raise PydanticCustomError("guid", f"a GUID is needed, such as {_SUCH_AS}")
    return text.strip()


def _listed(value: object) -> object:
    try:
        ids = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        ids = None
    if not isinstance(ids, list | tuple) or not all(isinstance(one, str) for one in ids):
        raise PydanticCustomError("guids", f'a JSON list of object ids is needed, such as ["{_SUCH_AS}"]')
    return ids


Guid = Annotated[str, AfterValidator(lambda text: text and _guid(text))]
"""An id that Entra or Teams gave, or nothing."""

Guids = Annotated[tuple[Annotated[str, AfterValidator(_guid)], ...], NoDecode, BeforeValidator(_listed)]


POSTGRESQL = ("postgresql://", "postgres://")


class Mode(StrEnum):
    """Where the product runs."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


class Settings(BaseSettings):
    """Every setting, from ``SWITCHBOARD_...`` variables; the command line overrides some."""

    model_config = SettingsConfigDict(env_prefix="SWITCHBOARD_", extra="ignore", env_ignore_empty=True)

    mode: Mode = Mode.PRODUCTION
    host: str = "0.0.0.0"  # noqa: S104 - production listens behind a proxy; the sandbox overrides it
    port: int = Field(default=3978, ge=0, le=65535)
    data: Path = Path("data")
    database_url: SecretStr = SecretStr("")
    provisioning_starts: int = Field(default=50, ge=1, le=1000)
    locations: Path = Path("locations.yaml")
    personas: Path = Path("personas.yaml")
    approvals: Path | None = None

    tenant_id: Guid = ""
    app_id: Guid = ""
    app_secret: SecretStr = SecretStr("")
    app_certificate: Path | None = None
    managed_identity: bool = False
    manifest_app_id: Guid = ""
    graph_url: str = "https://graph.microsoft.com/v1.0"

    admins: Guids = ()
    fallback_approver: Guid = ""
    request_days: int = Field(default=14, ge=1, le=90)
    write_attributes: bool = False
    rest_days: int = Field(default=30, ge=0, le=365)

    tenant_port: int = Field(default=3979, ge=0, le=65535)
    playground: bool = True

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, object]) -> dict[str, object]:
        """What shows nothing but spaces is not set."""
        return {name: value for name, value in given.items() if not isinstance(value, str) or value.strip()}

    @property
    def is_sandbox(self) -> bool:
        """Whether unauthenticated activities of this machine are accepted."""
        return self.mode is Mode.SANDBOX

    @property
    def approvals_file(self) -> Path:
        """The file of the approval rules: beside the catalogue, unless it is set. It need not be there."""
        return self.approvals or self.personas.with_name("approvals.yaml")

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(POSTGRESQL):
            raise PydanticCustomError("url", "it must begin with postgresql://")
        return url

    def check_production(self) -> None:
        """Pass when production can start. Raises BadInput that names everything that is missing."""
        missing = self._missing_for_graph()
        if not self.locations.is_file():
            missing.append(f"SWITCHBOARD_LOCATIONS (the locations file; {self.locations} does not exist)")
        if self.approvals is not None and not self.approvals.is_file():
            missing.append(f"SWITCHBOARD_APPROVALS (the approvals file; {self.approvals} does not exist)")
        if missing:
            raise BadInput(what="Switchboard cannot start. Missing: " + "; ".join(missing) + ".")

    def check_graph(self) -> None:
        """Pass when Microsoft 365 can be asked. Raises BadInput that names everything that is missing."""
        missing = [] if self.is_sandbox else self._missing_for_graph()
        if missing:
            raise BadInput(what="Microsoft 365 cannot be asked. Missing: " + "; ".join(missing) + ".")

    def _missing_for_graph(self) -> list[str]:
        missing = []
        if not self.tenant_id:
            missing.append("SWITCHBOARD_TENANT_ID (the Entra tenant)")
        if not self.app_id:
            missing.append("SWITCHBOARD_APP_ID (the bot's app registration)")
        if not (self.app_secret.get_secret_value() or self.app_certificate or self.managed_identity):
            missing.append(
                "a credential: SWITCHBOARD_APP_SECRET, SWITCHBOARD_APP_CERTIFICATE or "
                "SWITCHBOARD_MANAGED_IDENTITY=true"
            )
        return missing


def read_settings(given: dict[str, object]) -> Settings:
    """The settings of the environment, with those of the command line above them.

    Raises BadInput that names each variable that cannot be used.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = [f"SWITCHBOARD_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise BadInput(what="The settings have faults. " + "; ".join(faults) + ".") from error
