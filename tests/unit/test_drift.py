"""What has drifted from a persona, each thing with one action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards.drift import drift_card
from services.domain.drift import DriftReport, Finding
from services.domain.number import Number, NumberType
from services.domain.person import PersonRef
from services.domain.persona import CALLER_ID, DIAL_PLAN, VOICE_ROUTING
from services.ports import LicenceFault, Licences, Subscription, VoiceConfiguration
from services.provisioning.persona_drift import Has, drift
from tests.fakes.persona_is import DEBRA
from tests.fakes.personas import CATALOGUE
from tests.unit.cards_rules import check, texts
from tests.unit.cards_stories import CHRISTIE, MEGAN, NOW

GIVEN = ("London Calling", "London HR")
NUMBER = "+442079460000"
PHONE = Subscription(sku_id="phone", part_number="MCOEV", plans=frozenset({"mcoev"}), enabled=5, consumed=5)
POLICIES = {
    CALLER_ID: "UK HR London",
    DIAL_PLAN: "UK London",
    VOICE_ROUTING: "UK Domestic London",
    "TeamsCallingPolicy": "UK London",
}
VOICE = VoiceConfiguration(
    voice_enabled=True,
    numbers=(NUMBER,),
    account_type="user",
    policies=POLICIES,
    by_group=dict.fromkeys(POLICIES, "g"),
)
ALL = Has(
    person=DEBRA,
    memberships={"1": "Prov_Teams_Phone_London", "2": "prov_teams_phone_london_hr", "3": "Book club"},
    licences=Licences(plans=frozenset({"mcoev"}), brought=(("phone", "1"),)),
    bought=(PHONE,),
    voice=VOICE,
    numbers=(Number(e164=NUMBER, type=NumberType.DIRECT_ROUTING, location="London", country="GB"),),
)


def found(
    has: Has, given: tuple[str, ...] = GIVEN, ended: tuple[str, ...] = ()
) -> list[tuple[str, str, str]]:
    findings = drift(DEBRA.ref, given, CATALOGUE, has, ended)
    return [(one.persona, one.what, one.action) for one in findings]


def test_who_has_everything_has_not_drifted() -> None:
    assert found(ALL) == []


DRIFTS = {
    "a group": (
        replace(ALL, memberships={"1": "Prov_Teams_Phone_London"}),
        "London HR",
        "Not a member of Prov_Teams_Phone_London_HR.",
        "Add them to Prov_Teams_Phone_London_HR, or have them ask for London HR again.",
    ),
    "a policy of the group": (
        replace(ALL, voice=replace(VOICE, policies={**POLICIES, DIAL_PLAN: "UK Leeds"})),
        "London Calling",
        "TenantDialPlan is UK Leeds, not UK London.",
        "Check that a group of London Calling carries UK London in the Teams admin center.",
    ),
    "a policy that is hidden": (
        replace(
            ALL,
            voice=replace(
                VOICE,
                policies={**POLICIES, CALLER_ID: "Mine"},
                by_group={kind: "g" for kind in POLICIES if kind != CALLER_ID},
            ),
        ),
        "London HR",
        "CallingLineIdentity is Mine, not UK HR London.",
        "Take Mine away from the person: it is assigned directly and hides the group's.",
    ),
    "a licence in error": (
        replace(
            ALL,
            licences=Licences(
                plans=frozenset(),
                faults=(LicenceFault(sku_id="phone", group_id="1", error="CountViolation"),),
            ),
        ),
        "London Calling",
        "Licence Teams Phone Standard: The licence cannot be given: no unit of it is left (CountViolation).",
        "Ask a telecom admin to buy a licence or to free one.",
    ),
    "a number that Teams lost": (
        replace(ALL, voice=replace(VOICE, numbers=())),
        "London Calling",
        f"Teams does not show {NUMBER}.",
        "Give it to them again, or release it.",
    ),
    "another number than theirs": (
        replace(ALL, voice=replace(VOICE, numbers=("+442079460099",))),
        "London Calling",
        f"Teams shows +442079460099, not {NUMBER}.",
        f"Assign {NUMBER} to them again in the Teams admin center.",
    ),
    "one number more": (
        replace(ALL, voice=replace(VOICE, numbers=(NUMBER, "+442079460099"))),
        "London Calling",
        "Teams shows +442079460099, which the inventory does not know as theirs.",
        "Take it away from them in the Teams admin center.",
    ),
    "a group that a rule may fill": (
        replace(
            ALL,
            person=replace(DEBRA, city="Leeds"),
            memberships={"2": "Prov_Teams_Phone_London_HR"},
        ),
        "London Calling",
        "Not a member of Prov_Teams_Phone_London.",
        "Add them to Prov_Teams_Phone_London; if a rule fills it, set on their account: city = London, "
        "officeLocation = London.",
    ),
    "no number at all": (
        replace(ALL, voice=replace(VOICE, numbers=()), numbers=()),
        "London Calling",
        "There is no number.",
        "Have them ask for London Calling again.",
    ),
    "the account": (
        replace(ALL, person=replace(DEBRA, account_enabled=False)),
        "",
        "The account is disabled or a guest.",
        "Enable it, or release what the person has.",
    ),
}


@pytest.mark.parametrize("case", DRIFTS)
def test_each_thing_that_drifted_has_one_action(case: str) -> None:
    has, persona, what, action = DRIFTS[case]
    assert found(has) == [(persona, what, action)]


def test_a_persona_that_left_the_catalogue_is_said_and_the_others_are_still_compared() -> None:
    has = replace(ALL, memberships={})
    whats = [what for _, what, _ in found(has, ("Moon HR", "London HR"))]
    assert whats == [
        "Moon HR is not in the catalogue any more.",
        "Not a member of Prov_Teams_Phone_London_HR.",
    ]


def test_what_an_ended_persona_brought_is_found_when_it_is_there_again() -> None:
    back = {**ALL.memberships, "4": "Prov_Teams_Phone_Manchester"}
    ended = ("Manchester Calling", "Manchester HR", "Moon HR")
    assert found(replace(ALL, memberships=back), ended=ended) == [
        (
            "Manchester Calling",
            "In Prov_Teams_Phone_Manchester again, though Manchester Calling has ended.",
            "Take them out of Prov_Teams_Phone_Manchester.",
        )
    ]
    assert found(ALL, ended=ended) == []


def test_a_group_that_a_persona_of_now_needs_too_is_not_one_that_came_back() -> None:
    shared = tuple(
        replace(one, groups=(*one.groups, "Book club")) if one.name in {"London HR", "Manchester HR"} else one
        for one in CATALOGUE
    )
    catalogue = replace(CATALOGUE, personas=shared)
    assert list(drift(DEBRA.ref, GIVEN, catalogue, ALL, ("Manchester HR",))) == []


MANY = tuple(
    Finding(person=PersonRef(id=f"p{n}", name="Ж" * 256), what="Ж" * 900, action="Ж" * 900, persona="Ж" * 256)
    for n in range(40)
)


def test_the_card_names_people_what_differs_and_one_action_each() -> None:
    finding = Finding(
        person=DEBRA.ref,
        persona="London HR",
        what=f"{CALLER_ID} is Mine, not UK HR London.",
        action="Take Mine away from the person.",
        kind=CALLER_ID,
    )
    report = DriftReport(
        at=NOW, looked_at=9, findings=(finding,), unread=(CHRISTIE.ref,), changing=(MEGAN.ref,)
    )
    card = drift_card(report)
    check(card)
    shown = " ".join(texts(card).split())
    for part in (
        "7 people were compared with their personas, and 1 person has drifted.",
        "By persona: London HR: 1",
        "Debra Berger London HR Caller ID is Mine, not UK HR London.",
        "What to do: Take Mine away from the person.",
        "Could not be looked at: Christie Cline",
        "Not compared, since a change is under way: Megan Bowen",
        "As of 23 Nov 2026, 14:05 UTC",
    ):
        assert part in shown, part


def test_more_than_a_card_holds_is_counted_and_fits() -> None:
    people = tuple(finding.person for finding in MANY)
    card = drift_card(DriftReport(at=NOW, looked_at=900, findings=MANY, unread=people, changing=people))
    check(card)
    assert "… and 25 more" in texts(card)


def test_who_could_not_be_looked_at_is_not_called_as_promised() -> None:
    card = drift_card(DriftReport(at=NOW, looked_at=1, unread=(CHRISTIE.ref,)))
    assert "✓" not in texts(card)
    assert "0 people were compared" in texts(card)
