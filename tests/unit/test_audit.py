"""The audit log's chain: any edit, gap or change of order shows."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.audit import GENESIS, AuditEntry, chained, verify
from services.domain.errors import AuditBroken

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
WORDS = st.text(max_size=20)
EVENTS = st.tuples(WORDS, WORDS, WORDS, st.dictionaries(WORDS, WORDS, max_size=3))
LOGS = st.lists(EVENTS, min_size=1, max_size=8)


def log_of(events: list[tuple[str, str, str, dict[str, str]]]) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number, (actor, what, subject, facts) in enumerate(events):
        at = NOW + timedelta(seconds=number)
        entries.append(chained(entries[-1] if entries else None, at, actor, what, subject, facts))
    return entries


@given(events=LOGS)
def test_a_log_that_nobody_touched_is_whole(events: list[tuple[str, str, str, dict[str, str]]]) -> None:
    entries = log_of(events)
    assert verify(entries) == len(events)
    assert entries[0].previous == GENESIS
    assert [entry.sequence for entry in entries] == list(range(1, len(events) + 1))


@given(events=LOGS, data=st.data())
def test_an_edit_of_any_field_is_found(
    events: list[tuple[str, str, str, dict[str, str]]], data: st.DataObject
) -> None:
    entries = log_of(events)
    place = data.draw(st.integers(0, len(entries) - 1))
    entry = entries[place]
    field = data.draw(st.sampled_from([field.name for field in fields(AuditEntry)]))
    other: dict[str, object] = {
        "sequence": entry.sequence + 1,
        "at": entry.at + timedelta(microseconds=1),
        "facts": {**entry.facts, "added later": "yes"},
    }
    changed = other.get(field, str(getattr(entry, field)) + "x")
    entries[place] = replace(entry, **{field: changed})  # type: ignore[arg-type]
    with pytest.raises(AuditBroken) as broken:
        verify(entries)
    assert broken.value.facts["sequence"] == place + 1


@given(events=st.lists(EVENTS, min_size=2, max_size=8), data=st.data())
def test_a_gap_and_a_change_of_order_are_found(
    events: list[tuple[str, str, str, dict[str, str]]], data: st.DataObject
) -> None:
    entries = log_of(events)
    place = data.draw(st.integers(0, len(entries) - 2))
    with pytest.raises(AuditBroken):
        verify([*entries[:place], *entries[place + 1 :]])
    with pytest.raises(AuditBroken):
        verify([*entries[:place], entries[place + 1], entries[place], *entries[place + 2 :]])


def test_an_edited_entry_with_a_fresh_hash_is_found_at_the_next_one() -> None:
    entries = log_of([("a", "approved", "SB-1", {}), ("b", "approved", "SB-2", {}), ("c", "x", "y", {})])
    forged = chained(entries[0], entries[1].at, "somebody else", "approved", "SB-2", {})
    with pytest.raises(AuditBroken) as broken:
        verify([entries[0], forged, entries[2]])
    assert broken.value.facts["sequence"] == 3
