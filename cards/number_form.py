"""The form for a number."""

from __future__ import annotations

from typing import Any

from cards.course import course_parts, intro
from cards.elements import Card, Part
from cards.inputs import Choice, InputChoiceSet, InputText
from cards.parts import (
    Action,
    banner,
    bold,
    button,
    buttons,
    fact,
    finished,
    fitted,
    heading,
    heading_for,
    line,
    plain,
    run,
    said,
    subheading,
)
from cards.verbs import Verb
from cards.words import BUTTONS, money, phone, readable, step_title
from services.domain.offer import COUNTED, NEXT_AVAILABLE, LocationChoice, NumberForm
from services.domain.request import PURPOSE_LIMIT

LOCATIONS_SHOWN = 100
"""A folded list longer than this is no help any more."""


def number_form_card(form: NumberForm) -> Card:
    """The form with everything that was entered so far, or with the reason why the location cannot be."""
    return fitted(lambda room: _form(form, room))


def _form(form: NumberForm, room: int) -> Card:
    body: list[Part] = [_heading(form), *_problem(form), _purpose(form), *_location(form, room)]
    actions: list[Action] = []
    if not form.obstacle:
        body += [line("Which number in ", bold(form.location), "?"), _number(form), *_outlook(form, room)]
        submit = button(Verb.NUMBER_SUBMIT, data=_data(form), style="positive", takes_inputs=True)
        actions.append(submit)
    actions.append(button(Verb.MENU))
    return finished("Form to request a phone number: purpose, location, number.", body, actions)


def _heading(form: NumberForm) -> Part:
    title = BUTTONS[Verb.NUMBER_FORM]
    return heading_for(f"{title} for", form.person.display_name) if form.is_for_other else heading(title)


def _data(form: NumberForm) -> dict[str, Any]:
    data = {"id": form.form_id, "version": 0}
    return {**data, "beneficiary": form.person.id} if form.is_for_other else data


def _problem(form: NumberForm) -> list[Part]:
    parts: list[Part] = []
    if form.problem:
        parts.append(
            banner(
                "attention",
                line(said("⚠ Please correct: ", weight="bolder"), run(readable(form.problem), 400)),
            )
        )
    if form.obstacle:
        parts.append(
            banner(
                "warning",
                line(said("⚠ Not possible here: ", weight="bolder"), run(readable(form.obstacle), 400)),
            )
        )
    return parts


def _purpose(form: NumberForm) -> InputText:
    """Comes first and is required, since every button that takes inputs waits for it.

    Where nothing can be submitted it only keeps what was typed.
    """
    required = not form.obstacle
    return InputText(
        id="purpose",
        label="What is the number for?",
        placeholder="For example: customers of the HR helpline call me back",
        value=plain(form.purpose, PURPOSE_LIMIT),
        is_multiline=True,
        is_required=required,
        max_length=PURPOSE_LIMIT,
        error_message="Say in a few words what the number is for, so that your approver can decide.",
    )


def _location(form: NumberForm, room: int) -> list[Part]:
    shown = _shown(form, min(LOCATIONS_SHOWN, room))
    parts: list[Part] = [
        InputChoiceSet(
            id="location",
            label="Location",
            value=form.location,
            style="compact",
            is_required=True,
            error_message="Choose a location.",
            choices=[Choice(title=_location_title(choice), value=choice.name) for choice in shown],
        )
    ]
    if len(shown) < len(form.locations):
        left = len(form.locations) - len(shown)
        sentence = f"{left} more locations do not fit here: ask a telecom admin for a number there."
        parts.append(line(said(sentence, is_subtle=True)))
    if len(form.locations) > 1:
        title = "Show numbers there"
        refresh = button(Verb.NUMBER_FORM, title=title, data=_data(form), takes_inputs=True)
        parts.append(buttons(refresh))
    return parts


def _shown(form: NumberForm, limit: int) -> tuple[LocationChoice, ...]:
    """At most ``limit`` locations in their order: the chosen one, and rather those with free numbers."""
    if len(form.locations) <= limit:
        return form.locations
    rank = sorted(form.locations, key=lambda choice: (choice.name != form.location, choice.free == 0))
    kept = set(rank[:limit])
    return tuple(choice for choice in form.locations if choice in kept)


def _location_title(choice: LocationChoice) -> str:
    free = f"{choice.free} free" if choice.free else "none free"
    if choice.free >= COUNTED:
        free = f"{COUNTED}+ free"
    return f"{plain(choice.name)} ({free})"


def _number(form: NumberForm) -> InputChoiceSet:
    next_one = Choice(title="Next available number", value=NEXT_AVAILABLE)
    return InputChoiceSet(
        id="number",
        label="Number",
        value=form.choice,
        style="expanded",
        wrap=True,
        is_required=True,
        error_message="Choose a number.",
        choices=[next_one, *(Choice(title=phone(e164), value=e164) for e164 in form.numbers)],
    )


def _outlook(form: NumberForm, room: int) -> list[Part]:
    """What handing in would lead to: the plan, who decides, the cost."""
    parts: list[Part] = [subheading("What happens when you submit")]
    parts += course_parts(form.course, room)
    parts.append(fact("Cost", money(form.cost)))
    if form.plan:
        parts.append(line(intro(form.course)))
    for place, step in enumerate(form.plan, start=1):
        parts.append(line(f"{place}. ", run(step_title(step, before_choice=True), room), spacing="small"))
    return parts
