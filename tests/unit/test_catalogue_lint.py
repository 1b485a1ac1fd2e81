"""What is wrong with a catalogue that can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.approval_rules.file import parse as parse_rules
from services.approval_rules.file import read as read_rules
from services.catalogue.file import parse, read_draft
from services.catalogue.lint import lint
from services.domain.number import NumberType
from services.locations import Locations
from services.written.findings import Draft, Finding
from tests.unit.catalogue_samples import COMPANY, LOCATIONS, SMALL

OFFERS = {"Manchester": (NumberType.DIRECT_ROUTING,), "London": tuple(NumberType)}


def found(text: str) -> list[Finding]:
    draft: Draft = parse(text, "personas.yaml", LOCATIONS)
    draft.result()
    return draft.located(lint(draft.value, offers=OFFERS))


def test_a_good_catalogue_has_nothing_wrong() -> None:
    assert found(SMALL) == []


def test_the_sandbox_companys_has_nothing_wrong() -> None:
    offers = {one.name: one.number_types for one in Locations.read(COMPANY / "locations.yaml")}
    draft = read_draft(COMPANY / "personas.yaml", offers)
    rulebook = read_rules(COMPANY / "approvals.yaml")
    assert lint(draft.result(), offers=offers, rulebook=rulebook) == []


ERRORS = [
    (
        "name: Manchester HR",
        "name: Manchester-HR",
        "Manchester-HR, name",
        "The persona Manchester-HR has a hyphen",
    ),
    (
        "[Prov_Teams_Phone_Manchester]",
        "[Prov-Teams-Phone]",
        "Manchester Calling, groups",
        "The group Prov-Teams",
    ),
    (
        "Policy: UK Manchester",
        "Policy: UK–Manchester",
        "policies, TeamsCallingPolicy",
        "The policy UK–Manchester",
    ),
    ("  UK Manchester:", "  UK-Manchester:", "UK-Manchester", "The dial plan UK-Manchester has a hyphen."),
    (
        "[Manchester Calling]",
        "[Salford Calling]",
        "Manchester HR, requires",
        "There is no persona Salford Calling.",
    ),
    ("[Manchester Calling]", "[manchester hr]", "requires", "It requires itself"),
    ("requires: [Manchester Calling]", "excludes: [Manchester HR]", "excludes", "It excludes itself"),
    ("requires: [Manchester Calling]", "excludes: [Nobody]", "excludes", "There is no persona Nobody."),
    ("layer: department", "layer: calling", "Manchester HR, requires", "both are of the layer calling"),
    (
        "requires: [Manchester Calling]",
        "requires: [Manchester Calling]\n    excludes: [Manchester Calling]",
        "Manchester HR, requires",
        "one excludes the other",
    ),
    (
        "requires: [Manchester Calling]",
        "requires: [Manchester Calling]\n    attributes: {city: London}",
        "Manchester HR, attributes, city",
        "the city is London here and Manchester there",
    ),
    (
        "attributes: {city: Manchester}",
        "eligible: {department: [Sales]}",
        "Manchester HR, eligible, department",
        "they are for different values of department",
    ),
    (
        "attributes: {city: Manchester}",
        "attributes: {city: Manchester}\n    eligible: {city: [London], country: [UK]}",
        "Manchester Calling, eligible, city",
        "Who holds it has the city Manchester, and such people may not hold it.",
    ),
    (r"'^0(\d{9,10})$'", r"'^0(\d{9,10}$'", "rule 3, pattern", "is no regular expression: missing ),"),
    ("+44$1", "+44$2", "rule 3, translation", "The translation has $2, and the pattern has no such group."),
    (
        '"+441614960000"',
        '"+441614960001"',
        "rule 1, sample",
        "4960000 becomes +441614960000, not +441614960001.",
    ),
    ("sample: 4960000", "sample: 496", "rule 1, sample", "No rule of the plan matches the sample 496."),
    (
        "sample: 4960000",
        "sample: 5555",
        "rule 1, sample",
        "never gets to this rule: Internal takes it and makes",
    ),
    (
        "name: Internal",
        "name: LOCAL",
        "UK Manchester, rule 2, name",
        "Another rule of the plan is named LOCAL.",
    ),
    (
        "[directRouting]",
        "[callingPlan]",
        "number, types",
        "Manchester has no numbers of the type callingPlan.",
    ),
]


@pytest.mark.parametrize(("before", "after", "about", "what"), ERRORS)
def test_each_error_is_told_where_it_is(before: str, after: str, about: str, what: str) -> None:
    assert before in SMALL
    errors = [one for one in found(SMALL.replace(before, after, 1)) if one.is_error]
    assert any(about in one.about and what in one.what for one in errors), [one.sentence for one in errors]
    assert all(one.where.startswith("personas.yaml:") for one in errors)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (
            "caller_id_policy: UK HR Manchester",
            "caller_id_policy: Shared",
            "not in the names of its policies: Shared.",
        ),
        ("dial_plan: UK Manchester", "dial_plan: UK Manchester Two", "UK Manchester Two are not described"),
        ("  UK Manchester:", "  UK Leeds:", "No persona has the dial plan UK Leeds."),
        ("[directRouting]", "[directRouting, callingPlan]", "no numbers of the type callingPlan."),
    ],
)
def test_what_may_be_meant_is_a_warning(before: str, after: str, what: str) -> None:
    assert before in SMALL
    findings = found(SMALL.replace(before, after, 1))
    assert not [one.sentence for one in findings if one.is_error]
    assert any(what in one.what for one in findings), [one.sentence for one in findings]


def test_an_approval_rule_that_there_is_not() -> None:
    text = SMALL.replace("    layer: calling\n", "    layer: calling\n    approval: committee\n")
    (error,) = found(text)
    assert error.sentence == (
        "personas.yaml:7 (Manchester Calling, approval): There is no approval rule committee. "
        "The rules are: manager."
    )


RULES = """\
queues: {Manchester HR: [megan@x.example]}
rules:
  - name: with owner
    stages: [{name: owner, asks: persona's owner}]
  - name: Queue
    stages: [{name: queue, asks: [manager, queue owners]}]
"""


def of_rules(before: str, after: str) -> list[str]:
    """What is wrong with the small catalogue, where the company has rules."""
    assert before in SMALL
    draft = parse(SMALL.replace(before, after, 1), "personas.yaml", LOCATIONS)
    draft.result()
    linted = lint(draft.value, offers=OFFERS, rulebook=parse_rules(RULES, "approvals.yaml").result())
    return [f"{one.level.value}: {one.sentence}" for one in draft.located(linted)]


CALLING, HR = "    layer: calling\n", "    layer: department\n"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CALLING, f"{CALLING}    approval: manager\n", []),
        (CALLING, f"{CALLING}    approval: With Owner\n    owner: megan@x.example\n", []),
        (HR, f"{HR}    approval: queue\n", []),
        (
            CALLING,
            f"{CALLING}    approval: with owner\n",
            [
                "error: personas.yaml:3 (Manchester Calling, owner): The approval rule with owner asks the "
                "persona's owner, and it has none. Name the owner, or another rule."
            ],
        ),
        (
            CALLING,
            f"{CALLING}    approval: queue\n",
            [
                "warning: personas.yaml:7 (Manchester Calling, approval): The approval rule Queue asks queue "
                "owners, and the persona has no call queue. Name another rule."
            ],
        ),
        (
            "call_queues: [Manchester HR]",
            "call_queues: [Salford HR]\n    approval: queue",
            [
                "warning: personas.yaml:20 (Manchester HR, call queues): The approval rule Queue asks queue "
                "owners, and Salford HR has none. Name them under queues in the approvals file."
            ],
        ),
        (
            CALLING,
            f"{CALLING}    approval: committee\n",
            [
                "error: personas.yaml:7 (Manchester Calling, approval): There is no approval rule committee. "
                "The rules are: Queue, manager, with owner."
            ],
        ),
    ],
)
def test_a_persona_can_be_approved_as_its_rule_wants(before: str, after: str, said: list[str]) -> None:
    assert of_rules(before, after) == said


TWIN = """\
  - name: Manchester Twin
    description: Calls too
    country: GB
    layer: calling
    groups: [prov_teams_phone_manchester]
    cost: {amount: 0, currency: GBP}
dial_plans:
"""


def test_two_personas_that_cannot_be_told_apart_overlap() -> None:
    (error,) = found(SMALL.replace("dial_plans:\n", TWIN))
    assert error.is_error
    assert error.what == "It has the same groups as Manchester Calling, and the same people may hold it."


def test_a_group_in_two_personas_of_one_layer_is_a_warning() -> None:
    twin = TWIN.replace("[prov_teams_phone_manchester]", "[Prov_Teams_Phone_Manchester, Prov_Own]")
    (warning,) = found(SMALL.replace("dial_plans:\n", twin))
    assert not warning.is_error
    assert "Manchester Calling of the same layer has Prov_Teams_Phone_Manchester too." in warning.what

    assert found(SMALL.replace("dial_plans:\n", twin.replace("calling", "base"))) == []


def test_names_in_the_guides_two_spellings_pass(tmp_path: Path) -> None:
    text = SMALL.replace("name: Manchester HR", "name: manchester_hr")
    assert found(text.replace("policy: UK HR Manchester", "policy: ukHrManchester")) == []


def test_personas_that_require_each_other_are_named() -> None:
    circle = SMALL.replace("    layer: calling\n", "    layer: calling\n    requires: [Manchester HR]\n")
    whats = [one.what for one in found(circle) if one.is_error]
    assert "It requires Manchester HR, which requires it in turn." in whats


def test_a_tag_that_no_number_can_have_yet_is_a_warning() -> None:
    (warning,) = found(SMALL.replace("types: [directRouting]", "types: [directRouting], tag: HR"))
    assert not warning.is_error
    assert "Numbers have no tags yet" in warning.what
