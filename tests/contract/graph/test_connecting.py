"""How a client comes to be: credentials, the real Graph's address, and what the first turn pays."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)

from services.domain.errors import BadInput, NotPermitted
from services.graph import directory_calls
from services.graph.client import Graph
from services.graph.credentials import (
    Authentication,
    CertificateFile,
    ClientSecret,
    Credential,
    ManagedIdentity,
    StaticToken,
)
from services.graph.directory import GraphDirectory
from services.graph.patience import Patience
from services.graph.transport import make_http_client
from services.sandbox.company import EMPLOYEE
from tests.clock import FakeClock
from tests.contract.graph.conftest import World

REAL = "https://graph.microsoft.com/v1.0"
TENANT = "11111111-2222-3333-4444-555555555555"


class Entra:
    """A credential as azure-identity's are to the SDK: gives tokens, or says why not."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self.scopes: list[str] = []
        self.closed = False

    async def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        if self.token is None:
            raise ClientAuthenticationError("AADSTS700016: Application not found in the directory.")
        return AccessToken(self.token, 4_102_444_800)

    async def close(self) -> None:
        self.closed = True


def connected(world: World, entra: Entra) -> Graph:
    access: Any = AzureIdentityAuthenticationProvider(
        entra,  # type: ignore[arg-type]
        scopes=["https://graph.microsoft.com/.default"],
        allowed_hosts=["127.0.0.1"],
    )
    base = f"{world.address}/v1.0"
    return Graph(
        base, Authentication(access, entra.close), make_http_client(base), world.clock, Patience(total=1)
    )


async def test_a_token_of_entra_opens_the_tenant_and_the_credential_is_closed_at_the_end(
    world: World,
) -> None:
    entra = Entra("sandbox")
    graph = connected(world, entra)

    assert (await GraphDirectory(graph, "app").person(EMPLOYEE.id)).id == EMPLOYEE.id
    await graph.close()

    assert entra.scopes == ["https://graph.microsoft.com/.default"]
    assert entra.closed


async def test_an_application_that_entra_does_not_know_is_not_permitted(world: World) -> None:
    graph = connected(world, Entra(None))
    with pytest.raises(NotPermitted, match="AADSTS700016"):
        await GraphDirectory(graph, "app").person(EMPLOYEE.id)
    await graph.close()
    assert world.road.calls == []


@pytest.mark.parametrize(
    "credential", [ClientSecret(TENANT, TENANT, "s"), ManagedIdentity(TENANT), StaticToken("sandbox")]
)
async def test_only_address_and_credential_differ(credential: Credential) -> None:
    graph = Graph.connect(f"{REAL}/", credential, FakeClock())

    request = directory_calls.add_member(graph.sdk, graph.base_url, "g", "p")
    await graph.close()

    assert request.content == (b'{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/p"}')


@pytest.mark.parametrize("credential", [ClientSecret(TENANT, TENANT, "s"), ManagedIdentity(TENANT)])
def test_a_credential_of_entra_does_not_travel_in_the_clear(credential: Credential) -> None:
    with pytest.raises(BadInput, match="only reached over https"):
        Graph.connect("http://graph.microsoft.com/v1.0", credential, FakeClock())


def test_a_certificate_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.pem", tmp_path / "broken.pem"):
        if path.name == "broken.pem":
            path.write_text("no certificate")
        with pytest.raises(BadInput, match="cannot be used"):
            Graph.connect(REAL, CertificateFile(TENANT, TENANT, path), FakeClock())


def test_a_secret_does_not_show_when_printed() -> None:
    assert "hush" not in repr(ClientSecret(TENANT, TENANT, "hush"))
    assert "hush" not in repr(StaticToken("hush"))


def test_the_first_turn_imports_nothing_of_the_sdk() -> None:
    """Each import would stop the event loop, some for a tenth of a second, the user's model for three."""
    script = Path(__file__).with_name("first_turn.py")
    run = subprocess.run(
        [sys.executable, str(script)],
        cwd=Path(__file__).parents[3],
        env={"PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["answered", "late: []", "models: []"]
