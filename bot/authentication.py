"""Who may speak to the bot: the SDK's own checks of the channel's token, and what they leave open."""

from __future__ import annotations

from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConstants,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
    ServiceClientCredentialsFactory,
)
from typing_extensions import override

from bot.connectors import Connectors
from bot.service_url import ForeignServiceUrl, ServiceUrlRule
from bot.signing_keys import KeysUnavailable


class Unauthenticated(Exception):
    """The request does not prove that it comes from the channel (401)."""


class Forbidden(Exception):
    """The request is not one this bot takes (403)."""


class Authentication(BotFrameworkAuthentication):
    """The SDK's authentication, with the cached connectors, and strict about where answers go."""

    def __init__(
        self, credentials: ServiceClientCredentialsFactory, connectors: Connectors, rule: ServiceUrlRule
    ) -> None:
        self._sdk = BotFrameworkAuthenticationFactory.create(credential_factory=credentials)
        self._credentials = credentials
        self._connectors = connectors
        self._rule = rule

    @override
    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        """Return who sent the activity. Raises Unauthenticated, Forbidden or KeysUnavailable."""
        open_to_all = await self._credentials.is_authentication_disabled()
        if open_to_all and auth_header:
            raise Unauthenticated("This bot has no credentials to check a token with: send none.")
        try:
            result = await self._sdk.authenticate_request(activity, auth_header)
        except KeysUnavailable:
            raise
        except Exception as error:  # the SDK raises bare Exception, KeyError and jwt's errors for bad tokens
            raise Unauthenticated(str(error) or type(error).__name__) from error
        if not open_to_all:
            _check_issuer(result.claims_identity)
        try:
            self._rule.base(activity.service_url)
        except ForeignServiceUrl as error:
            raise Forbidden(str(error)) from error
        result.connector_factory = self._connectors
        return result

    @override
    async def authenticate_streaming_request(
        self, auth_header: str, channel_id_header: str
    ) -> AuthenticateRequestResult:
        """Refuse: activities come over HTTP alone."""
        raise Forbidden("Activities are taken over HTTP only.")

    @override
    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        """Return the cached connectors, whoever asks."""
        return self._connectors

    @override
    async def create_user_token_client(  # type: ignore[override]
        self, claims_identity: ClaimsIdentity
    ) -> None:
        """Return nothing: this bot signs nobody in, and the stock client costs as much as the whole turn."""

    @override
    def get_originating_audience(self) -> str:
        """Return the audience of the bot's own tokens."""
        return str(self._sdk.get_originating_audience())


def _check_issuer(identity: ClaimsIdentity) -> None:
    """Take tokens of the channel alone.

    The SDK also takes tokens that the app itself could get (for the desktop emulator), and then does not
    compare the service URL with the token's.
    """
    if identity.get_claim_value("iss") != AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER:
        raise Forbidden("The token was not issued by the channel.")
