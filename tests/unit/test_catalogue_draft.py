"""Whatever somebody writes: it is read or refused, and one fault hides no other."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalogue.draft import draft
from services.catalogue.lint import lint
from services.catalogue.mapping import to_raw
from tests.unit.catalogue_samples import LOCATIONS, small

names = st.sampled_from(
    [
        "name",
        "groups",
        "number",
        "location",
        "types",
        "cost",
        "amount",
        "policies",
        "eligible",
        "city",
        "x",
        "",
    ]
)
anything = st.recursive(
    st.text(max_size=5) | st.sampled_from(["HR", "base", "GB", "none", "6.50"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(anything, anything, anything)
def test_whatever_is_written_is_read_or_refused(one: object, other: object, plans: object) -> None:
    """With every fault in place, and a catalogue of what is left to look at."""
    raw = {"version": "1", "personas": [one, other], "dial_plans": plans}
    found = draft({**raw, "personas": one} if isinstance(one, list) else raw, "x", lambda _: "x:1", LOCATIONS)
    assert found.faults
    lint(found.value, unsound=found.unsound)
    assert all(fault.sentence.startswith("x:1") and fault.what.endswith(".") for fault in found.faults)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_one_fault_hides_no_other(data: st.DataObject) -> None:
    """A field that is spoiled in a good catalogue is told, and nothing else is."""
    raw = to_raw(small())
    persona = data.draw(st.sampled_from(raw["personas"]))
    field = data.draw(st.sampled_from(sorted(persona)))
    persona[field] = data.draw(st.sampled_from([[[]], {"?": "?"}, ["", "\0"]]))
    other = data.draw(st.sampled_from([one for one in raw["personas"] if one is not persona]))
    other["layer"] = "kalling"
    found = draft(raw, "x", lambda path: str(path[:3]), LOCATIONS)
    places = {fault.path[1:3] for fault in found.faults}
    assert places == {(raw["personas"].index(persona), field), (raw["personas"].index(other), "layer")}
