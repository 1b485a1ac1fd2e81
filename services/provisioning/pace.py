"""How fast and how long provisioning tries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """All times in seconds of the clock.

    Pauses between looks grow from ``first_pause`` to ``longest_pause`` for as long as the reason for waiting
    is the same. A step that is not done after ``patience`` parks its request. ``doubt`` is how long the
    number is read back after an order whose arrival is not known, before it is sent again. ``late_doubt`` is
    how long after such an order "already assigned" may mean that very order, which the tenant's list lags.
    ``fault_patience`` is how long a licence's error may last before people are asked: Entra tries again by
    itself. ``sweep`` is how often requests that nobody works on are looked for. ``at_once`` is how many steps
    talk to the tenant at the same time; waiting ones do not count, so one shortage holds up nobody else.
    """

    first_pause: float = 1.0
    longest_pause: float = 60.0
    patience: float = 86_400.0
    doubt: float = 60.0
    late_doubt: float = 900.0
    fault_patience: float = 300.0
    sweep: float = 60.0
    at_once: int = 16
