"""The report about approvals as files: a line for each request, a line for each stage, and a picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from services.approval_picture import picture
from services.approval_report import Totals, Visit, decided_after, hours, visits
from services.domain.request import Request
from services.spreadsheet import ENCODING, Sheet

REQUESTS, STAGES, TIMES = "requests.csv", "stages.csv", "times.svg"
"""The files. Those of an earlier report are replaced once a new one is whole."""

REQUEST_COLUMNS = (
    "Reference",
    "Kind",
    "State",
    "For",
    "Asked by",
    "Purpose",
    "Location",
    "Persona",
    "Cost a month",
    "Currency",
    "Number",
    "Rule",
    "Asked for at (UTC)",
    "Changed at (UTC)",
    "Stages",
    "Escalations",
    "Questions",
    "Hours to the decision",
)
STAGE_COLUMNS = (
    "Reference",
    "Kind",
    "Stage",
    "Who was asked",
    "Asked at (UTC)",
    "Decided by",
    "Decided at (UTC)",
    "Hours it took",
    "Escalations",
    "Outcome",
)


class Report:
    """A report that is being written. ``totals`` are those of the requests that were added."""

    def __init__(self, requests: Sheet, stages: Sheet) -> None:
        self._requests = requests
        self._stages = stages
        self.totals = Totals()

    def add(self, request: Request) -> None:
        """Write a request and its stages."""
        self.totals.add(request)
        self._requests.add(_request_row(request))
        for visit in visits(request):
            self._stages.add(_stage_row(request, visit))


@contextmanager
def writing(folder: Path) -> Iterator[Report]:
    """Write a report into the folder, which is made when it is not there.

    Where the block fails, the files of an earlier report stay as they are. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / f"{name}.part" for name in (REQUESTS, STAGES, TIMES)}
    try:
        with ExitStack() as opened:
            lists = [
                opened.enter_context(parts[name].open("w", encoding=ENCODING, newline=""))
                for name in (REQUESTS, STAGES)
            ]
            report = Report(Sheet(lists[0], REQUEST_COLUMNS), Sheet(lists[1], STAGE_COLUMNS))
            yield report
        parts[TIMES].write_text(picture(report.totals), encoding="utf-8")
        for name, part in parts.items():
            part.replace(folder / name)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def _request_row(request: Request) -> tuple[str, ...]:
    return (
        request.ref,
        request.kind.value,
        request.state.value,
        request.beneficiary.name,
        request.requester.name,
        request.purpose,
        request.location,
        request.change.persona if request.change else "",
        f"{request.cost.amount:.2f}",
        request.cost.currency,
        request.number or "",
        request.approval,
        _moment(request.created_at),
        _moment(request.updated_at),
        str(len(request.stages)),
        str(sum(stage.escalations for stage in request.stages)),
        str(len(request.questions)),
        hours(decided_after(request)),
    )


def _stage_row(request: Request, visit: Visit) -> tuple[str, ...]:
    stage = visit.stage
    who = (*stage.former, *stage.approvers) if visit.asked_at is not None else ()
    return (
        request.ref,
        request.kind.value,
        stage.name,
        ", ".join(dict.fromkeys(person.name for person in who)),
        _moment(visit.asked_at),
        ", ".join(answer.by.name for answer in visit.answers)
        or (stage.decided_by.name if stage.decided_by else ""),
        _moment(stage.decided_at),
        hours(visit.took),
        str(stage.escalations),
        visit.outcome,
    )


def _moment(moment: datetime | None) -> str:
    """As spreadsheets take it for a time."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment is not None else ""
