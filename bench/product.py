"""The product with a full house: 10,000 requests that wait for approval.

Usage: python bench/product.py PORT PLAN SERVICE_URL TENANT_PORT [DATABASE_URL]

The records are real and durable, the tenant is the sandbox's, in a process of its own. PLAN is a file that
the server writes what the load needs into: who approves what.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import orjson
from pydantic import SecretStr

from bench.unpaced import unpaced
from bot.choices import open_stores
from bot.sandbox_settings import sandbox_settings
from bot.serving import serving, until_stopped
from bot.wiring import Switchboard
from services import logs
from services.clock import SystemClock
from services.domain import transitions
from services.domain.location import Cost
from services.domain.person import PersonRef
from services.domain.request import Request, RequestKind
from services.domain.stage import Stage, asked
from services.ports import Place, Post
from services.settings import Mode, Settings

RECORDS = 10_000
APPROVERS = 200


def person(number: int, kind: str) -> PersonRef:
    """Somebody who asks (kind a) or decides (kind b)."""
    return PersonRef(id=f"{kind}0000000-0000-4000-8000-{number:012}", name=f"Person {number}")


def waiting(number: int, now: datetime) -> Request:
    """A request that waits for the first of two approvals: the tenant has no part in what is measured."""
    asker, decider = person(number, "a"), person(number % APPROVERS, "b")
    draft = Request(
        id=f"c0000000-0000-4000-8000-{number:012}",
        ref=f"SB-{number:06d}",
        kind=RequestKind.NUMBER,
        requester=asker,
        beneficiary=asker,
        purpose="I call suppliers in Manchester and they must be able to call me back.",
        location="Manchester",
        cost=Cost(amount=Decimal("6.50"), currency="GBP"),
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=14),
        stages=(
            Stage(name="manager", approvers=asked(decider), why="manager"),
            Stage(name="cost centre", approvers=asked(person(0, "d")), why="owner of the cost centre"),
        ),
    )
    return replace(transitions.submit(draft, now), number=None)


def place(who: PersonRef, service_url: str) -> Place:
    """Where somebody can be written to."""
    return Place(
        person_id=who.id,
        service_url=service_url,
        conversation_id=f"a:{who.id}",
        tenant_id="bench",
        bot_id="28:bot",
        channel_id="msteams",
    )


def post(request: Request, who: PersonRef) -> Post:
    """The card that somebody has of a request."""
    return Post(
        request_id=request.id,
        person_id=who.id,
        conversation_id=f"a:{who.id}",
        activity_id=f"{who.id}-{request.ref}",
        version=request.version,
    )


async def fill(settings: Settings, service_url: str) -> list[dict[str, object]]:
    """Write the records, and give what the load needs to know of each request."""
    records = (await open_stores(settings, SystemClock(), "bench")).records
    now = datetime.now(UTC)
    requests = [waiting(number, now) for number in range(1, RECORDS + 1)]
    for start in range(0, RECORDS, 500):
        async with records.transaction() as tx:
            for request in requests[start : start + 500]:
                await tx.requests.add(request)
    async with records.transaction() as tx:
        await tx.posts.put_place(place(person(0, "d"), service_url))
    for start in range(0, RECORDS, 500):
        async with records.transaction() as tx:
            for request in requests[start : start + 500]:
                for who in (request.requester, request.stages[0].approvers[0]):
                    await tx.posts.put_place(place(who, service_url))
                    await tx.posts.put(post(request, who))
    await records.close()
    return [
        {"id": request.id, "version": request.version, "approver": request.stages[0].approvers[0].id}
        for request in requests
    ]


async def main(port: int, plan: Path, service_url: str, tenant_port: int, database: str) -> None:
    """Fill, write the plan, serve."""
    logs.configure()
    with tempfile.TemporaryDirectory() as folder:
        settings = sandbox_settings(
            Settings(
                mode=Mode.SANDBOX, data=Path(folder), host="127.0.0.1", database_url=SecretStr(database)
            ),
            tenant_port,
        )
        plan.write_bytes(
            orjson.dumps({"tenant": settings.tenant_id, "requests": await fill(settings, service_url)})
        )
        switchboard = Switchboard(settings, budget=unpaced())
        await switchboard.start()
        await switchboard.until_ready()
        async with serving(switchboard.app, "127.0.0.1", port):
            await until_stopped()
        await switchboard.stop()


if __name__ == "__main__":
    where = sys.argv[5] if len(sys.argv) > 5 else ""
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), where))
