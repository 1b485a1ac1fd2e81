"""Rules of dynamic groups: what they admit, and what an account must say to be admitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.membership_rule import Value, demands, understood
from services.sandbox.rules import parse_rule

STAFF = '(user.accountEnabled -eq true) -and (user.userType -eq "Member")'
LONDON = f'((user.city -eq "London") -or (user.officeLocation -startsWith "London")) -and {STAFF}'
LONDON_HR = f'(user.city -eq "London") -and (user.department -eq "HR") -and {STAFF}'
CHRISTIE: dict[str, Value] = {
    "city": "Manchester",
    "officeLocation": "Manchester",
    "department": "HR",
    "country": "United Kingdom",
    "accountEnabled": True,
    "userType": "Member",
}


def wanted(text: str, **but: Value) -> dict[str, str] | None:
    rule = understood(text)
    assert rule is not None
    return demands(rule, {**CHRISTIE, **but})


def test_a_city_is_what_the_guides_groups_ask_for() -> None:
    assert wanted(LONDON_HR) == {"city": "London"}
    assert wanted(LONDON) == {"city": "London"}
    assert wanted(LONDON_HR, department="Sales") == {"city": "London", "department": "HR"}


def test_who_is_admitted_already_needs_nothing() -> None:
    assert wanted(LONDON, city="London") == {}
    assert wanted(LONDON, officeLocation="London Bridge") == {}


@pytest.mark.parametrize(
    "rule",
    [
        LONDON_HR.replace("true", "false"),  # an account is not disabled for a group
        '(user.userType -eq "Guest") -and (user.city -eq "London")',
        '(user.city -startsWith "Lon")',
        '(user.city -ne "Manchester")',
        '(user.city -eq "London") -and (user.city -eq "Leeds")',
        "(user.city -eq null)",
    ],
)
def test_what_cannot_be_satisfied_surely_is_left_to_people(rule: str) -> None:
    assert wanted(rule) is None


@pytest.mark.parametrize(
    "rule",
    [
        'user.extensionAttribute1 -eq "x"',
        'user.memberOf -any (group.objectId -in ["a"])',
        'user.proxyAddresses -any (_ -contains "contoso")',
        'user.city -match "Lon.*"',
        '(user.city -eq "London"',
        "",
        'user.city -eq "London" nonsense',
    ],
)
def test_what_is_not_certain_is_not_understood(rule: str) -> None:
    assert understood(rule) is None


RULES = st.recursive(
    st.builds(
        "(user.{} {} {})".format,
        st.sampled_from(["city", "department", "officeLocation", "userType"]),
        st.sampled_from(["-eq", "-ne", "-startsWith", "-contains", "-notContains", "-notStartsWith"]),
        st.sampled_from(['"London"', '"Manchester"', '"HR"', "'Member'", '"lon"']),
    )
    | st.builds(
        "(user.{} {} [{}])".format,
        st.sampled_from(["city", "Department"]),
        st.sampled_from(["-in", "-notIn"]),
        st.sampled_from(['"London"', '"Leeds", "manchester"', '"HR","Sales"']),
    ),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["-and", "-or"]), inner)
        | st.builds("-not {}".format, inner)
    ),
    max_leaves=6,
)
PEOPLE = st.fixed_dictionaries(
    {
        "city": st.sampled_from(["London", "Manchester", "LEEDS", None]),
        "department": st.sampled_from(["HR", "Sales", None]),
        "officeLocation": st.sampled_from(["London Bridge", "Manchester", None]),
        "userType": st.sampled_from(["Member", "Guest"]),
    }
)


@given(RULES, PEOPLE)
def test_it_admits_whom_the_tenant_admits(rule: str, person: dict[str, Value]) -> None:
    found = understood(rule)
    assert found is not None
    assert found.admits(person) is parse_rule(rule)(person)


@given(RULES, PEOPLE)
def test_who_has_what_a_rule_demands_is_admitted(rule: str, person: dict[str, Value]) -> None:
    found = understood(rule)
    assert found is not None
    changes = demands(found, person)
    if changes is not None:
        assert parse_rule(rule)({**person, **changes})
