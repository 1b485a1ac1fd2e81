"""Sends, updates and deletes messages, and opens conversations: the lean way past the SDK's models."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson

from bot.channel_errors import ChannelUnavailable, error_of
from bot.lanes import Lanes
from bot.outbound_json import Reference, addressed
from bot.service_url import ServiceUrlRule
from bot.transport import Transport


class Outbound:
    """The bot's pen. Every method raises ChannelError (see bot.channel_errors) when the channel refuses.

    Activities are plain JSON objects with the names of the wire (`attachments`, `textFormat`, ...); type,
    sender and conversation are filled in from the reference where they are missing. A card in an attachment
    may be a dict or an `orjson.Fragment`.

    Everything goes through the lane of its conversation: in the order of the calls, and never more often than
    Teams allows. Teams names no limit for updates and deletes; here they count as sends do.
    """

    def __init__(self, transport: Transport, rule: ServiceUrlRule, lanes: Lanes) -> None:
        self._transport = transport
        self._rule = rule
        self._lanes = lanes

    async def send(self, reference: Reference, activity: Mapping[str, Any], *, reply_to: str = "") -> str:
        """Send a message and return its id, which `update` and `delete` take. Raises also Unreachable."""
        url = self._activities(reference)
        if reply_to:
            url = f"{url}/{_segment(reply_to)}"
        wire = addressed(dict(activity), reference)
        if reply_to:
            wire["replyToId"] = reply_to
        return str((await self._call("POST", url, wire, reference["conversation_id"])).get("id") or "")

    async def update(self, reference: Reference, activity_id: str, activity: Mapping[str, Any]) -> None:
        """Replace a message. Raises also MessageGone when it does not exist any more."""
        url = f"{self._activities(reference)}/{_segment(activity_id)}"
        wire = {**addressed(dict(activity), reference), "id": activity_id}
        await self._call("PUT", url, wire, reference["conversation_id"], to_message=True)

    async def delete(self, reference: Reference, activity_id: str) -> None:
        """Delete a message. Raises also MessageGone."""
        url = f"{self._activities(reference)}/{_segment(activity_id)}"
        await self._call("DELETE", url, None, reference["conversation_id"], to_message=True)

    async def create_conversation(
        self, service_url: str, tenant_id: str, member_id: str, *, bot_id: str
    ) -> str:
        """Return the id of the personal conversation with a member, opened if need be.

        `member_id` is the Teams id (`29:...`) or the Entra object id of a person for whom the app is
        installed, `bot_id` the bot's (`28:<app id>`). Raises also Unreachable.
        """
        answer = await self._call(
            "POST",
            f"{self._rule.base(service_url)}/v3/conversations",
            {
                "isGroup": False,
                "bot": {"id": bot_id},
                "members": [{"id": member_id}],
                "tenantId": tenant_id,
                "channelData": {"tenant": {"id": tenant_id}},
            },
            f"with {member_id}",  # the conversation has no id yet, and creating has limits of its own
        )
        conversation_id = answer.get("id")
        if not conversation_id:
            raise ChannelUnavailable("The channel opened a conversation without saying which.")
        return str(conversation_id)

    def _activities(self, reference: Reference) -> str:
        base = self._rule.base(reference["service_url"])
        return f"{base}/v3/conversations/{_segment(reference['conversation_id'])}/activities"

    async def _call(
        self,
        method: str,
        url: str,
        wire: Mapping[str, Any] | None,
        conversation_id: str,
        *,
        to_message: bool = False,
    ) -> dict[str, Any]:
        body = None if wire is None else orjson.dumps(wire)
        async with self._lanes.of(conversation_id) as lane:
            answer = await self._transport.request(method, url, body, lane=lane)
        if answer.status >= 300:
            error = error_of(answer.status, answer.body, to_message=to_message)
            if isinstance(error, ChannelUnavailable):
                error.retry_after = answer.retry_after
            raise error
        if not answer.body:
            return {}
        try:
            told = orjson.loads(answer.body)
        except orjson.JSONDecodeError as error:
            raise ChannelUnavailable("The channel's answer is not JSON.", status=answer.status) from error
        return told if isinstance(told, dict) else {}


@lru_cache(maxsize=4096)
def _segment(identifier: str) -> str:
    """Percent-encode an id for a path; ids such as `a:1x` hold reserved characters, and dots alone climb."""
    encoded = quote(identifier, safe="")
    return encoded if encoded.strip(".") else encoded.replace(".", "%2E")
