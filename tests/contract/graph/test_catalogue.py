"""The catalogue held against a tenant, through the real adapters."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from services.approval_rules.file import read as read_rules
from services.catalogue.against import against
from services.catalogue.file import parse, read_draft
from services.catalogue.review import Microsoft365, importable, review
from services.catalogue.workbook import read_workbook
from services.catalogue.workbook_export import export
from services.domain.errors import NotPermitted
from services.locations import Locations
from services.sandbox.company.groups import group_id
from services.sandbox.company.products import CALLING_PLAN
from services.written.findings import Draft, FaultyFile
from tests.contract.graph.conftest import World
from tests.contract.graph.road import refusal
from tests.unit.catalogue_samples import COMPANY

OFFERS = {one.name: one.number_types for one in Locations.read(COMPANY / "locations.yaml")}
RULES = read_rules(COMPANY / "approvals.yaml")
MANCHESTER = group_id("Prov_Teams_Phone_Manchester")


def company(*changes: tuple[str, str]) -> Draft:
    """The company's catalogue, with other words in it."""
    text = (COMPANY / "personas.yaml").read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return parse(text, "personas.yaml", OFFERS)


async def sentences(world: World, draft: Draft) -> list[str]:
    found = await against(draft.result(), world.directory, world.telephony)
    return [f"{one.level.value}: {one.about}: {one.what}" for one in draft.located(found)]


async def test_the_companys_catalogue_is_true_of_its_tenant(world: World) -> None:
    assert await sentences(world, company()) == []


async def test_what_the_tenant_does_not_have_is_found(world: World) -> None:
    draft = company(
        ("groups: [Prov_Teams_Phone_Manchester]", "groups: [Prov_Nowhere, Prov_Teams_Phone_Manchester]"),
        ("dial_plan: UK London", "dial_plan: UK Mars"),
        ("caller_id_policy: UK HR Manchester", "caller_id_policy: UK HR Leeds"),
        ("licences: [MCOEV, MCOPSTN1]", "licences: [MCOEV, MCOPSTN9]"),
        ("TeamsCallingPolicy: UK Birmingham", "TeamsPaintPolicy: Blue"),
        ("owner: MeganB@", "owner: Nobody@"),
        ("owner: AdeleV@", "owner: GradyA@"),
    )
    assert await sentences(world, draft) == [
        "error: Manchester Calling, groups: The directory has no group named Prov_Nowhere.",
        "error: London Calling, dial plan: Microsoft 365 has no TenantDialPlan named UK Mars.",
        "error: Birmingham Calling, policies, TeamsPaintPolicy: Microsoft 365 refused: Policy type "
        "'TeamsPaintPolicy' is not supported.",
        "error: New York Calling, licences: The organisation has not bought MCOPSTN9.",
        "warning: New York Calling, licences: Its groups also bring MCOPSTN1.",
        "error: Manchester HR, caller id policy: Microsoft 365 has no CallingLineIdentity named UK HR Leeds.",
        "error: Manchester HR, owner: The directory has no such person: Nobody@switchboard.example.",
        "error: London HR, owner: Grady Archie cannot decide: the account is disabled.",
    ]


async def test_a_licence_that_no_group_brings_is_found(world: World) -> None:
    draft = company(("licences: [MCOEV]", "licences: [MCOEV, MCOPSTN1]"))
    assert await sentences(world, draft) == [
        "error: Manchester Calling, licences: No group of the persona brings MCOPSTN1."
    ]
    group = world.tenant.groups.get(MANCHESTER)
    assert group is not None
    group.sku_ids.append(CALLING_PLAN)
    world.clock.move(61)
    assert await sentences(world, draft) == []


async def test_two_groups_of_one_name_are_found(world: World) -> None:
    group = world.tenant.groups.get(group_id("Prov_Teams_Phone_Dublin"))
    assert group is not None
    group.display_name = "Prov_Teams_Phone_Manchester"
    assert "error: Manchester Calling, groups: The directory has 2 groups named " in " ".join(
        await sentences(world, company())
    )


async def test_a_group_that_is_a_team_too_is_warned_about(world: World) -> None:
    group = world.tenant.groups.get(MANCHESTER)
    assert group is not None
    assert not (await world.directory.group_named(group.display_name)).is_collaboration
    group.unified = True
    world.clock.move(61)
    team = company(
        (
            "groups: [Prov_Teams_Phone_Dublin]",
            "groups: [Prov_Teams_Phone_Dublin]\n    teams: [Prov_Teams_Phone_Manchester, Mars]",
        )
    )
    assert [one for one in await sentences(world, team) if "Dublin" in one] == [
        "error: Dublin Calling, teams: The directory has no group named Mars."
    ]

    assert (await world.directory.group_named(group.display_name)).is_collaboration
    assert await sentences(world, company()) == [
        "warning: Manchester Calling, groups: Prov_Teams_Phone_Manchester is also a Microsoft 365 group or a "
        "team, with files and conversations."
    ]


async def test_each_thing_is_asked_once(world: World) -> None:
    await sentences(world, company())
    assert world.road.times("GET /v1.0/subscribedSkus") == 1
    assert world.road.times("GET /v1.0/groups?") + world.road.times("GET /v1.0/groups") <= 2 * 11


async def test_a_missing_permission_is_no_fault_of_the_catalogue(world: World) -> None:
    world.road.expect("GET /v1.0/subscribedSkus", refusal(403, "Authorization_RequestDenied", "No."))
    with pytest.raises(NotPermitted):
        await sentences(world, company())


def spoiled(book: Workbook) -> None:
    """What a workbook looks like after a year of many hands."""
    sheet, rules = book["Personas"], book["DialPlans"]
    sheet.merge_cells("B2:B3")
    sheet["A4"] = "\u00a0 EU   Standard "
    sheet["F5"] = "MCOEV\r\n"
    sheet["A6"] = " manchester calling"
    sheet["E7"] = "Prov_Teams_Phone_Nowhere"
    sheet["E8"] = "Prov-Teams-Phone-New-York"
    sheet["J9"] = "DE-Berlin"
    sheet["D10"] = "voice"
    sheet["F10"] = "MCOEV\r\nMCO_NOTHING"
    sheet["Z10"] = None
    sheet["A11"] = "Manchester-HR"
    sheet["L12"] = "UK HR Mars"
    rules["C3"] = r"^(5555$"
    rules["F2"] = "+440000000000"


async def test_a_bad_workbook_is_refused_as_a_whole_with_every_fault_at_once(
    world: World, tmp_path: Path
) -> None:
    """Merged cells, stray spaces, Windows line ends, duplicate names, unknown groups, hyphens, bad regex."""
    path = tmp_path / "book.xlsx"
    export(company().result(), path)
    book = load_workbook(path)
    spoiled(book)
    book.save(path)

    draft = read_workbook(path, OFFERS)
    findings = await review(draft, OFFERS, RULES, Microsoft365(world.directory, world.telephony))

    errors = [(one.where, one.what) for one in findings if one.is_error]
    for where, words in (
        ("Personas!B2:B3", "Cells are merged"),
        ("Personas!A6", "Another persona has the name Manchester Calling already"),
        ("Personas!E7", "no group named Prov_Teams_Phone_Nowhere"),
        ("Personas!E8", "The group Prov-Teams-Phone-New-York has a hyphen"),
        ("Personas!E8", "no group named Prov-Teams-Phone-New-York"),
        ("Personas!J9", "The policy DE-Berlin has a hyphen"),
        ("Personas!J9", "no TenantDialPlan named DE-Berlin"),
        ("Personas!D10", "must be one of 'base', 'calling' or 'department'"),
        ("Personas!F10", "has not bought MCO_NOTHING"),
        ("Personas!Z10", "It is missing"),
        ("Personas!A11", "The persona Manchester-HR has a hyphen"),
        ("Personas!V12", "There is no persona London Calling"),  # it was given another's name
        ("Personas!L12", "no CallingLineIdentity named UK HR Mars"),
        ("DialPlans!C3", "^(5555$ is no regular expression"),
        ("DialPlans!E2", "becomes +441614960000, not +440000000000"),
    ):
        assert any(cell == where and words in what for cell, what in errors), (where, words, errors)
    assert len(errors) == 15, errors
    assert not any(cell in {"Personas!A4", "Personas!F5"} for cell, _ in errors), "spaces are no fault"
    with pytest.raises(FaultyFile) as refused:
        importable(draft, findings)
    assert len(refused.value.findings) == 15


async def test_a_good_workbook_is_the_same_catalogue(world: World, tmp_path: Path) -> None:
    draft = read_draft(COMPANY / "personas.yaml", OFFERS)
    export(draft.result(), tmp_path / "book.xlsx")
    again = read_workbook(tmp_path / "book.xlsx", OFFERS)
    findings = await review(again, OFFERS, RULES, Microsoft365(world.directory, world.telephony))
    assert findings == []
    assert importable(again, findings) == draft.result()
