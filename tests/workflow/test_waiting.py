"""While a step waits, its card says whom for: the tenant, which gets there by itself, or people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cards.request import request_card
from services.domain.request import Request, RequestState
from services.domain.step import StepKind, StepStatus
from services.domain.view import view_for
from services.provisioning.pace import Pace
from tests.fakes.voice_company import CHRISTIE, MEGAN, OTHER, PHONE_SKU
from tests.unit.cards_rules import check, texts
from tests.workflow.stage import Stage, step

BY_ITSELF = "Switchboard does this by itself. Nothing to do for you."
ON_ITS_WAY = "The group's licence is on its way"

FAULTS = [
    ("CountViolation", "no unit of it is left", "Ask a telecom admin to buy a licence or to free one."),
    (
        "ProhibitedInUsageLocationViolation",
        "it may not be used where the account is",
        "Ask an Entra administrator to set or correct the account's usage location.",
    ),
    (
        "MutuallyExclusiveViolation",
        "it conflicts with another licence of the account",
        "Ask a telecom admin to take the other licence away.",
    ),
    (
        "DependencyViolation",
        "it needs another licence that the account lacks",
        "Ask a telecom admin to give the account that licence too.",
    ),
    ("Other", "Entra does not explain it", "Ask a telecom admin to look at the licence in Microsoft 365."),
]


def read_by(request: Request, viewer_id: str, *, is_admin: bool = False) -> str:
    """What somebody reads on the card."""
    card = request_card(view_for(request, viewer_id, is_admin=is_admin), request.updated_at)
    check(card)
    return texts(card)


@pytest.mark.parametrize(("fault", "means", "to_do"), FAULTS)
async def test_a_licence_that_cannot_be_given_names_who_can_move_it_from_the_first_look(
    stage: Stage, fault: str, means: str, to_do: str
) -> None:
    stage.tenant.faults[PHONE_SKU] = fault
    request = await stage.provision()
    waiting = stage.seen[-1]
    assert waiting.state is RequestState.PROVISIONING
    for shown in (
        read_by(waiting, CHRISTIE.id),
        read_by(waiting, MEGAN.id),
        read_by(waiting, OTHER, is_admin=True),
    ):
        headline = shown.partition("For\n")[0]
        assert f"Why: The licence cannot be given: {means} ({fault})." in headline
        assert f"What to do: {to_do}" in headline
        assert "goes on by itself" in headline
        assert "Nothing to do for you" not in shown
    assert request.state is RequestState.NEEDS_ATTENTION
    assert request.attention is not None
    assert (request.attention.what_to_do, means in request.attention.words) == (to_do, True)


async def test_once_the_licence_is_bought_the_card_asks_nobody_any_more(stage: Stage) -> None:
    none_left = stage.tenant.skus[PHONE_SKU]
    stage.tenant.skus[PHONE_SKU] = replace(none_left, enabled=0)
    stage.tenant.operation_s = 30

    def buy() -> None:
        if "no unit of it is left" in read_by(stage.seen[-1], CHRISTIE.id):
            stage.tenant.skus[PHONE_SKU] = none_left

    stage.meanwhile = buy
    assert (await stage.provision()).state is RequestState.COMPLETED
    assert "Ask a telecom admin" in read_by(stage.seen[0], CHRISTIE.id)
    assigning = read_by(stage.seen[-1], CHRISTIE.id)
    assert BY_ITSELF in assigning
    assert "Ask a telecom admin" not in assigning


async def test_what_the_tenant_does_by_itself_is_asked_of_nobody(stage: Stage) -> None:
    stage.tenant.licence_s = 60
    await stage.provision()
    waiting = stage.seen[-1]
    assert step(waiting, StepKind.WAIT_FOR_LICENCE).status is StepStatus.WAITING
    assert ON_ITS_WAY in read_by(waiting, CHRISTIE.id)
    assert BY_ITSELF in read_by(waiting, CHRISTIE.id)


async def test_patience_that_ends_before_people_acted_asks_the_same_people(stage: Stage) -> None:
    stage.tenant.faults[PHONE_SKU] = "CountViolation"
    stage.pace = Pace(patience=120, fault_patience=3600)
    request = await stage.provision()
    assert request.attention is not None
    assert request.attention.words.startswith("Still not done after 2 min. The licence cannot be given")
    assert request.attention.what_to_do == "Ask a telecom admin to buy a licence or to free one."
