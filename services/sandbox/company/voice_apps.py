"""Call queues and auto attendants. Teams has no Graph API for them; the state shows them."""

from __future__ import annotations

from services.sandbox.company.cast import OWNERS, person_id
from services.sandbox.company.groups import group_id
from services.sandbox.company.ids import id_of
from services.sandbox.company.numbers import VOICE_APPS
from services.sandbox.records import Json, VoiceApp

_NUMBERS = {name: f"+{digits}" for digits, name in VOICE_APPS.items()}
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def _account(name: str) -> Json:
    return {"resourceAccountId": id_of("resource account", name), "telephoneNumber": _NUMBERS[name]}


def _queue(city: str) -> VoiceApp:
    name = f"{city} HR"
    settings: Json = {
        "language": "en-GB",
        "routingMethod": "Attendant",
        "conferenceMode": True,
        "presenceBasedRouting": True,
        "allowOptOut": True,
        "agentAlertTime": 30,
        "users": [],
        "agentGroups": [group_id(f"Prov_Teams_Phone_{city}_HR")],
        "overflowThreshold": 50,
        "overflowAction": "Disconnect",
        "timeoutThreshold": 1200,
        "timeoutAction": "Disconnect",
        "noAgentAction": "Queue",
        "welcomeText": f"Welcome to {city} HR.",
        "musicOnHold": "default",
    }
    owners = [person_id(owner) for owner in OWNERS[name]]
    return VoiceApp(
        id=id_of("queue", name),
        kind="queue",
        name=name,
        authorized_users=owners,
        settings=settings | _account(name),
    )


def _attendant(city: str) -> VoiceApp:
    name = f"{city} Reception"
    settings: Json = {
        "language": "en-GB",
        "timeZone": "GMT Standard Time",
        "greeting": f"Thank you for calling our {city} office.",
        "afterHoursGreeting": "We are closed now. Please call again during office hours.",
        "businessHours": [{"day": day, "start": "09:00", "end": "17:30"} for day in _WEEK],
        "holidays": [{"name": "Christmas Day", "start": "2026-12-25T00:00", "end": "2026-12-26T00:00"}],
        "businessHoursTarget": id_of("queue", f"{city} HR"),
    }
    owners = [person_id(owner) for owner in OWNERS[f"{city} HR"]]
    return VoiceApp(
        id=id_of("attendant", name),
        kind="attendant",
        name=name,
        authorized_users=owners,
        settings=settings | _account(name),
    )


def make_voice_apps() -> list[VoiceApp]:
    """Return the queues and the attendants."""
    return [make(city) for make in (_queue, _attendant) for city in ("Manchester", "London")]
