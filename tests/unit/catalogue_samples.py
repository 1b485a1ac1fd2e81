"""Catalogues for stories: a small written one, and any that could be written at all."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from services.catalogue.file import parse
from services.catalogue.shape import OWN_FIELDS
from services.domain.location import Cost
from services.domain.number import NumberType
from services.domain.persona import ATTRIBUTES, Catalogue, Layer, NumberSpec, Persona, Rule
from services.sandbox import company
from services.written.findings import FaultyFile, Finding
from services.written.texts import clean

LOCATIONS = ("Manchester", "London", "New York")
COMPANY = Path(company.__file__).parent

SMALL = r"""version: 7
personas:
  - name: Manchester Calling
    description: Calls from the Manchester office
    country: GB
    layer: calling
    groups: [Prov_Teams_Phone_Manchester]
    licences: [MCOEV]
    number: {location: manchester, types: [directRouting]}
    dial_plan: UK Manchester
    policies: {TeamsCallingPolicy: UK Manchester}
    attributes: {city: Manchester}
    cost: {amount: 6.50, currency: GBP}
  - name: Manchester HR
    description: Answers the queue
    country: GB
    layer: department
    groups: [Prov_Teams_Phone_Manchester_HR]
    caller_id_policy: UK HR Manchester
    call_queues: [Manchester HR]
    eligible: {department: [HR]}
    requires: [Manchester Calling]
    cost: {amount: 0, currency: GBP}
dial_plans:
  UK Manchester:
    - {name: Local, pattern: '^(\d{7})$', translation: +44161$1, sample: 4960000, becomes: "+441614960000"}
    - {name: Internal, pattern: ^5555$, translation: +441612300714}
    - {name: Domestic, pattern: '^0(\d{9,10})$', translation: +44$1}
"""


def small() -> Catalogue:
    return parse(SMALL, "personas.yaml", LOCATIONS).result()


def faults_of(text: str) -> list[Finding]:
    """Everything for which the text is refused."""
    try:
        parse(text, "personas.yaml", LOCATIONS).result()
    except FaultyFile as faulty:
        return list(faulty.findings)
    return []


def said(text: str) -> list[str]:
    return [finding.sentence for finding in faults_of(text)]


def _can_stand(text: str) -> bool:
    return bool(text) and clean(text) == text and not any(unicodedata.category(c) == "Cc" for c in text)


texts = st.one_of(
    st.text(st.sampled_from("aZ9 =+-@;\\$'\"#:%{}[],&*!|>é漢🙂"), max_size=12),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12),
    st.sampled_from(["NO", "null", "~", "true", "0161", "1e3", "=1+1", "#N/A", "2026-01-01", "<<", "- a"]),
).filter(_can_stand)
words = texts.filter(lambda text: text.casefold() != "none")


def several(of: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(of, min_size=least, max_size=3, unique_by=str.casefold).map(tuple)


def _mapping(names: st.SearchStrategy[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(names, values, max_size=3)


types = st.from_regex(r"[A-Z][A-Za-z0-9]{0,8}", fullmatch=True).filter(lambda name: name not in OWN_FIELDS)
policies = st.builds(
    dict.__or__, _mapping(st.sampled_from(sorted(OWN_FIELDS)), texts), _mapping(types, texts)
)
numbers = st.none() | st.builds(
    NumberSpec,
    location=st.sampled_from(LOCATIONS),
    types=st.lists(st.sampled_from(NumberType), max_size=3, unique=True).map(tuple),
    tag=st.just("") | texts,
)
costs = st.builds(
    Cost,
    amount=st.decimals(0, Decimal("99999999.99"), places=2),
    currency=st.from_regex(r"[A-Z]{3}", fullmatch=True),
)


@st.composite
def personas(draw: st.DrawFn, name: str) -> Persona:
    given = draw(policies)
    attributes = st.sampled_from(sorted(ATTRIBUTES))
    return Persona(
        name=name,
        description=draw(texts),
        country=draw(st.from_regex(r"[A-Z]{2}", fullmatch=True)),
        layer=draw(st.sampled_from(Layer)),
        groups=draw(several(texts, 1)),
        cost=draw(costs),
        licences=draw(several(texts)),
        number=draw(numbers),
        policies=given,
        direct=frozenset(draw(several(st.sampled_from(sorted(given))))) if given else frozenset(),
        emergency_location=draw(st.just("") | texts),
        call_queues=draw(several(texts)),
        teams=draw(several(texts)),
        attributes=draw(_mapping(attributes, texts)),
        eligible=draw(_mapping(attributes, several(texts, 1))),
        requires=draw(several(texts)),
        excludes=draw(several(texts)),
        approval=draw(texts),
        owner=draw(st.just("") | st.from_regex(r"[a-z.]{1,9}@[a-z]{1,9}\.example", fullmatch=True)),
    )


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    sample, becomes = draw(st.just(("", "")) | st.tuples(texts, texts))
    return Rule(
        name=draw(texts),
        pattern=draw(texts),
        translation=draw(texts),
        sample=sample,
        becomes=becomes,
    )


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """Any catalogue that can be written, however odd."""
    plans = draw(several(texts))
    return Catalogue(
        version=draw(st.integers(1, 10**9)),
        personas=tuple(draw(personas(name)) for name in draw(several(texts, 1))),
        dial_plans={plan: tuple(draw(st.lists(rules(), min_size=1, max_size=3))) for plan in plans},
    )
