"""Indexes: which documents stand under a label, in the order of a rank. Derived, so never written to disk."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Label = tuple[str, ...]
"""What documents are found by, such as ``("awaiting", approver_id)``."""

Place = tuple[Label, Any]
"""A label and the rank under it. The ranks under one label are comparable with each other."""

Entry = tuple[Any, str]
"""Rank and key of a document."""


class Index:
    """Keeps keys sorted by rank under each label that ``places`` finds in a document."""

    def __init__(self, places: Callable[[Mapping[str, Any]], Iterable[Place]]) -> None:
        self._places = places
        self._entries: dict[Label, list[Entry]] = {}

    def changed(self, key: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> None:
        """Follow a change of a document."""
        old = dict(self._places(before)) if before is not None else {}
        new = dict(self._places(after)) if after is not None else {}
        for label, rank in old.items():
            if new.get(label) != rank:
                self._discard(label, (rank, key))
        for label, rank in new.items():
            if old.get(label) != rank:
                self._add(label, (rank, key))

    def labels(self) -> Iterable[Label]:
        """All labels with at least one document."""
        return self._entries.keys()

    def size(self, *label: str) -> int:
        """How many documents stand under the label."""
        return len(self._under(label))

    def last_rank(self, otherwise: int, *label: str) -> int:
        """The highest rank under a label whose ranks are whole numbers."""
        entries = self._under(label)
        return int(entries[-1][0]) if entries else otherwise

    def upto(self, rank: object, *label: str) -> list[str]:
        """Keys whose rank is not above ``rank``, ascending."""
        return [key for _, key in self._under(label)[: self.size_upto(rank, *label)]]

    def size_upto(self, rank: object, *label: str) -> int:
        """How many documents have a rank that is not above ``rank``."""
        entries = self._under(label)
        low, high = 0, len(entries)
        while low < high:
            middle = (low + high) // 2
            if entries[middle][0] <= rank:
                low = middle + 1
            else:
                high = middle
        return low

    def beyond(self, entry: Entry, *label: str) -> Iterator[str]:
        """Keys that come after a rank and key, ascending; it need not stand there any more."""
        entries = self._under(label)
        return (entries[at][1] for at in range(bisect_right(entries, entry), len(entries)))

    def ascending(self, *label: str) -> Iterator[str]:
        """Keys from the lowest rank up."""
        return (key for _, key in self._under(label))

    def descending(self, *label: str) -> Iterator[str]:
        """Keys from the highest rank down."""
        return (key for _, key in reversed(self._under(label)))

    def only(self, *label: str) -> str | None:
        """The first key under a label that has one at most, or None."""
        return next(self.ascending(*label), None)

    def _under(self, label: Label) -> Sequence[Entry]:
        return self._entries.get(label, ())

    def _add(self, label: Label, entry: Entry) -> None:
        entries = self._entries.get(label)
        if entries is None:
            self._entries[label] = [entry]
        else:
            insort(entries, entry)

    def _discard(self, label: Label, entry: Entry) -> None:
        entries = self._entries[label]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self._entries[label]
