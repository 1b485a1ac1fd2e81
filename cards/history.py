"""What happened to a request, folded away behind a button, and how long each approval took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cards.elements import AdaptiveCard, Part, ShowCard
from cards.parts import bold, line, run, said
from cards.stages import Runs
from cards.words import HAPPENINGS, count, lasted, readable, when
from services.domain.request import Happening, Request
from services.domain.stage import Stage

DURATIONS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of the history a card has: the newest ``lines``, with texts of ``room`` characters."""

    lines: int = 25
    room: int = 200


def history_action(request: Request, now: datetime, extent: Extent) -> list[ShowCard]:
    """A button that unfolds the history without asking Switchboard; none before there is any."""
    if not request.history:
        return []
    body: list[Part] = []
    earlier = len(request.history) - extent.lines
    if earlier > 0:
        words = count(earlier, "earlier line is", "earlier lines are")
        body.append(line(said(f"{words} not shown.", is_subtle=True)))
    body += [_happening(one, extent.room) for one in request.history[-extent.lines :]]
    body += _durations(request, now, extent)
    return [ShowCard(title="History", card=AdaptiveCard(body=body).to_inner())]


def _happening(one: Happening, room: int) -> Part:
    """When, who, what, and the detail. What people typed stays as it is."""
    what = HAPPENINGS.get(one.what)
    who = bold(one.by.name, room) if one.by else said("Switchboard", weight="bolder")
    runs: Runs = [said(f"{when(one.at)}  ", is_subtle=True), who, " "]
    runs.append(what if what is not None else run(one.what, room))
    if one.detail:
        runs += [": ", run(one.detail if one.by else readable(one.detail), room)]
    return line(*runs, spacing="small")


def _durations(request: Request, now: datetime, extent: Extent) -> list[Part]:
    """From the moment that a stage was asked for to its decision, or until now while it waits."""
    parts: list[Part] = []
    for stage in request.stages[: min(DURATIONS_SHOWN, extent.lines)]:
        took = _took(request, stage, now)
        if took:
            parts.append(line(run(stage.name, extent.room), f": {took}", spacing="small"))
    return [line(said("How long approvals took", weight="bolder")), *parts] if parts else []


def _took(request: Request, stage: Stage, now: datetime) -> str:
    if stage.asked_at is None:
        return ""
    if stage.decided_at is not None:
        return lasted(stage.decided_at - stage.asked_at)
    return f"{lasted(now - stage.asked_at)} so far" if stage is request.current_stage else ""
