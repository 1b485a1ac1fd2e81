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
from services.domain.preferences import PreferencesInput

SENTENCE = 400


def preferences_card(shown: PreferencesInput, problem: str = "", notice: str = "") -> Card:
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
    body += [_deputy(shown), *_days(shown), _digest(shown)]
    save = button(Verb.PREFERENCES_SUBMIT, style="positive", takes_inputs=True)
    return finished(
        f"{title}: deputy and reminders.", body, [save, button(Verb.APPROVALS), button(Verb.MENU)]
    )


def _deputy(shown: PreferencesInput) -> Part:
    return InputText(
        id="deputy",
        label="Deputy (leave it empty for none)",
        placeholder=NAME_OR_ADDRESS,
        value=plain(shown.deputy, LONGEST_NAME),
        max_length=LONGEST_NAME,
    )


def _days(shown: PreferencesInput) -> list[Part]:
    return [
        line(
            said("From when until when? Without days: whenever you are out of office.", is_subtle=True),
        ),
        InputDate(id="since", label="First day", **_day(shown.since)),
        InputDate(id="until", label="Last day", **_day(shown.until)),
    ]


def _day(entered: str) -> dict[str, Any]:
    """What was entered, if it is a day: an input for days takes nothing else."""
    try:
        return {"value": date.fromisoformat(entered.strip()).isoformat()}
    except ValueError:
        return {}


def _digest(shown: PreferencesInput) -> Part:
    return InputToggle(
        id="digest",
        label="Reminders",
        title="One message a day instead of single reminders",
        value="true" if shown.wants_digest else "false",
        value_on="true",
        value_off="false",
        wrap=True,
    )
