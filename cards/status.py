"""What happens with a request now, what it waits for, and who can move it: the promise of the card."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from cards.elements import Part, TextRun
from cards.parts import bold, line, run
from cards.pending import pending_lines
from cards.words import phone, readable, step_title, when
from services.domain.request import PURPOSE_LIMIT, Happening, Request, RequestState
from services.domain.step import ENDED, Step, StepStatus
from services.domain.view import Deed, RequestView


def status_lines(view: RequestView, room: int) -> list[Part]:
    """The sentences under the state's word. ``room`` is how many characters a longer text may have."""
    return _SENTENCES[view.request.state](view, room)


def _draft(view: RequestView, room: int) -> list[Part]:  # noqa: ARG001 - all sentences have one shape
    return [line("It is not handed in yet.")]


def _approved(view: RequestView, room: int) -> list[Part]:  # noqa: ARG001
    return [line("Switchboard starts the setup in a moment. Nothing to do for you.")]


def _provisioning(view: RequestView, room: int) -> list[Part]:
    current = _current(view.request.plan, room)
    return [current, *_moved_by(view.request, "Switchboard does this by itself.", room)]


def _completed(view: RequestView, room: int) -> list[Part]:
    request = view.request
    if request.change:
        whose = "Your new persona" if view.viewer_id == request.beneficiary.id else "The new persona"
        done = line(
            whose, " ", bold(request.change.persona, room), " is set up, and checked in Microsoft 365."
        )
        if not request.number:
            return [done]
        return [done, line("Number: ", bold(phone(request.number)), spacing="small")]
    if not request.number:
        return [line("Everything is set up.")]
    number = run(phone(request.number), size="extraLarge", weight="bolder")
    if view.viewer_id == request.beneficiary.id:
        return [line("You can dial now:"), line(number, spacing="small")]
    return [line(bold(request.beneficiary.name, room), " can dial now:"), line(number, spacing="small")]


def _rejected(view: RequestView, room: int) -> list[Part]:
    """With the reason in full, since it is what the requester wants to know."""
    reasons = [stage.reason for stage in view.request.stages if stage.reason]
    why: list[Part] = [line("Reason: ", bold(reason, PURPOSE_LIMIT)) for reason in reasons]
    ended = _ended(view.request, "Rejected", room)
    return [ended, *why, *_let_go(view.request)]


def _expired(view: RequestView, room: int) -> list[Part]:  # noqa: ARG001
    number = ", so the number is no longer kept" if view.request.number else ""
    return [
        line(f"Nobody decided by {when(view.request.ends_at)}{number}."),
        line("Ask again if it is still needed."),
    ]


def _cancelled(view: RequestView, room: int) -> list[Part]:
    return [_ended(view.request, "Cancelled", room), *_let_go(view.request)]


def _needs_attention(view: RequestView, room: int) -> list[Part]:
    attention = view.request.attention
    parts: list[Part] = []
    if attention:
        parts = [
            line("It stopped at: ", bold(readable(attention.step), room)),
            line("Microsoft 365 says: " if attention.is_quoted else "Why: ", run(attention.words, room)),
            line("What to do: ", run(readable(attention.what_to_do), room)),
        ]
    if Deed.RETRY in view.deeds:
        return [*parts, line("Then press Retry. Roll back undoes what was changed.")]
    who = bold(view.request.requester.name, room)
    return [*parts, line(who, " or a telecom admin can retry it or roll it back.")]


def _rolling_back(view: RequestView, room: int) -> list[Part]:
    return _moved_by(view.request, "Switchboard undoes what it changed.", room)


def _rolled_back(view: RequestView, room: int) -> list[Part]:  # noqa: ARG001
    return [line("Everything that Switchboard had changed for this request is undone.")]


def _moved_by(request: Request, doing: str, room: int) -> list[Part]:
    """Who can move it: people who have to do something first, or nobody, since Switchboard is at it."""
    waiting = (step for step in request.plan if step.status is StepStatus.WAITING and step.what_to_do)
    held = next(waiting, None)
    if held is None:
        return [line(f"{doing} Nothing to do for you.")]
    return [
        line("Why: ", run(readable(held.detail), room)),
        line("What to do: ", run(readable(held.what_to_do), room)),
        line("Then it goes on by itself."),
    ]


def _current(plan: tuple[Step, ...], room: int) -> Part:
    """The step that is being done, counted."""
    for place, step in enumerate(plan, start=1):
        if step.status not in ENDED:
            verb = "waiting: " if step.status is StepStatus.WAITING else ""
            return line(f"Step {place} of {len(plan)}, {verb}", bold(step_title(step), room))
    return line("All steps are done; the last check is under way.")


def _let_go(request: Request) -> list[Part]:
    return [line("The number is no longer kept for this request.")] if request.number else []


def _ended(request: Request, word: str, room: int) -> Part:
    """Who ended it and when, from the history."""
    last = _last(request)
    if last is None:
        return line(f"{word}.")
    by: tuple[TextRun | str, ...] = (" by ", bold(last.by.name, room)) if last.by else ()
    return line(word, *by, f" on {when(last.at)}.")


def _last(request: Request) -> Happening | None:
    """When the request came into its present state."""
    return next((line for line in reversed(request.history) if line.what == request.state.value), None)


_SENTENCES: MappingProxyType[RequestState, Callable[[RequestView, int], list[Part]]] = MappingProxyType(
    {
        RequestState.DRAFT: _draft,
        RequestState.PENDING: pending_lines,
        RequestState.APPROVED: _approved,
        RequestState.PROVISIONING: _provisioning,
        RequestState.COMPLETED: _completed,
        RequestState.REJECTED: _rejected,
        RequestState.EXPIRED: _expired,
        RequestState.CANCELLED: _cancelled,
        RequestState.NEEDS_ATTENTION: _needs_attention,
        RequestState.ROLLING_BACK: _rolling_back,
        RequestState.ROLLED_BACK: _rolled_back,
    }
)
