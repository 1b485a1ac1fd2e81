"""The approvals file: read whole, or refused with every fault and its line."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.approval_rules import shape
from services.approval_rules.draft import draft
from services.approval_rules.file import parse, read
from services.approval_rules.holder import Rules
from services.approval_rules.lint import lint
from services.domain.approval_rule import BUILT_IN, Asked, Condition, Facts, Role, Rulebook
from services.domain.errors import BadInput
from services.domain.location import Cost
from services.domain.persona import ATTRIBUTES
from services.domain.request import RequestKind
from services.domain.stage import Need, OnSilence, Timing
from services.written.findings import FaultyFile

SMALL = """\
zone: Europe/London
holidays: {GB: [2026-12-24]}
assistants: [Prov_Assistants]
cost_centres: {UK-HR: [lee.gu@contoso.com]}
kinds: {number: standard, persona: Two of us}
rules:
  - name: standard
    not_needed:
      - {cost_at_most: 0, uses_licence: false}
      - {department: [IT, HR]}
    stages:
      - name: manager
        asks: manager
        limit: 16 hours
        remind: [8 hours, 4 hours]
        on_silence: fallback
        not_needed: [{cost_at_most: 5.00}]
  - name: Two of us
    stages:
      - name: both
        asks: [manager's manager, cost centre's owner, {owners of: Finance}, {people: [a@b.example]}]
        need: all
"""


def rulebook(text: str = SMALL) -> Rulebook:
    return parse(text, "approvals.yaml").result()


def said(*changes: tuple[str, str]) -> list[str]:
    """Everything that is wrong with the small file, once other words stand in it."""
    text = SMALL
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    try:
        found = parse(text, "a.yaml")
    except FaultyFile as faulty:
        return [one.sentence for one in faulty.findings]
    linted = found.located(lint(found.value, unsound=found.unsound))
    return [one.sentence for one in (*found.faults, *linted)]


def test_everything_that_is_written_is_read() -> None:
    rules = rulebook()
    assert (rules.zone, rules.assistants) == ("Europe/London", ("Prov_Assistants",))
    assert rules.holidays == {"GB": frozenset({date(2026, 12, 24)})}
    assert rules.cost_centres == {"UK-HR": ("lee.gu@contoso.com",)}

    standard = rules.rule_for(RequestKind.NUMBER)
    (stage,) = standard.stages
    assert stage.asks == (Asked(role=Role.MANAGER),)
    assert stage.timing == Timing(limit_hours=16, remind_hours=(4, 8), on_silence=OnSilence.FALLBACK)
    assert stage.not_needed == (Condition(cost_at_most=Decimal("5.00")),)
    assert standard.not_needed[1].attributes == {"department": ("IT", "HR")}

    (both,) = rules.rule_for(RequestKind.PERSONA).stages
    assert both.need is Need.ALL
    assert [ask.role for ask in both.asks] == [
        Role.MANAGERS_MANAGER,
        Role.COST_CENTRE_OWNER,
        Role.GROUP_OWNERS,
        Role.PEOPLE,
    ]
    assert both.asks[2].names == ("Finance",)


def test_conditions_hold_as_they_were_written() -> None:
    free, of_it = rulebook().rule_for(RequestKind.NUMBER).not_needed
    costs = (Cost(amount=Decimal("6.50"), currency="GBP"),)
    assert free.holds(Facts())
    assert not free.holds(Facts(licences={"MCOEV": 3}))
    assert not free.holds(Facts(costs=costs))
    assert of_it.holds(Facts(costs=costs, attributes={"department": "it"}))
    assert not of_it.holds(Facts(attributes={"department": None}))


def test_the_managers_rule_is_always_there_and_may_be_another() -> None:
    assert rulebook().named("Manager") is BUILT_IN
    own = rulebook(
        SMALL.replace("name: standard", "name: Manager").replace("number: standard", "number: manager")
    )
    assert own.named("manager") is own.rules[0]
    assert len(own.rules) == 2


def test_conditions_know_every_attribute() -> None:
    known = {field.alias or name for name, field in shape.Condition.model_fields.items()}
    others = {one.name for one in fields(Condition)} - {"attributes"}
    assert known == {*ATTRIBUTES, *others}


FAULTS = [
    (
        "Europe/London",
        "Europe/Londn",
        "a.yaml:1 (zone): There is no time zone Europe/Londn. Perhaps Europe/London",
    ),
    ("Europe/London", "../etc", "a.yaml:1 (zone): There is no time zone"),
    ("2026-12-24", "2026-02-30", "a.yaml:2 (holidays, GB): It must be a day that there is"),
    ("{GB:", "{Britain:", "a.yaml:2 (holidays, Britain): It must be the ISO code of a country"),
    ("{GB:", "{UK:", "a.yaml:2 (holidays, UK): There is no country UK. Write its ISO code"),
    (
        "lee.gu@contoso.com",
        "Lee Gu",
        "a.yaml:4 (cost centres, UK-HR): Lee Gu is no name that somebody signs in",
    ),
    ("[lee.gu@contoso.com]", "[]", "a.yaml:4 (cost centres, UK-HR): It is empty."),
    (
        "number: standard",
        "number: standart",
        "a.yaml:5 (kinds, number): There is no rule standart. The rules are: ",
    ),
    (
        "number: standard",
        "phone: standard",
        "a.yaml:5 (kinds, phone): It is 'phone', but must be one of 'number'",
    ),
    (
        "department: [IT",
        "departmnt: [IT",
        "(standard, not needed, departmnt): There is no such field. Perhaps department",
    ),
    (
        "{department: [IT, HR]}",
        "{}",
        "a.yaml:10 (standard, not needed): It is empty, so that it would never hold.",
    ),
    (
        "asks: manager\n",
        "asks: managr\n",
        "a.yaml:13 (standard, stage manager, asks): managr cannot be asked. Perhaps",
    ),
    (
        "asks: manager\n",
        "asks: {groups: X}\n",
        "stage manager, asks): It must be one of manager, manager's manager",
    ),
    ("asks: manager\n", "asks: []\n", "(standard, stage manager, asks): It is empty."),
    ("asks: manager\n", "asks: {people: []}\n", "stage manager, asks, people): It is empty."),
    ("asks: manager\n", 'asks: {owners of: ""}\n', "stage manager, asks, owners of): It is empty."),
    (
        "16 hours",
        "2 days",
        "a.yaml:14 (standard, stage manager, limit): It must be working hours, such as 16 hours.",
    ),
    (
        "16 hours",
        "2001 hours",
        "(standard, stage manager, limit): It must be more than 0 and at most 2000 hours.",
    ),
    ("16 hours", "0 hours", "(standard, stage manager, limit): It must be more than 0"),
    (
        "16 hours",
        "8 hours",
        "stage manager, remind): The reminder after 8 hours is not before the limit of 8.",
    ),
    ("[8 hours, 4 hours]", "[4 hours, 4.0 hours]", "stage manager, remind): 4 hours stands there twice."),
    (
        "        limit: 16 hours\n",
        "",
        "stage manager, on silence): It says what follows on silence, but not after",
    ),
    (
        "name: Two of us",
        "name: Standard",
        "a.yaml:18 (Standard, name): Another rule has the name standard already.",
    ),
    (
        "need: all",
        "need: both",
        "(Two of us, stage both, need): It is 'both', but must be one of 'one' or 'all'.",
    ),
    ("name: both", "nom: both", "a.yaml:20 (Two of us, stage 1, name): It is missing."),
    ("[Prov_Assistants]", "[One, one]", "a.yaml:3 (assistants): one stands there twice."),
    (
        "asks: manager\n",
        "asks: queue owners\n",
        "stage manager, asks): Requests for a number go by this rule, and they",
    ),
    (
        "asks: manager\n",
        "asks: queue owners\n",
        "stage manager, asks): It asks queue owners, and the file names none.",
    ),
    ("zone: Europe", "zone: UTC\nzone: Europe", "a.yaml:2: zone stands there twice."),
    ("name: both", f"name: {'b' * 81}", "name): It is too long."),
    ("{GB", "{Ü: [],\nG\aB", "a.yaml:3: This is not valid YAML: it has the character U+0007. Take it away"),
    (
        "rules:",
        "---\nrules:",
        "a.yaml:6: This is not valid YAML: expected a single document in the stream, but",
    ),
]


@pytest.mark.parametrize(("before", "after", "sentence"), FAULTS)
def test_what_is_wrong_is_said_with_its_line(before: str, after: str, sentence: str) -> None:
    assert sentence in "\n".join(said((before, after)))


def test_lines_that_repeat_each_other_are_not_followed_for_ever() -> None:
    """Eight lines of them would be 400 million values."""
    again = (f"a{place + 1}: &a{place + 1} [{', '.join([f'*a{place}'] * 9)}]" for place in range(8))
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]", *again]
    with pytest.raises(BadInput, match="more than 300,000 values, counting what it repeats by name"):
        rulebook("\n".join(lines))


def test_a_good_file_has_nothing_wrong() -> None:
    assert said() == []


DOCS = Path(__file__).parents[2] / "docs" / "approvals.md"


@pytest.mark.parametrize("example", re.findall(r"```yaml\n(.*?)```", DOCS.read_text(), re.DOTALL))
def test_the_examples_of_the_handbook_have_nothing_wrong(example: str) -> None:
    assert lint(rulebook(example)) == []


def test_one_fault_hides_no_other() -> None:
    found = said(("asks: manager\n", "asks: boss\n"), ("need: all", "need: most"), ("2026-12-24", "tomorrow"))
    assert [one.partition(" ")[0] for one in found] == ["a.yaml:2", "a.yaml:13", "a.yaml:22"]


def test_a_rule_with_a_fault_is_not_missing_too() -> None:
    assert len(said(("asks: manager\n", "asks: boss\n"))) == 1


def test_owners_whom_nobody_asks_are_a_warning() -> None:
    text = SMALL.replace("cost centre's owner, ", "")
    (found,) = lint(rulebook(text))
    assert not found.is_error
    assert found.what == "No rule asks cost centre's owner."


@pytest.mark.parametrize("text", ["", "rules", "[]", "a: [", "rules: {}", "rules: [x]", "kinds: []", "\0"])
def test_whatever_is_written_is_refused_in_sentences(tmp_path: Path, text: str) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"The approvals file .*approvals\.yaml"):
        read(path)


def test_without_a_file_managers_decide(tmp_path: Path) -> None:
    for path in (None, tmp_path / "approvals.yaml"):
        assert read(path).rules == (BUILT_IN,)
        assert read(path).rule_for(RequestKind.PERSONA) is BUILT_IN


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    rules = Rules(path)
    assert rules.current().rules == (BUILT_IN,)
    path.write_text(SMALL)
    assert rules.current() == rulebook()


@pytest.mark.parametrize("broken", ["", "rules: 3", SMALL.replace("number: standard", "number: other")])
def test_a_faulty_file_keeps_the_last_good_rules_and_says_why(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(SMALL)
    rules = Rules(path)
    path.write_text(broken)
    assert rules.current() == rulebook()
    assert rules.fault is not None
    path.write_text(SMALL + "\n")
    assert rules.current() == rulebook()
    assert rules.fault is None


def test_a_file_that_is_taken_away_while_the_bot_runs_makes_nothing_easier(tmp_path: Path) -> None:
    path = tmp_path / "approvals.yaml"
    path.write_text(SMALL)
    rules = Rules(path)
    path.unlink()
    assert rules.current() == rulebook()
    assert rules.fault is not None


def test_a_file_that_is_faulty_from_the_start_is_refused(tmp_path: Path) -> None:
    """Managers alone might be weaker than what the company wrote."""
    path = tmp_path / "approvals.yaml"
    path.write_text(SMALL.replace("asks: manager\n", "asks: boss\n"))
    with pytest.raises(FaultyFile, match="boss cannot be asked"):
        Rules(path)


FIELDS = [
    "rules",
    "stages",
    "name",
    "asks",
    "limit",
    "people",
    "owners of",
    "kinds",
    "number",
    "city",
    "x",
    "",
]
WORDS = st.text(max_size=5) | st.sampled_from(["manager", "4 hours", "all", "GB", "a@b.example", "none"])
ANYTHING = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_whatever_is_written_is_read_or_told(rule: object, stage: object, other: object) -> None:
    """With a rulebook of what is left to look at, in which somebody decides."""
    whole = {"name": "whole", "stages": [{"name": "a", "asks": "manager"}, stage]}
    raw = {"rules": [rule, whole], "holidays": other, "queues": {"HR": other}, "kinds": {"number": "whole"}}
    found = draft(raw, "a.yaml", lambda _: "a.yaml:1")
    assert found.faults
    assert all(one.sentence.startswith("a.yaml:1") and one.what.endswith(".") for one in found.faults)
    lint(found.value, unsound=found.unsound)
    assert found.value.rule_for(RequestKind.NUMBER).stages
