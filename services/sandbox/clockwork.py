"""What the tenant does by itself, done when somebody looks: no background task, only due times."""

from __future__ import annotations

from services.sandbox import licensing, telephony
from services.sandbox.tenant import Tenant


def settle(tenant: Tenant) -> None:
    """Bring the tenant to the present: do all due work, each at the time it was due, earliest first."""
    now = tenant.now()
    while (due := tenant.next_due(now)) is not None:
        if due.kind == "operation":
            telephony.finish(tenant, due.subject, due.at)
        else:
            licensing.evaluate(tenant, due.subject, due.at)
