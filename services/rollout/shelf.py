"""Counting what a roll-out needs against what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from services.rollout.model import Supply


class Shelf:
    """Things by name, of which there are so many. Who needs several gets all of them or none."""

    def __init__(self) -> None:
        self._stock: dict[str, int] = {}
        self._needed: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()

    def knows(self, name: str) -> bool:
        """Whether it was counted how many there are."""
        return name in self._stock

    def stock(self, name: str, count: int) -> None:
        """Say how many there are; the first count holds."""
        self._stock.setdefault(name, max(0, count))

    def lacking(self, names: Sequence[str]) -> list[str]:
        """Those of which none is left."""
        return [name for name in names if self._taken[name] >= self._stock[name]]

    def need(self, names: Sequence[str], *, is_taken: bool) -> None:
        """Note that somebody needs these, and whether they get them."""
        self._needed.update(names)
        if is_taken:
            self._taken.update(names)

    def supplies(self, spelt: Callable[[str], str]) -> Iterator[Supply]:
        """What was needed, by name."""
        for name, needed in sorted(self._needed.items()):
            yield Supply(what=spelt(name), needed=needed, left=self._stock[name])
