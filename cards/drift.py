"""What has drifted from its persona, for telecom admins."""

from __future__ import annotations

from collections.abc import Sequence

from cards.elements import Card, Part
from cards.parts import banner, bold, button, finished, fitted, heading, line, run, said
from cards.verbs import Verb
from cards.words import count, difference, readable, when
from services.domain.drift import DriftReport, Finding
from services.domain.person import PersonRef

SHOWN = 15


def drift_card(report: DriftReport) -> Card:
    """The findings by person, each with one action, and how many each persona has."""
    return fitted(lambda room: _card(report, room))


def _card(report: DriftReport, room: int) -> Card:
    body: list[Part] = [heading("Drift from personas"), _summary(report)]
    if report.findings:
        each = ", ".join(f"{name or 'the account'}: {number}" for name, number in report.by_persona.items())
        body.append(line(said("By persona: ", is_subtle=True), run(each, 300)))
    for finding in report.findings[:SHOWN]:
        body += _finding(finding, room)
    left = len(report.findings) - SHOWN
    if left > 0:
        body.append(line(said(f"… and {left} more: `personas drift` lists all of them.", is_subtle=True)))
    if report.unread:
        body.append(line("⚠ Could not be looked at: ", run(names_of(report.unread), room)))
    if report.changing:
        body.append(line("Not compared, since a change is under way: ", run(names_of(report.changing), room)))
    body.append(line(said(f"As of {when(report.at)}", is_subtle=True, size="small")))
    actions = [button(Verb.DRIFT_AGAIN), button(Verb.MENU)]
    return finished(f"Drift: {len(report.findings)} findings.", body, actions)


def _summary(report: DriftReport) -> Part:
    looked = f"{count(report.compared, 'person was', 'people were')} compared with their personas"
    if report.findings:
        drifted = count(report.people, "person has", "people have")
        return banner("warning", line(f"{looked}, and {drifted} drifted."))
    if report.unread:
        return banner("warning", line(f"{looked}. Of these everything is as their personas say."))
    return banner("good", line(f"✓ {looked}. Everything is as their personas say."))


def names_of(people: Sequence[PersonRef]) -> str:
    """The people by name, in one line."""
    return ", ".join(person.name for person in people)


def _finding(finding: Finding, room: int) -> list[Part]:
    persona = [said("  "), run(finding.persona, room, is_subtle=True)] if finding.persona else []
    title = line(bold(finding.person.name, room), *persona)
    title.separator = True
    return [
        title,
        line(run(difference(finding), room), spacing="small"),
        line("What to do: ", run(readable(finding.action), room), spacing="small"),
    ]
