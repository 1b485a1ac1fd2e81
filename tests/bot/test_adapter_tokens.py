"""How the bot proves who it is: its identity, and tokens that are there before they are needed."""

from __future__ import annotations

import asyncio

import pytest
from botframework.connector.auth import (
    CertificateServiceClientCredentialsFactory,
    ManagedIdentityServiceClientCredentialsFactory,
    PasswordServiceClientCredentialFactory,
)
from structlog.testing import capture_logs

from bot.adapter import Adapter
from bot.channel_errors import SignInFailed
from bot.identity import BotIdentity, Certificate, ClientSecret, ManagedIdentity, Proof, credentials_of
from bot.signing_keys import CHANNEL_KEYS_URL
from bot.tokens import Tokens
from tests.channel.entra import APP_ID, IDENTITY, Entra


async def test_signing_in_does_not_stop_the_event_loop() -> None:
    tokens, ticks = Tokens(Entra(takes=0.3), APP_ID), 0
    asked = asyncio.create_task(tokens.get("audience"))
    while not asked.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert await asked == "the bot's own token"
    assert ticks > 5


async def test_many_callers_sign_in_once() -> None:
    entra = Entra(takes=0.05)
    tokens = Tokens(entra, APP_ID)
    await asyncio.gather(*(tokens.get("audience") for _ in range(20)))
    assert entra.asked == 1


async def test_a_token_is_renewed_ahead_while_the_old_one_serves() -> None:
    entra, clock = Entra(), [0.0]
    tokens = Tokens(entra, APP_ID, now=lambda: clock[0])
    await tokens.get("audience")
    entra.token, clock[0] = "the next token", 130.0
    assert await tokens.get("audience") == "the bot's own token"
    await tokens.close()
    assert await tokens.get("audience") == "the next token"


async def test_a_refused_sign_in_is_told_and_the_old_token_serves_while_it_may() -> None:
    entra, clock = Entra(), [0.0]
    tokens = Tokens(entra, APP_ID, now=lambda: clock[0])
    await tokens.get("audience")
    entra.refuses, clock[0] = True, 130.0
    with capture_logs() as lines:
        assert await tokens.get("audience") == "the bot's own token"
        await tokens.close()
        clock[0] = 300.0
        with pytest.raises(SignInFailed, match="AADSTS7000215"):
            await tokens.get("audience")
    assert {line["event"] for line in lines} == {"channel.sign_in_failed"}


@pytest.mark.parametrize(
    ("proof", "factory"),
    [
        (ClientSecret("s"), PasswordServiceClientCredentialFactory),
        (Certificate("AA", "key"), CertificateServiceClientCredentialsFactory),
        (ManagedIdentity(), ManagedIdentityServiceClientCredentialsFactory),
    ],
)
def test_every_proof_has_its_credentials(proof: Proof, factory: type[object]) -> None:
    assert isinstance(credentials_of(BotIdentity(APP_ID, "tenant", proof)), factory)


@pytest.mark.parametrize(
    ("app_id", "tenant_id", "proof", "missing"),
    [
        ("", "t", ManagedIdentity(), "app_id"),
        ("a", "", ManagedIdentity(), "tenant_id"),
        ("a", "t", ClientSecret(""), "app password"),
    ],
)
def test_an_incomplete_identity_says_what_is_missing(
    app_id: str, tenant_id: str, proof: Proof, missing: str
) -> None:
    with pytest.raises(ValueError, match=missing):
        BotIdentity(app_id, tenant_id, proof)


def test_secrets_are_not_shown() -> None:
    assert "a secret" not in repr(IDENTITY)


def test_an_identity_and_leave_for_everybody_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="identity"):
        Adapter(IDENTITY, allow_unauthenticated=True)


def test_in_production_the_keys_are_microsofts() -> None:
    assert CHANNEL_KEYS_URL == "https://login.botframework.com/v1/.well-known/openidconfiguration"
