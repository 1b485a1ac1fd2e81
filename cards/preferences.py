"""An approver's own settings: who stands in for them, and how they are reminded."""

from __future__ import annotations

from datetime import date
from typing import Any

from cards.deeds import LONGEST_NAME, NAME_OR_ADDRESS
from cards.elements import Card, Part
from cards.inputs import InputDate, InputText, InputToggle
from cards.parts import banner, button, finished, heading, line, plain, run, said
from cards.verbs import Verb
from cards.words import BUTTONS, readable
from services.domain.preferences import ApproverPreferences

SENTENCE = 400


def preferences_card(preferences: ApproverPreferences, problem: str = "", notice: str = "") -> Card:
    """The settings as they are, or as they were entered with ``problem`` saying what to correct.

    ``notice`` is a sentence about what was just saved.
    """
    title = BUTTONS[Verb.PREFERENCES]
    body: list[Part] = [heading(title)]
    if notice:
        body.append(banner("emphasis", line("ℹ ", run(readable(notice), SENTENCE))))
    if problem:
        words = run(readable(problem), SENTENCE)
        body.append(banner("attention", line(said("⚠ Please correct: ", weight="bolder"), words)))
    body.append(line("A deputy is asked in your place while you are away, and decides for you."))
    body += [_deputy(preferences), *_days(preferences), _digest(preferences)]
    save = button(Verb.PREFERENCES_SUBMIT, style="positive", takes_inputs=True)
    return finished(
        f"{title}: deputy and reminders.", body, [save, button(Verb.APPROVALS), button(Verb.MENU)]
    )


def _deputy(preferences: ApproverPreferences) -> Part:
    name = plain(preferences.deputy.name, LONGEST_NAME) if preferences.deputy else ""
    return InputText(
        id="deputy",
        label="Deputy (leave it empty for none)",
        placeholder=NAME_OR_ADDRESS,
        value=name,
        max_length=LONGEST_NAME,
    )


def _days(preferences: ApproverPreferences) -> list[Part]:
    return [
        line(
            said("From when until when? Without days: whenever you are out of office.", is_subtle=True),
        ),
        InputDate(id="since", label="First day", **_day(preferences.deputy_from)),
        InputDate(id="until", label="Last day", **_day(preferences.deputy_until)),
    ]


def _day(day: date | None) -> dict[str, Any]:
    return {"value": day.isoformat()} if day else {}


def _digest(preferences: ApproverPreferences) -> Part:
    return InputToggle(
        id="digest",
        label="Reminders",
        title="One message a day instead of single reminders",
        value="true" if preferences.wants_digest else "false",
        value_on="true",
        value_off="false",
        wrap=True,
    )
