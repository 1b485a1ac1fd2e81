"""What a dialled string becomes: the first rule that matches decides, as in Teams."""

from __future__ import annotations

import pytest

from services.catalogue.dial_plan import BadPattern, translate, unknown_references
from services.catalogue.file import read
from services.catalogue.trying import try_dialling
from services.domain.errors import BadInput
from services.domain.persona import Rule
from services.locations import Locations
from tests.unit.catalogue_samples import COMPANY, small


def rule(pattern: str, translation: str, name: str = "rule") -> Rule:
    return Rule(name=name, pattern=pattern, translation=translation)


MANCHESTER = (
    rule(r"^(\d{7})$", "+44161$1", "Local"),
    rule(r"^5555$", "+441612300714", "Internal"),
    rule(r"^00(.*)$", "+$1", "International"),
    rule(r"^0(\d{9,10})$", "+44$1", "Domestic"),
)
"""The guide's, with the parenthesis that it forgot, and in the order that works."""


@pytest.mark.parametrize(
    ("dialled", "becomes", "by"),
    [
        ("4960000", "+441614960000", "Local"),
        ("496-0000", "+441614960000", "Local"),
        ("(0161) 496 0000", "+441614960000", "Domestic"),
        ("0161\u00a0496\u20110000", "+441614960000", "Domestic"),
        ("5555", "+441612300714", "Internal"),
        ("0049 30 901820", "+4930901820", "International"),
    ],
)
def test_the_guides_dial_plan(dialled: str, becomes: str, by: str) -> None:
    found = translate(MANCHESTER, dialled)
    assert found is not None
    assert (found[0], found[1].name) == (becomes, by)


@pytest.mark.parametrize("dialled", ["", "999", "+441614960000", "abc"])
def test_what_no_rule_matches_is_left_to_teams(dialled: str) -> None:
    assert translate(MANCHESTER, dialled) is None


def test_the_first_rule_that_matches_wins() -> None:
    found = translate((rule(r"^\d+$", "+1"), rule(r"^55$", "+2")), "55")
    assert found is not None
    assert found[0] == "+1"


@pytest.mark.parametrize(
    ("pattern", "translation", "dialled", "becomes"),
    [
        (r"^(?<city>\d\d)(\d+)$", "+${city}-$1", "12345", "+12-12"),  # here names and numbers count alike
        (r"^(\d)(\d)$", "$2$1", "12", "21"),
        (r"^(\d)(9)?$", "+$1$2", "1", "+1"),
        (r"^(\d)$", "$$$1", "1", "$1"),
        (r"^(\d)$", "+$7", "1", "+$7"),
        (r"^(\d)$", "+$0", "1", "+1"),
        (r"9", "8", "1991", "1881"),
        (r"^(\d)$", r"\1\g<0>", "1", r"\1\g<0>"),
    ],
)
def test_translations_are_in_nets_spelling(
    pattern: str, translation: str, dialled: str, becomes: str
) -> None:
    found = translate((rule(pattern, translation),), dialled)
    assert found is not None
    assert found[0] == becomes


def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(BadPattern, match="unterminated"):
        translate((rule(r"^0(\d{9,10}$", "+44$1"),), "1")


def test_references_to_groups_that_are_not_there_are_found() -> None:
    assert unknown_references(rule(r"^(?<a>\d)$", "$0$1$2${a}${b}$$3")) == ["$2", "${b}"]


def test_a_persona_dials_with_its_plan_or_that_of_one_it_requires() -> None:
    locations = [one.name for one in Locations.read(COMPANY / "locations.yaml")]
    catalogue = read(COMPANY / "personas.yaml", locations)
    for name in ("Manchester Calling", "manchester hr"):
        trial = try_dialling(catalogue, name, "496 0000")
        assert (trial.plan, trial.result) == ("UK Manchester", "+441614960000")
        assert trial.rule is not None
        assert trial.rule.name == "Local"
    assert try_dialling(catalogue, "London HR", "999").rule is None


def test_why_nothing_can_be_tried() -> None:
    with pytest.raises(BadInput, match=r"no persona Mars\. There are: Manchester Calling, Manchester HR"):
        try_dialling(small(), "Mars", "1")
    locations = [one.name for one in Locations.read(COMPANY / "locations.yaml")]
    with pytest.raises(BadInput, match="UK Standard has no dial plan"):
        try_dialling(read(COMPANY / "personas.yaml", locations), "UK Standard", "1")
