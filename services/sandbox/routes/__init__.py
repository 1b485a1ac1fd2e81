"""The routes of Graph v1.0 that the tenant answers, one file a subject."""

from __future__ import annotations

from services.sandbox.router import Router
from services.sandbox.routes import (
    apps,
    configurations,
    groups,
    licences,
    mailbox,
    members,
    memberships,
    numbers,
    owners,
    policies,
    presence,
    users,
)


def all_routes() -> Router:
    """Return the router with every route."""
    router = Router()
    for subject in (
        users,
        memberships,
        groups,
        members,
        owners,
        licences,
        numbers,
        policies,
        configurations,
        mailbox,
        presence,
        apps,
    ):
        subject.add_routes(router)
    return router
