"""What requests are found by that is computed rather than written in them, the same for every adapter."""

from __future__ import annotations

from services.domain.request import Request
from services.domain.stage import StageState


def awaited(request: Request) -> list[str]:
    """Ids of those whose decision is waited for now. A stage that is still planned waits for nobody."""
    stage = request.current_stage
    if stage is None or stage.state is not StageState.WAITING:
        return []
    return [approver.id for approver in stage.undecided]
