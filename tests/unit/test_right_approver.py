"""Who is asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.errors import NoApprover
from services.domain.person import Person
from services.domain.policy import choose_approver


def person(name: str, *, enabled: bool = True, guest: bool = False) -> Person:
    return Person(
        id=name,
        display_name=name,
        user_principal_name=f"{name}@switchboard.example",
        account_enabled=enabled,
        user_type="Guest" if guest else "Member",
    )


MEGAN, MIRIAM, ALLAN = person("Megan"), person("Miriam"), person("Allan")
NOBODY: frozenset[str] = frozenset()


def test_the_manager_is_asked() -> None:
    assert choose_approver([MEGAN, MIRIAM], ALLAN, NOBODY) == (MEGAN, "manager")


def test_a_manager_who_has_left_leads_up_the_chain() -> None:
    chosen, why = choose_approver([replace(MEGAN, account_enabled=False), MIRIAM], ALLAN, NOBODY)
    assert chosen == MIRIAM
    assert "next manager up" in why


def test_without_a_manager_the_fallback_is_asked() -> None:
    chosen, why = choose_approver([], ALLAN, NOBODY)
    assert chosen == ALLAN
    assert "fallback" in why


def test_without_anybody_it_is_said() -> None:
    with pytest.raises(NoApprover):
        choose_approver([], None, NOBODY)
    with pytest.raises(NoApprover):
        choose_approver([], ALLAN, frozenset({ALLAN.id}))


people = st.builds(person, st.sampled_from(["a", "b", "c", "d"]), enabled=st.booleans(), guest=st.booleans())


@given(st.lists(people, max_size=4), st.none() | people, st.frozensets(st.sampled_from(["a", "b", "c"])))
def test_the_one_who_is_asked_can_decide_and_has_no_part_in_it(
    chain: list[Person], fallback: Person | None, excluded: frozenset[str]
) -> None:
    try:
        chosen, why = choose_approver(chain, fallback, excluded)
    except NoApprover:
        assert not [one for one in [*chain, *([fallback] if fallback else [])] if fits(one, excluded)]
        return
    assert fits(chosen, excluded)
    assert why


def fits(one: Person, excluded: frozenset[str]) -> bool:
    return one.account_enabled and one.user_type != "Guest" and one.id not in excluded
