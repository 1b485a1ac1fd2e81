"""What has drifted from a persona, each thing with one action."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.number import Number, NumberType
from services.domain.persona import CALLER_ID, DIAL_PLAN, VOICE_ROUTING
from services.ports import LicenceFault, Licences, Subscription, VoiceConfiguration
from services.provisioning.persona_drift import Has, drift
from tests.fakes.persona_is import DEBRA
from tests.fakes.personas import CATALOGUE

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


def found(has: Has, given: tuple[str, ...] = GIVEN) -> list[tuple[str, str, str]]:
    return [(one.persona, one.what, one.action) for one in drift(DEBRA.ref, given, CATALOGUE, has)]


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
