"""What waits for somebody's decision, a page of it: a model between use case and card."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.request import Request

PER_PAGE = 10
"""Requests on one card."""

MANY = PER_PAGE
"""Requests that are decided with one press at most: what the card shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went with one of the requests that were decided together. ``words`` is a sentence."""

    ref: str
    is_done: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One page. ``count`` is how many wait in all; ``page`` counts from zero.

    ``outcomes`` is how it went with what the person just decided; ``problem`` what to correct in the input.
    ``is_known`` is whether it could be read what waits; where it could not, the outcomes are told alone.
    """

    requests: tuple[Request, ...]
    count: int
    page: int = 0
    outcomes: tuple[Outcome, ...] = ()
    problem: str = ""
    is_known: bool = True

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.count // PER_PAGE))
