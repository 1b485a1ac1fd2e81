"""Membership rules and filters: whatever is written, it is understood rightly or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.errors import GraphError
from services.sandbox.filters import parse_filter
from services.sandbox.rules import RuleError, parse_rule
from services.sandbox.views import USER

Meaning = Callable[[Mapping[str, Any]], bool]

PROPERTIES = st.sampled_from(["city", "department", "officeLocation", "country"])
WORDS = st.sampled_from(
    ["London", "london", "Lon", "HR", "Manchester", "O'Brien", 'a "quoted" one', "back`tick", ""]
)
FACTS = st.fixed_dictionaries(
    {name: st.none() | WORDS for name in ("city", "department", "officeLocation", "country")}
    | {"accountEnabled": st.booleans()}
)


def quoted(word: str) -> str:
    return '"' + word.replace("`", "``").replace('"', '`"') + '"'


def low(value: str | None) -> str | None:
    return None if value is None else value.lower()


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Meaning]:
    name, word = draw(PROPERTIES), draw(WORDS)
    operator = draw(st.sampled_from(["eq", "ne", "startsWith", "contains", "in"]))
    spelt = draw(st.sampled_from(["-", ""])) + draw(
        st.sampled_from([operator, operator.lower(), operator.upper()])
    )
    wanted = word.lower()
    meanings: dict[str, Meaning] = {
        "eq": lambda f: low(f[name]) == wanted,
        "ne": lambda f: low(f[name]) != wanted,
        "startsWith": lambda f: f[name] is not None and f[name].lower().startswith(wanted),
        "contains": lambda f: f[name] is not None and wanted in f[name].lower(),
        "in": lambda f: low(f[name]) in {wanted, "nowhere"},
    }
    value = f'["nowhere", {quoted(word)}]' if operator == "in" else quoted(word)
    return f"user.{name} {spelt} {value}", meanings[operator]


def combine(parts: st.SearchStrategy[tuple[str, Meaning]]) -> st.SearchStrategy[tuple[str, Meaning]]:
    def both(a: tuple[str, Meaning], b: tuple[str, Meaning]) -> tuple[str, Meaning]:
        return f"({a[0]}) -and ({b[0]})", lambda f: a[1](f) and b[1](f)

    def either(a: tuple[str, Meaning], b: tuple[str, Meaning]) -> tuple[str, Meaning]:
        return f"({a[0]}) -OR ({b[0]})", lambda f: a[1](f) or b[1](f)

    def negated(a: tuple[str, Meaning]) -> tuple[str, Meaning]:
        return f"-not ({a[0]})", lambda f: not a[1](f)

    return st.builds(both, parts, parts) | st.builds(either, parts, parts) | st.builds(negated, parts)


@given(rule=st.recursive(comparisons(), combine, max_leaves=8), facts=FACTS)
def test_a_rule_means_what_it_says(rule: tuple[str, Meaning], facts: dict[str, Any]) -> None:
    text, meaning = rule
    assert parse_rule(text)(facts) is meaning(facts)


@given(a=comparisons(), b=comparisons(), c=comparisons(), facts=FACTS)
def test_not_binds_tightest_and_or_least(a: Any, b: Any, c: Any, facts: dict[str, Any]) -> None:
    text = f"{a[0]} -or {b[0]} -and -not {c[0]}"
    assert parse_rule(text)(facts) is (a[1](facts) or (b[1](facts) and not c[1](facts)))


@given(text=st.text(st.sampled_from("user.city -eqnotand\"'`()[],\\ \n1é"), max_size=60))
def test_no_text_breaks_the_reader_of_rules(text: str) -> None:
    try:
        predicate = parse_rule(text)
    except RuleError:
        return
    assert predicate({}) in {True, False}


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "user.city",
        'user.city -eq "London',
        'user.shoeSize -eq "42"',
        'user.city -like "L*"',
        'user.city -in "London"',
        'device.city -eq "London"',
        'user.city -eq "London" user.city -eq "Leeds"',
        "(" * 100 + 'user.city -eq "x"' + ")" * 100,
        'user.city -eq "' + "x" * 3100 + '"',
    ],
)
def test_a_rule_that_entra_would_refuse(rule: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(rule)


def test_flags_and_nothing_can_be_compared() -> None:
    assert parse_rule("user.accountEnabled -eq true")({"accountEnabled": True})
    assert not parse_rule("user.accountEnabled -ne True")({"accountEnabled": True})
    assert parse_rule("user.city -eq null")({"city": None})
    assert parse_rule('user.city -notIn ["London"]')({"city": None})


@given(city=st.none() | WORDS, wanted=WORDS)
def test_a_filter_compares_without_case_and_reads_doubled_quotes(city: str | None, wanted: str) -> None:
    text = wanted.replace("'", "''")
    row = {"city": city}
    assert parse_filter(f"city eq '{text}'", USER)(row) is (low(city) == wanted.lower())
    assert parse_filter(f"startswith(city,'{text}')", USER)(row) is (
        city is not None and city.lower().startswith(wanted.lower())
    )
    assert parse_filter(f"not(city in ('{text}','x'))", USER, advanced=True)(row) is (
        low(city) not in {wanted.lower(), "x"}
    )


@given(text=st.text(st.sampled_from("city eqandotny'()/:, 1xé"), max_size=60))
def test_no_text_breaks_the_reader_of_filters(text: str) -> None:
    try:
        predicate = parse_filter(text, USER)
    except GraphError:
        return
    assert predicate({}) in {True, False}


@pytest.mark.parametrize(
    "text", ["x/any(c:c eq 'a')", "displayName/any(c:c eq 'a')", "assignedLicenses/any(c:d eq 'a')"]
)
def test_any_is_for_lists_alone(text: str) -> None:
    with pytest.raises(GraphError) as refusal:
        parse_filter(text, USER)
    assert refusal.value.status == 400


def test_any_looks_into_a_list_of_objects() -> None:
    sku = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
    has = parse_filter(f"assignedLicenses/any(x:x/skuId eq {sku})", USER)
    assert has({"assignedLicenses": [{"skuId": "other"}, {"skuId": sku}]})
    assert not has({"assignedLicenses": []})
