"""Entra's sign-in of the bot, for tests of the adapter with an identity."""

from __future__ import annotations

import time

from botframework.connector.auth import AppCredentials, ServiceClientCredentialsFactory

from bot.identity import BotIdentity, ClientSecret

APP_ID = "11111111-2222-3333-4444-555555555555"
IDENTITY = BotIdentity(APP_ID, "tenant", ClientSecret("a secret"))


class Entra(ServiceClientCredentialsFactory):
    """Signs the bot in as MSAL does: in its own time, on the thread that asks."""

    def __init__(self, takes: float = 0.0) -> None:
        self.takes = takes
        self.asked = 0
        self.audiences: list[str] = []
        self.refuses = False
        self.token = "the bot's own token"

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id == APP_ID

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> AppCredentials:
        entra = self
        self.audiences.append(oauth_scope)

        class Credentials(AppCredentials):
            def get_access_token(self, force_refresh: bool = False) -> str:
                entra.asked += 1
                time.sleep(entra.takes)
                if entra.refuses:
                    raise PermissionError("AADSTS7000215: Invalid client secret provided.")
                return entra.token

        return Credentials(app_id, "tenant", oauth_scope)
