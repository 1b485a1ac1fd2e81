"""Messages as a person sees them, and the bot's replies to what a person presses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.channel import cards


@dataclass(frozen=True)
class Message:
    """One message of the bot as it was at one moment; a change of it makes a new one with the same id."""

    id: str
    conversation_id: str
    activity: dict[str, Any]
    changes: int = 0

    @property
    def card(self) -> dict[str, Any]:
        """The Adaptive Card, empty when the message is plain text."""
        for attachment in self.activity.get("attachments") or []:
            if attachment.get("contentType") == cards.CARD_TYPE:
                card: dict[str, Any] = attachment["content"]
                return card
        return {}

    @property
    def texts(self) -> list[str]:
        """Everything that can be read, from top to bottom."""
        text = self.activity.get("text")
        return ([str(text)] if text else []) + cards.texts(self.card)

    @property
    def text(self) -> str:
        """Everything that can be read, in one string, a line each."""
        return "\n".join(self.texts)

    @property
    def buttons(self) -> list[str]:
        """The titles of the buttons that can be pressed."""
        return [str(at.element.get("title", "")) for at in cards.buttons(self.card)]

    @property
    def inputs(self) -> dict[str, dict[str, Any]]:
        """The inputs by id."""
        return {at.element["id"]: at.element for at in cards.inputs(self.card)}

    def with_card(self, card: dict[str, Any]) -> Message:
        """The message after a card took the place of the one it had."""
        attachment = {"contentType": cards.CARD_TYPE, "content": card}
        return self.with_activity({**self.activity, "attachments": [attachment]})

    def with_activity(self, activity: dict[str, Any]) -> Message:
        """The message after an update."""
        return Message(self.id, self.conversation_id, activity, self.changes + 1)


@dataclass(frozen=True)
class InvokeReply:
    """The HTTP reply of the bot: its status, and its body where it is JSON."""

    status: int
    body: Any

    @property
    def type(self) -> str:
        """What the reply of an Action.Execute is: a card, a message or an error."""
        return str(self.body.get("type", "")) if isinstance(self.body, dict) else ""

    @property
    def card(self) -> dict[str, Any]:
        """The card that takes the old one's place, empty if there is none."""
        return self.body["value"] if self.type == cards.CARD_TYPE else {}

    @property
    def message(self) -> str:
        """The short text that Teams shows for a moment, empty if there is none."""
        return self.body["value"] if self.type == "application/vnd.microsoft.activity.message" else ""

    @property
    def error(self) -> str:
        """The sentence of an error, empty if there is none."""
        if self.type == "application/vnd.microsoft.error":
            return str(self.body["value"]["message"])
        if isinstance(self.body, dict) and isinstance(self.body.get("error"), dict):
            return str(self.body["error"]["message"])
        return ""
