"""Looking back at requests from the command line: only the records are needed, and they are only read."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.choices import open_kept_records
from services.approval_report import Totals, every
from services.domain.errors import BadInput, UnknownRequest
from services.domain.request import Request, RequestState
from services.ports import Records
from services.settings import Settings

_REFERENCE = re.compile(r"^(?:request\s+)?(?:sb)?[-\s]*0*(?P<digits>\d{1,9})\.?$")


async def newest(settings: Settings, state: RequestState | None, person: str, limit: int) -> list[Request]:
    """The requests in a state, if one is named, that somebody is on, if they are named; newest first.

    Raises BadInput, StoreError.
    """
    found: deque[Request] = deque(maxlen=limit)
    async with _kept(settings) as records:
        async for request in every(records, state):
            if not person or _is_on(request, person):
                found.append(request)
    return list(reversed(found))


async def by_reference(settings: Settings, typed: str) -> Request:
    """The request of a reference, however it is typed. Raises BadInput, StoreError."""
    named = _REFERENCE.match(" ".join(typed.casefold().split()))
    if named is None:
        raise BadInput(what=f"A reference looks like SB-000123. {typed!r} is none.")
    ref = f"SB-{int(named['digits']):06}"
    async with _kept(settings) as records, records.transaction() as tx:
        try:
            return await tx.requests.by_ref(ref)
        except UnknownRequest as error:
            raise BadInput(what=f"There is no request {ref}.") from error


async def write_report(settings: Settings, folder: Path, since: datetime | None) -> Totals:
    """Write the report about the requests that were asked for since then. Raises BadInput, StoreError."""
    from services.approval_files import writing  # loads the library of the picture

    async with _kept(settings) as records:
        try:
            with writing(folder) as report:
                async for request in every(records):
                    if since is None or request.created_at >= since:
                        report.add(request)
        except OSError as error:
            raise BadInput(what=f"{folder} cannot be written to ({error.strerror}).") from error
    return report.totals


def _is_on(request: Request, person: str) -> bool:
    """Whether somebody on the request is meant: by object id, or by parts of a name or address."""
    parts = re.findall(r"\w+", person.casefold().partition("@")[0])
    asked = (who for stage in request.stages for who in (*stage.former, *stage.approvers))
    for who in (request.requester, request.beneficiary, *(who for who in asked if who.id in request.people)):
        name = who.name.casefold()
        if who.id == person.casefold() or (parts and all(part in name for part in parts)):
            return True
    return False


@asynccontextmanager
async def _kept(settings: Settings) -> AsyncIterator[Records]:
    records = await open_kept_records(settings, "requests")
    try:
        yield records
    finally:
        await records.close()
