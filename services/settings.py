"""The settings: the only reader of the environment."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from services.domain.errors import BadInput

SANDBOX_TOKEN = "sandbox"  # noqa: S105 - the published token of the local sandbox tenant


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

    tenant_id: str = ""
    app_id: str = ""
    app_secret: SecretStr = SecretStr("")
    app_certificate: Path | None = None
    managed_identity: bool = False
    manifest_app_id: str = ""
    graph_url: str = "https://graph.microsoft.com/v1.0"

    admins: tuple[str, ...] = ()
    fallback_approver: str = ""
    request_days: int = Field(default=14, ge=1, le=90)
    rest_days: int = Field(default=30, ge=0, le=365)

    tenant_port: int = Field(default=3979, ge=0, le=65535)
    playground: bool = True

    @property
    def is_sandbox(self) -> bool:
        """Whether unauthenticated activities of this machine are accepted."""
        return self.mode is Mode.SANDBOX

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(POSTGRESQL):
            raise ValueError("it must begin with postgresql://")
        return url

    def check_production(self) -> None:
        """Pass when production can start. Raises BadInput that names everything that is missing."""
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
        if not self.locations.is_file():
            missing.append(f"SWITCHBOARD_LOCATIONS (the locations file; {self.locations} does not exist)")
        if missing:
            raise BadInput(what="Switchboard cannot start. Missing: " + "; ".join(missing) + ".")


def read_settings(given: dict[str, object]) -> Settings:
    """The settings of the environment, with those of the command line above them.

    Raises BadInput that names each variable that cannot be used.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = [f"SWITCHBOARD_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise BadInput(what="The settings have faults. " + "; ".join(faults) + ".") from error
    except SettingsError as error:
        raise BadInput(what=f"The settings have faults. {error}.") from error
