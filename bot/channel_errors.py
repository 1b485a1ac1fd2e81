"""What can go wrong between the bot and the channel, in words the rest of the project can act on."""

from __future__ import annotations

from typing import Any

import orjson

_UNREACHABLE = {
    "BotNotRegistered",
    "BotNotInConversationRoster",
    "ConversationBlockedByUser",
    "BotDisabledByAdmin",
    "MessageWritesBlocked",
    "ConversationNotFound",
}


class ChannelError(Exception):
    """The channel did not do what was asked.

    `status` is the HTTP status (0 when there was no answer), `code` the channel's own word for the reason.
    """

    def __init__(self, message: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Unreachable(ChannelError):
    """The person cannot be reached in this conversation until something changes on their side.

    `code` is one of BotNotRegistered, BotNotInConversationRoster, ConversationBlockedByUser,
    BotDisabledByAdmin, MessageWritesBlocked, ConversationNotFound.
    """


class MessageGone(ChannelError):
    """The message to change does not exist any more: send a new one."""


class TooLarge(ChannelError):
    """The message is larger than the channel takes (about 100 KB)."""


class ChannelUnavailable(ChannelError):
    """The channel is busy or out of order, also after several tries. Try again later.

    `retry_after` is what the channel asked for, in seconds, if it said so.
    """

    def __init__(
        self, message: str, *, status: int = 0, code: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message, status=status, code=code)
        self.retry_after = retry_after


class SignInFailed(ChannelUnavailable):
    """Entra gives the bot no token to speak to the channel with."""


class ChannelRefused(ChannelError):
    """The channel refuses the request for a reason that trying again does not change."""


def error_of(status: int, body: bytes, *, to_message: bool) -> ChannelError:
    """Return the error for an answer of the channel that is no success.

    `to_message` says that the request named an existing message (update or delete): there a 404 means that
    the message is gone, unless the channel says that the whole conversation is.
    Source: platform documentation, "Status codes from bot conversational APIs".
    """
    code, message = _reason(body)
    text = f"The channel answered {status} {code}: {message}".rstrip(": ")
    if status in {401, 403, 404} and code in _UNREACHABLE:
        return Unreachable(text, status=status, code=code)
    if status == 404:
        kind = MessageGone if to_message else Unreachable
        return kind(text, status=status, code=code or "ConversationNotFound")
    if status == 413:
        return TooLarge(text, status=status, code=code)
    if status >= 500 or status in {408, 412, 429}:
        return ChannelUnavailable(text, status=status, code=code)
    return ChannelRefused(text, status=status, code=code)


def _reason(body: bytes) -> tuple[str, str]:
    """Return code and message of an error body; the sub code counts more, where it names a known reason."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "", ""
    error = _object(_object(answer).get("error"))
    code = str(error.get("code") or "")
    for place in (error, _object(error.get("innerHttpError")), _object(answer)):
        sub_code = place.get("subCode")
        if sub_code in _UNREACHABLE:
            code = str(sub_code)
    return code, str(error.get("message") or "")


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
