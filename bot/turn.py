"""A turn of botbuilder without the copies."""

from __future__ import annotations

from copy import copy

from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ActivityTypes, DeliveryModes, ResourceResponse


class Turn(TurnContext):
    """Sends as its base class does, but does not deep-copy every card on its way out.

    The activity given is not changed; its attachments are shared with the one that is sent.
    """

    async def send_activities(self, activities: list[Activity]) -> list[ResourceResponse]:
        """Address the activities to where the received one came from, and send them."""
        intercepted = bool(self._on_send_activities)
        if intercepted or self.activity.delivery_mode == DeliveryModes.expect_replies:
            answers: list[ResourceResponse] = await super().send_activities(activities)
            return answers
        sent: list[ResourceResponse] = await self.adapter.send_activities(
            self, [self._addressed(activity) for activity in activities]
        )
        if any(activity.type != ActivityTypes.trace for activity in activities):
            self.responded = True
        return sent

    def _addressed(self, activity: Activity) -> Activity:
        received = self.activity
        addressed = copy(activity)
        addressed.type = activity.type or ActivityTypes.message
        addressed.id = None  # type: ignore[assignment]  # the channel gives it
        addressed.input_hint = activity.input_hint or "acceptingInput"
        addressed.channel_id = received.channel_id
        addressed.locale = received.locale
        addressed.service_url = received.service_url
        addressed.conversation = received.conversation
        addressed.from_property = received.recipient
        addressed.recipient = received.from_property
        if received.type != ActivityTypes.conversation_update and received.id:
            addressed.reply_to_id = received.id
        return addressed
