"""What one message costs is measured with more messages than Teams would ever take from one bot."""

from __future__ import annotations

from services.domain.allowance import Allowance, Bucket
from services.send_budget import LocalSendBudget

_FREE = Bucket(10**9, 1e-9)
ENDLESS = Allowance(brief=_FREE, lasting=_FREE, tenant=_FREE)


def unpaced() -> LocalSendBudget:
    """The product's own budget, which does all of its work and never says no."""
    return LocalSendBudget(ENDLESS)
