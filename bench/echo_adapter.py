"""The adapter alone: answers every message with a card of about 2.5 KB, and every invoke with the same card.

Usage: python bench/echo_adapter.py PORT
"""

from __future__ import annotations

import sys
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import Activity, Attachment

from bench.unpaced import unpaced
from bot.adapter import Adapter

CARD_TYPE = "application/vnd.microsoft.card.adaptive"


def menu_card() -> dict[str, Any]:
    """Return a card as large as the bot's menu: a heading, a few facts, six buttons."""
    buttons = [
        {
            "type": "Action.Execute",
            "title": f"Button number {n}",
            "verb": f"verb{n}",
            "data": {"request": f"SB-{n:06}", "version": n},
            "tooltip": "What happens when you press this",
        }
        for n in range(6)
    ]
    text = "A line of text that explains what this part of the card is about."
    blocks = [{"type": "TextBlock", "text": text, "wrap": True, "spacing": "Small"} for _ in range(11)]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": [{"type": "TextBlock", "style": "heading", "text": "Menu", "wrap": True}, *blocks],
        "actions": buttons,
    }


class CardBot(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        card = Attachment(content_type=CARD_TYPE, content=menu_card())
        await turn_context.send_activity(Activity(type="message", attachments=[card]))

    async def on_invoke_activity(self, _turn_context: TurnContext) -> InvokeResponse:
        return InvokeResponse(status=200, body={"statusCode": 200, "type": CARD_TYPE, "value": menu_card()})


def application() -> web.Application:
    adapter, bot = Adapter(None, allow_unauthenticated=True, budget=unpaced()), CardBot()

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    async def close(_app: web.Application) -> None:
        await adapter.close()

    app = web.Application()
    app.on_cleanup.append(close)
    app.router.add_post("/api/messages", messages)
    return app


def main() -> None:
    web.run_app(application(), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)


if __name__ == "__main__":
    main()
