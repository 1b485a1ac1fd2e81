"""Who is asked: the right person, though people leave, are away, ask for themselves and sit on two chairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.approval_parts import ApprovalParts
from services.approvals.subject import Subject
from services.changes import Changes
from services.domain.approval_rule import ApprovalRule, Condition, Facts, Rulebook, StageRule
from services.domain.course import Course
from services.domain.errors import NoApprover
from services.domain.person import Person
from services.domain.preferences import ApproverPreferences
from services.domain.request import RequestKind
from services.domain.stage import Asked, Need, Role
from services.ports import Availability, Group
from services.storage.embedded import EmbeddedRecords
from tests.clock import FakeClock
from tests.fakes.directory import FakeDirectory
from tests.fakes.tenant import FakeGroup, FakeTenant


def person(name: str, *, cost_centre: str | None = None) -> Person:
    address = f"{name.lower()}@switchboard.example"
    return Person(id=name.lower(), display_name=name, user_principal_name=address, cost_centre=cost_centre)


CHRISTIE, MEGAN, MIRIAM, PATTI = (
    person("Christie", cost_centre="UK-HR"),
    *map(person, ["Megan", "Miriam", "Patti"]),
)
ALLAN, LEE, DEBRA = person("Allan"), person("Lee"), person("Debra")
PEOPLE = (CHRISTIE, MEGAN, MIRIAM, PATTI, ALLAN, LEE, DEBRA)
MANAGERS = {"christie": "megan", "megan": "miriam", "miriam": "patti"}
AWAY = Availability(is_away=True)
BY_MANAGER = StageRule(name="manager", asks=(Asked(role=Role.MANAGER),))
HEADS = Asked(role=Role.PEOPLE, names=(LEE.user_principal_name, DEBRA.user_principal_name))


class Company:
    """People, their managers, and one rule."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self.tenant = FakeTenant(self.clock)
        self.tenant.people = {one.id: one for one in PEOPLE}
        self.tenant.managers = dict(MANAGERS)
        group = Group(id="board", name="Board", is_dynamic=False, takes_members=True)
        members = dict.fromkeys(("christie", "lee", "debra"), self.clock.now())
        self.tenant.groups = {"board": FakeGroup(group, owners=("debra",), members=members)}
        self.stages: tuple[StageRule, ...] = (BY_MANAGER,)
        self.fallback = "allan"
        self.preferences: list[ApproverPreferences] = []
        self.requester = "christie"

    @property
    def rulebook(self) -> Rulebook:
        rule = ApprovalRule(name="manager", stages=self.stages)
        centres = {"uk-hr": (LEE.user_principal_name,)}
        return Rulebook(rules=(rule,), cost_centres=centres, zone="Europe/London")

    async def course(self, facts: Facts | None = None) -> Course:
        records = await EmbeddedRecords.open(self.folder, self.clock)
        try:
            async with records.transaction() as tx:
                for chosen in self.preferences:
                    await tx.approvers.put(chosen)
            changes = Changes(records, self.clock, frozenset(), lambda _: None)
            parts = ApprovalParts.of(
                FakeDirectory(self.tenant), changes, lambda: self.rulebook, self.fallback
            )
            subject = Subject(
                kind=RequestKind.NUMBER,
                requester_id=self.requester,
                beneficiary=self.tenant.people["christie"],
                facts=facts or Facts(),
            )
            return await parts.routing.course(subject)
        finally:
            await records.close()

    async def asked(self) -> list[tuple[str, str]]:
        """Who would be asked in the first stage, and why."""
        return [(who.name, who.why) for who in (await self.course()).stages[0].approvers]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


async def test_the_manager_is_asked(company: Company) -> None:
    assert await company.asked() == [("Megan", "manager")]


async def test_a_manager_who_has_left_leads_up_the_chain(company: Company) -> None:
    company.tenant.people["megan"] = replace(MEGAN, account_enabled=False)
    assert await company.asked() == [("Miriam", "next manager up, because Megan's account is disabled")]


async def test_a_manager_who_asks_for_somebody_does_not_approve_it(company: Company) -> None:
    company.requester = "megan"
    assert await company.asked() == [("Miriam", "next manager up, because Megan has a part in the request")]


async def test_a_manager_on_leave_leads_up_and_the_reason_says_until_when(company: Company) -> None:
    back = company.clock.now() + timedelta(days=9)
    company.tenant.availabilities["megan"] = Availability(is_away=True, back_at=back)
    (asked,) = await company.asked()
    assert asked == ("Miriam", f"next manager up, because Megan is out of office until {back.day} Dec 2026")


async def test_the_deputy_of_a_manager_on_leave_is_asked_first(company: Company) -> None:
    company.tenant.availabilities["megan"] = AWAY
    company.preferences = [ApproverPreferences(person_id="megan", deputy=DEBRA.ref)]
    assert await company.asked() == [("Debra", "deputy of Megan, who is out of office")]


async def test_a_deputy_who_is_away_too_is_passed_over(company: Company) -> None:
    company.tenant.availabilities |= {"megan": AWAY, "debra": AWAY}
    company.preferences = [ApproverPreferences(person_id="megan", deputy=DEBRA.ref)]
    assert (await company.asked())[0][0] == "Miriam"


async def test_a_deputy_for_a_period_is_asked_on_its_days_and_on_no_others(company: Company) -> None:
    today = company.clock.now().date()
    chosen = ApproverPreferences(
        person_id="megan", deputy=DEBRA.ref, deputy_from=today, deputy_until=today + timedelta(days=2)
    )
    company.preferences = [chosen]
    assert await company.asked() == [("Debra", "deputy of Megan")]
    company.clock.move(3 * 86_400)
    assert await company.asked() == [("Megan", "manager")]


async def test_a_deputy_never_decides_on_what_is_for_them(company: Company) -> None:
    company.tenant.availabilities["megan"] = AWAY
    company.preferences = [ApproverPreferences(person_id="megan", deputy=CHRISTIE.ref)]
    assert (await company.asked())[0][0] == "Miriam"


async def test_the_deputy_of_the_next_manager_up_is_asked_in_their_place(company: Company) -> None:
    company.tenant.people["megan"] = replace(MEGAN, account_enabled=False)
    company.tenant.availabilities["miriam"] = AWAY
    company.preferences = [ApproverPreferences(person_id="miriam", deputy=DEBRA.ref)]
    why = "next manager up, because Megan's account is disabled"
    assert await company.asked() == [("Debra", f"deputy of Miriam, who is out of office: {why}")]
    company.tenant.availabilities.clear()
    assert await company.asked() == [("Miriam", why)]
    today = company.clock.now().date()
    company.preferences = [
        replace(company.preferences[0], deputy_from=today, deputy_until=today + timedelta(days=2))
    ]
    assert await company.asked() == [("Debra", f"deputy of Miriam: {why}")]


async def test_two_who_are_deputies_of_each_other_make_no_circle(company: Company) -> None:
    company.tenant.availabilities |= {"megan": AWAY, "debra": AWAY}
    company.preferences = [
        ApproverPreferences(person_id="megan", deputy=DEBRA.ref),
        ApproverPreferences(person_id="debra", deputy=MEGAN.ref),
    ]
    assert (await company.asked())[0][0] == "Miriam"


async def test_when_everybody_above_is_away_the_manager_is_asked_all_the_same(company: Company) -> None:
    company.tenant.availabilities |= dict.fromkeys(("megan", "miriam", "patti"), AWAY)
    assert await company.asked() == [("Megan", "manager, although Megan is out of office")]


async def test_without_a_manager_the_fallback_is_asked(company: Company) -> None:
    company.tenant.managers.clear()
    assert await company.asked() == [("Allan", "fallback approver, because nobody can decide as manager")]


async def test_without_anybody_it_is_said(company: Company) -> None:
    company.tenant.managers.clear()
    for nobody in ("", "christie", "a stranger"):
        company.fallback = nobody
        with pytest.raises(NoApprover):
            await company.course()


async def test_of_several_those_are_asked_who_are_there(company: Company) -> None:
    company.stages = (StageRule(name="heads", asks=(HEADS,)),)
    assert [name for name, _ in await company.asked()] == ["Lee", "Debra"]
    company.tenant.availabilities["lee"] = AWAY
    assert [name for name, _ in await company.asked()] == ["Debra"]


async def test_where_all_must_approve_somebody_fills_the_seat_of_who_is_away(company: Company) -> None:
    company.stages = (StageRule(name="heads", asks=(HEADS,), need=Need.ALL),)
    company.tenant.availabilities["lee"] = AWAY
    company.preferences = [ApproverPreferences(person_id="lee", deputy=DEBRA.ref)]
    (stage,) = (await company.course()).stages
    assert [(who.name, who.fills) for who in stage.approvers] == [("Debra", ("lee", "debra"))]


async def test_where_all_must_approve_a_role_that_nobody_has_is_not_one_approval_less(
    company: Company,
) -> None:
    company.tenant.managers.clear()
    asks = (Asked(role=Role.MANAGER), Asked(role=Role.COST_CENTRE_OWNER))
    company.stages = (StageRule(name="both", asks=asks, need=Need.ALL),)
    in_place = ("Allan", "fallback approver, because nobody can decide as manager")
    assert await company.asked() == [("Lee", "owner of the cost centre UK-HR"), in_place]
    company.fallback = ""
    with pytest.raises(NoApprover):
        await company.course()
    company.stages = (StageRule(name="either", asks=asks),)
    assert await company.asked() == [("Lee", "owner of the cost centre UK-HR")]


async def test_owners_and_members_of_a_group_are_asked_but_not_who_asks(company: Company) -> None:
    company.stages = (StageRule(name="board", asks=(Asked(role=Role.GROUP_OWNERS, names=("Board",)),)),)
    assert await company.asked() == [("Debra", "owner of Board")]
    company.stages = (StageRule(name="board", asks=(Asked(role=Role.GROUP_MEMBERS, names=("Board",)),)),)
    assert [name for name, _ in await company.asked()] == ["Lee", "Debra"]


async def test_a_group_that_is_gone_leads_to_the_fallback(company: Company) -> None:
    company.stages = (StageRule(name="board", asks=(Asked(role=Role.GROUP_OWNERS, names=("Gone",)),)),)
    assert (await company.asked())[0][0] == "Allan"


async def test_the_owner_of_the_cost_centre_is_asked(company: Company) -> None:
    company.stages = (StageRule(name="money", asks=(Asked(role=Role.COST_CENTRE_OWNER),)),)
    assert await company.asked() == [("Lee", "owner of the cost centre UK-HR")]


async def test_the_managers_manager_is_asked(company: Company) -> None:
    company.stages = (StageRule(name="above", asks=(Asked(role=Role.MANAGERS_MANAGER),)),)
    assert await company.asked() == [("Miriam", "manager's manager")]


async def test_who_is_meant_twice_is_asked_once(company: Company) -> None:
    twice = (Asked(role=Role.MANAGER), Asked(role=Role.PEOPLE, names=(MEGAN.user_principal_name,)))
    company.stages = (StageRule(name="both", asks=twice),)
    assert await company.asked() == [("Megan", "manager")]


async def test_a_stage_whose_condition_holds_is_left_out_and_all_of_them_make_it_free(
    company: Company,
) -> None:
    free = Condition(uses_licence=False)
    company.stages = (replace(BY_MANAGER, not_needed=(free,)),)
    course = await company.course(Facts())
    assert (course.stages, course.not_needed) == ((), "it uses no licence")
    assert (await company.course(Facts(licences={"MCOEV": 3}))).stages[0].approvers[0].name == "Megan"


@given(data=st.data())
async def test_whoever_is_asked_can_decide_and_has_no_part_in_it(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    company = Company(tmp_path_factory.mktemp("company"))
    names = [one.id for one in PEOPLE]
    some = st.sets(st.sampled_from(names))
    company.requester = data.draw(st.sampled_from(names), label="requester")
    for gone in data.draw(some, label="left"):
        company.tenant.people[gone] = replace(company.tenant.people[gone], account_enabled=False)
    company.tenant.availabilities |= dict.fromkeys(data.draw(some, label="away"), AWAY)
    pairs = st.dictionaries(st.sampled_from(names), st.sampled_from(PEOPLE), max_size=3)
    company.preferences = [
        ApproverPreferences(
            person_id=who, deputy=deputy.ref, deputy_from=date(2026, 1, 1), deputy_until=date(2027, 1, 1)
        )
        for who, deputy in data.draw(pairs, label="deputies").items()
    ]
    company.stages = (
        StageRule(
            name="heads", asks=(HEADS, Asked(role=Role.MANAGER)), need=data.draw(st.sampled_from(Need))
        ),
    )
    try:
        (stage,) = (await company.course()).stages
    except NoApprover:
        return
    assert len({who.id for who in stage.approvers}) == len(stage.approvers) > 0
    for who in stage.approvers:
        assert company.tenant.people[who.id].can_work
        assert who.id not in {company.requester, "christie"}
        assert who.why
