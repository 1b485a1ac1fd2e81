"""The form for a change of persona."""

from __future__ import annotations

from typing import Any

from cards.change import change_parts
from cards.course import course_parts, intro
from cards.elements import Card, Part
from cards.inputs import Choice, InputChoiceSet, InputText
from cards.parts import (
    Action,
    banner,
    button,
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
from cards.stages import TIGHT
from cards.verbs import Verb
from cards.words import BUTTONS, readable, step_title
from services.domain.persona_form import PersonaChoice, PersonaForm
from services.domain.request import PURPOSE_LIMIT
from services.domain.step import StepStatus

CHOICES_SHOWN = 250
"""With short names so many fit into a card, to search in."""

ROOMY = 200
STEPS_SHOWN = 20
STEPS_AT_LEAST = 10


def persona_form_card(form: PersonaForm) -> Card:
    """The choice of a persona; once one is chosen, with everything that it would change."""
    return fitted(lambda room: _form(form, room))


def _form(form: PersonaForm, room: int) -> Card:
    body: list[Part] = [_heading(form)]
    if not form.choices:
        body.append(line("There are no personas to choose from yet. A telecom admin keeps the catalogue."))
        return finished("There are no personas yet.", body, [button(Verb.MENU)])
    body += _problem(form)
    body += [_purpose(form), *_choice(form, room)]
    look = button(Verb.PERSONA_FORM, title="Show what changes", data=_data(form), takes_inputs=True)
    actions: list[Action] = [look]
    if form.change is not None:
        body += change_parts(form.change, room)
        body += _outlook(form, room)
        submit = button(Verb.PERSONA_SUBMIT, data=_data(form), style="positive", takes_inputs=True)
        actions = [submit, look]
    actions.append(button(Verb.MENU))
    return finished("Form to change the persona: purpose and persona.", body, actions)


def _heading(form: PersonaForm) -> Part:
    title = BUTTONS[Verb.PERSONA_FORM]
    return heading_for(f"{title} for", form.person.display_name) if form.is_for_other else heading(title)


def _data(form: PersonaForm) -> dict[str, Any]:
    """The persona that is shown travels along: what is submitted must be what was looked at."""
    seen = form.change.mark if form.change else ""
    data = {"id": form.form_id, "version": 0, "shown": form.persona, "seen": seen}
    return {**data, "beneficiary": form.person.id} if form.is_for_other else data


def _problem(form: PersonaForm) -> list[Part]:
    parts: list[Part] = []
    for words, text, style in (
        ("⚠ Please correct: ", form.problem, "attention"),
        ("⚠ Not possible: ", form.obstacle, "warning"),
    ):
        if text:
            parts.append(banner(style, line(said(words, weight="bolder"), run(readable(text), 400))))
    return parts


def _purpose(form: PersonaForm) -> InputText:
    return InputText(
        id="purpose",
        label="Why is it needed?" if form.is_for_other else "Why do you need it?",
        placeholder=f"For example: {'they' if form.is_for_other else 'I'} move to the HR team in London",
        value=plain(form.purpose, PURPOSE_LIMIT),
        is_multiline=True,
        is_required=True,
        max_length=PURPOSE_LIMIT,
        error_message="Say in a few words why it is needed, so that your approver can decide.",
    )


def _choice(form: PersonaForm, room: int) -> list[Part]:
    limit = min(CHOICES_SHOWN, room // 2 if room >= ROOMY else room // 4)
    shown = [choice for choice in form.choices if choice.name == form.persona]
    shown += [choice for choice in form.choices if choice.name != form.persona][: limit - len(shown)]
    order = [choice for choice in form.choices if choice in shown]
    chosen: dict[str, Any] = {"value": form.persona} if form.persona else {}
    parts: list[Part] = [
        InputChoiceSet(
            id="persona",
            label="Persona",
            placeholder="Choose, or type to search",
            style="filtered",
            is_required=True,
            error_message="Choose a persona.",
            choices=[Choice(title=_title(choice, form.is_for_other), value=choice.name) for choice in order],
            **chosen,
        )
    ]
    about = next((choice.description for choice in order if choice.name == form.persona), "")
    if about:
        parts.append(line(run(about, room, is_subtle=True), spacing="small"))
    left = len(form.choices) - len(order)
    if left > 0:
        parts.append(line(said(f"{left} more do not fit here: ask a telecom admin.", is_subtle=True)))
    return parts


def _title(choice: PersonaChoice, is_for_other: bool) -> str:
    name = plain(choice.name)
    if choice.is_held:
        return f"{name} ({'they' if is_for_other else 'you'} have it)"
    return name if choice.is_eligible else f"{name} (not for {'their' if is_for_other else 'your'} account)"


def _outlook(form: PersonaForm, room: int) -> list[Part]:
    """What handing in would lead to: who decides, and the plan."""
    parts: list[Part] = [subheading("What happens when you submit")]
    parts += course_parts(form.course, room)
    parts.append(line(intro(form.course)))
    to_do = [step for step in form.plan if step.status is not StepStatus.NOTHING_TO_DO]
    limit = STEPS_AT_LEAST if room < TIGHT else STEPS_SHOWN
    for place, step in enumerate(to_do[:limit], start=1):
        parts.append(line(f"{place}. ", run(step_title(step, before_choice=True), room), spacing="small"))
    left = len(to_do) - limit
    if left > 0:
        parts.append(line(said(f"… and {left} more steps.", is_subtle=True)))
    return parts
