"""What approvers asked the requester, and what the answer was."""

from __future__ import annotations

from cards.change import TIGHTEST
from cards.elements import Part
from cards.parts import bold, line, run, said, subheading
from cards.words import when
from services.domain.request import PURPOSE_LIMIT, Question, Request, RequestState
from services.domain.view import Deed, RequestView

QUESTIONS_SHOWN = 3
"""The newest; earlier ones are in the history."""


def question_parts(view: RequestView, room: int) -> list[Part]:
    """The newest questions, oldest of them first, and who the open one waits for."""
    questions = view.request.questions
    if not questions:
        return []
    parts: list[Part] = [subheading("Questions")]
    limit = QUESTIONS_SHOWN if room > TIGHTEST else 1
    earlier = len(questions) - limit
    if earlier > 0:
        parts.append(line(said(f"… {earlier} earlier, see History.", is_subtle=True)))
    for question in questions[-limit:]:
        parts += _question(view.request, question, room)
    return parts + _open(view)


def _question(request: Request, question: Question, room: int) -> list[Part]:
    """The newest is shown in full while the decision rests on it."""
    is_newest = question is request.questions[-1] and request.state is RequestState.PENDING
    length = PURPOSE_LIMIT if is_newest else room
    asked = said(f" asked on {when(question.at)}: ", is_subtle=True)
    parts: list[Part] = [line(bold(question.by.name, room), asked, run(question.text, length))]
    if question.answer:
        who = question.answered_by or request.requester
        at = f" answered on {when(question.answered_at)}: " if question.answered_at else " answered: "
        answer = run(question.answer, length)
        parts.append(line("→ ", bold(who.name, room), said(at, is_subtle=True), answer, spacing="small"))
    return parts


def _open(view: RequestView) -> list[Part]:
    request = view.request
    if request.open_question is None:
        return []
    if request.state is not RequestState.PENDING:
        return [line(said("It was not answered.", is_subtle=True), spacing="small")]
    if Deed.ANSWER in view.deeds:
        return [line("◔ It waits for your answer: press Answer.", spacing="small")]
    meanwhile = " You can decide all the same." if Deed.APPROVE in view.deeds else ""
    who = bold(request.requester.name)
    return [line("◔ It waits for ", who, f"'s answer.{meanwhile}", spacing="small")]
