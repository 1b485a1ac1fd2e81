"""From an activity to a conversation and back; no rules here."""

from __future__ import annotations

from typing import Any

import structlog
from botbuilder.core import Bot, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes

from bot.actor import actor_of, is_personal, place_of
from bot.http_replies import Refusal
from bot.messenger import CARD
from bot.replies import UNEXPECTED, Job, Replies
from bot.verbs import TABLE, entry_of, is_automatic
from cards.verbs import Verb
from dialogs import home, requests
from dialogs.context import Desk
from dialogs.understand import understand
from services.domain.errors import BadInput, Refused, SwitchboardError
from services.domain.person import Actor
from services.ports import Place

log = structlog.get_logger()

CARD_ACTION = "adaptiveCard/action"
KNOWN_TYPES = {
    value for name, value in vars(ActivityTypes).items() if isinstance(value, str) and name[0] != "_"
}


class Handler(Bot):
    """Takes every activity that the adapter has let in."""

    def __init__(self, desk: Desk, replies: Replies, tenant_id: str) -> None:
        self._desk = desk
        self._replies = replies
        self._tenant_id = tenant_id

    async def on_turn(self, context: TurnContext) -> None:
        """Answer one activity. Raises Refusal for what is not to be answered in chat."""
        activity = context.activity
        actor = actor_of(activity, self._tenant_id)
        place = place_of(activity, actor)
        match activity.type:
            case ActivityTypes.message:
                _check_personal(activity)
                await self._replies.seen(place)
                await self._message(activity, actor, place)
            case ActivityTypes.invoke:
                _check_personal(activity)
                await self._replies.seen(place)
                body = await self._invoke(activity, actor, place)
                response = InvokeResponse(status=200, body=body)
                await context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))
            case ActivityTypes.installation_update | ActivityTypes.conversation_update:
                await self._arrival(activity, actor, place)
            case known if known in KNOWN_TYPES:
                log.info("activity_ignored", type=known)
            case _:
                raise Refusal(400, "UnknownActivityType", "Switchboard does not know this type of activity.")

    async def _message(self, activity: Activity, actor: Actor, place: Place) -> None:
        if activity.value is not None and not activity.text:
            await self._replies.send(place, activity.id, home.unknown_button())
            return
        meaning = understand(activity.text or "")
        log.info("message", verb=meaning.verb, characters=len(activity.text or ""))
        if meaning.verb is None:
            await self._replies.send(place, activity.id, home.not_understood(meaning.choices))
            return
        if meaning.ref:
            by_ref = requests.cancel_by_ref if meaning.verb is Verb.CANCEL else requests.show_by_ref
            named = by_ref(self._desk, actor, meaning.ref)
            await self._replies.to_message(place, activity.id, named, again=None)
            return
        entry = TABLE[meaning.verb]
        job = entry.run(self._desk, actor, entry.payload())
        await self._replies.to_message(
            place, activity.id, job, again=(meaning.verb, {}), slow=entry.asks_tenant
        )

    async def _invoke(self, activity: Activity, actor: Actor, place: Place) -> dict[str, Any]:
        if activity.name != CARD_ACTION:
            raise Refusal(501, "NotImplemented", "Switchboard does not take this kind of invoke.")
        try:
            entry, payload = entry_of(activity.value)
        except BadInput as error:
            log.warning("card_refused", words=error.sentence)
            return not_done(400, error)
        action = activity.value["action"]
        log.info("card_action", verb=action["verb"])
        message_id = activity.reply_to_id or ""
        job = entry.run(self._desk, actor, payload)
        if is_automatic(activity.value):
            return await self._refresh(place, message_id, job)
        try:
            card = await self._replies.to_invoke(
                place,
                message_id,
                job,
                again=(Verb(action["verb"]), payload.model_dump(exclude_defaults=True)),
                slow=entry.asks_tenant,
            )
        except Refused as error:
            log.warning("card_refused", words=error.sentence, error=error.code)
            return not_done(400, error)
        return shown(card)

    async def _refresh(self, place: Place, message_id: str, job: Job) -> dict[str, Any]:
        """The current card, or an error: never a card that says so in the place of the one that is there."""
        try:
            return shown(await self._replies.to_refresh(place, message_id, job))
        except Refused as error:
            log.warning("card_refused", words=error.sentence, error=error.code)
            return not_done(400, error)
        except SwitchboardError as error:
            log.warning("card_not_refreshed", words=error.sentence, error=error.code)
            return not_done(503, error)
        except Exception:
            log.exception("card_not_refreshed")
            return failed(500, "InternalError", UNEXPECTED)

    async def _arrival(self, activity: Activity, actor: Actor, place: Place) -> None:
        """Welcome somebody who has just got the app; take note of somebody who has removed it."""
        if not is_personal(activity):
            return
        if activity.type == ActivityTypes.installation_update and activity.action != "add":
            if activity.action == "remove":
                await self._replies.left(place)
            return  # an upgrade of the app is no arrival
        if activity.type == ActivityTypes.conversation_update and not activity.members_added:
            return
        if await self._replies.arrived(place):
            await self._replies.to_message(place, "", home.welcome(self._desk, actor), again=(Verb.MENU, {}))


def shown(card: dict[str, Any]) -> dict[str, Any]:
    """The invoke's answer that takes the card's place."""
    return {"statusCode": 200, "type": CARD, "value": card}


def not_done(status: int, error: SwitchboardError) -> dict[str, Any]:
    """The invoke's answer when nothing was done, so that the client keeps the card and what was entered."""
    return failed(status, error.code, error.sentence)


def failed(status: int, code: str, sentence: str) -> dict[str, Any]:
    """The same for what has no error of ours."""
    value = {"code": code, "message": sentence}
    return {"statusCode": status, "type": "application/vnd.microsoft.error", "value": value}


def _check_personal(activity: Activity) -> None:
    """Cards hold purposes and numbers, which are nobody else's business. Raises Refusal."""
    if not is_personal(activity):
        raise Refusal(400, "NotPersonal", "Switchboard works in a personal chat only.")
