"""People, clocks, runs and faults in whatever order: what must hold holds after each step.

SWITCHBOARD_EXAMPLES asks for that many examples on each kind of records, other ones each time.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from structlog.testing import capture_logs

from services import audit
from services.domain.errors import AuditBroken
from services.domain.offer import NEXT_AVAILABLE
from services.domain.request import Request, RequestState
from tests.properties import strategies as draw
from tests.properties.backends import Backend, EmbeddedBackend, PostgresBackend
from tests.properties.commands import Command, Forward, Press, Refresh, StandIn, Submit, Work
from tests.properties.company import MOODS, NUMBERS, OFFICES, PEOPLE, disturb
from tests.properties.model import free_numbers, may_submit
from tests.properties.queries import check_queries
from tests.properties.races import race
from tests.properties.step import kind, perform
from tests.properties.system import System

EXAMPLES = int(os.environ.get("SWITCHBOARD_EXAMPLES", "0"))
STEPS = 25
PHASES = (Phase.generate, Phase.shrink)
HOUR = 3600


class RequestMachine(RuleBasedStateMachine):
    """Requests, numbers and approvals, on the backend of a subclass or on two at a time.

    On two each does the same and must end the same. What happens at once there happens one after the other:
    who comes first is chance.
    """

    backends: tuple[Backend, ...]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.logs = capture_logs()
        self.log = self.logs.__enter__()
        self.systems = [self.runner.run(System.opened(backend)) for backend in self.backends]

    @initialize(
        people=st.lists(draw.ANY_PERSON, min_size=4, max_size=len(PEOPLE), unique=True),
        offices=st.sampled_from([(0,), (1,), (0, 1)]),
        wanted=st.none() | st.sampled_from(range(3)),
        steps=st.lists(draw.ANY_FORWARD, max_size=8),
    )
    def everybody_hands_in_a_first_request_at_once(
        self, people: list[int], offices: tuple[int, ...], wanted: int | None, steps: list[Forward]
    ) -> None:
        """At first, it may be, all want the same number. Then a busy morning takes its course."""
        if wanted is not None:
            self.all_get_what_there_is([Submit(person, 0, wanted) for person in people])
        offices *= len(people)
        self.all_get_what_there_is([Submit(*asks) for asks in zip(people, offices, strict=False)])
        for step in steps:
            self.each(step)

    def all_get_what_there_is(self, submits: list[Submit]) -> None:
        """Nobody is told that there is no number left while there is one."""
        system = self.systems[0]
        expected = len(system.seen.requests)
        for choice, office in {(submit.choice, submit.office) for submit in submits}:
            asking = [PEOPLE[submit.person] for submit in submits if submit.office == office]
            number = NEXT_AVAILABLE if choice is None else NUMBERS[choice]
            fit = [person for person in asking if may_submit(system, person, "", OFFICES[office], number)]
            free = free_numbers(system, OFFICES[office]) if choice is None else {number}
            expected += min(len(fit), len(free))
        self.together(*submits)
        assert len(system.seen.requests) == expected

    @rule(command=draw.ANY_COMMAND)
    def one_does_something(self, command: Command) -> None:
        self.each(command)

    @rule(button=draw.PENDING_BUTTONS, age=st.sampled_from([1, 2, -1]))
    def somebody_presses_a_button_of_an_old_card(self, button: str, age: int) -> None:
        for request in self.pending()[:1]:
            self.each(Press(button, age=age, about=request.id))

    @rule(button=st.sampled_from(["approve", "reject"]))
    def people_are_asked_about_their_own_request(self, button: str) -> None:
        """As stand-ins. For choice, who asked and who benefits are two."""
        for request in sorted(self.pending(), key=lambda one: one.requester == one.beneficiary)[:1]:
            for role in ("requester", "beneficiary"):
                self.each(StandIn(role=role, about=request.id))
                self.each(Press(button, role=role, about=request.id))

    @rule(which=draw.WHICH, mood=draw.BUSY_MOODS, gaps=draw.GAPS, error=draw.BREAKS)
    def answers_to_commits_are_lost(
        self, which: int, mood: str, gaps: list[int], error: Callable[[], BaseException]
    ) -> None:
        """A run loses the connection just after something was made durable, and not once only."""
        for request in self.approved(which):
            for system in self.systems:
                system.faults.lose_answers(gaps, error)
            self.each(Work(mood=mood, about=request.id))

    @rule(which=draw.WHICH, mood=draw.RUN_MOODS)
    def a_run_is_killed_after_each_step(self, which: int, mood: str) -> None:
        """And all cards are true in between."""
        for request in self.approved(which):
            for parts in range(1, 5):
                self.each(Work(parts=parts, mood=mood, about=request.id))
                self.each(Refresh())

    def pending(self) -> list[Request]:
        """What waits for a decision. When nothing does, somebody asks who may."""
        for person in range(len(PEOPLE)):
            if self.in_state(RequestState.PENDING):
                break
            self.each(Submit(person, person % len(OFFICES)))
        return self.in_state(RequestState.PENDING)

    def approved(self, which: int) -> list[Request]:
        """One that is approved, if there is one that can be."""
        if pending := self.pending():
            request = pending[which % len(pending)]
            for _ in request.stages:
                self.each(Press("approve", about=request.id))
        return self.in_state(RequestState.APPROVED)[:1]

    def in_state(self, state: RequestState) -> list[Request]:
        return [request for request in self.systems[0].seen.requests.values() if request.state is state]

    @rule(which=draw.WHICH, pair=draw.WHICH, is_turned=st.booleans(), later=draw.LATER)
    def two_want_something_of_one_request(self, which: int, pair: int, is_turned: bool, later: int) -> None:
        both = race(self.systems[0], which, pair)
        self.together(*(both[::-1] if is_turned else both), later=later)

    @rule(people=st.lists(draw.ANY_PERSON, min_size=2, max_size=3), choice=draw.ANY_CHOICE, later=draw.LATER)
    def some_ask_for_the_same(self, people: list[int], choice: int | None, later: int) -> None:
        """Different people, or one in two chats."""
        self.together(*(Submit(person, 0, choice) for person in people), later=later)

    @rule(first=draw.ANY_COMMAND, second=draw.ANY_COMMAND, later=draw.LATER)
    def two_do_something_at_once(self, first: Command, second: Command, later: int) -> None:
        self.together(first, second, later=later)

    @rule(command=draw.ANY_COMMAND, moments=st.integers(0, 30), error=draw.BREAKS)
    def the_records_break_off(
        self, command: Command, moments: int, error: Callable[[], BaseException]
    ) -> None:
        for system in self.systems:
            system.faults.break_off(moments, error)
        self.each(command)

    @rule(button=draw.PENDING_BUTTONS, moments=st.integers(0, 6), error=draw.BREAKS)
    def a_decision_breaks_off(self, button: str, moments: int, error: Callable[[], BaseException]) -> None:
        for request in self.pending()[:1]:
            for system in self.systems:
                system.faults.break_off(moments, error)
            self.each(Press(button, about=request.id))

    @rule(
        hours=st.sampled_from([1, 24, 73]),
        mood=st.sampled_from(MOODS),
        which=st.integers(0, len(NUMBERS) - 1),
        is_restarted=draw.NOW_AND_THEN,
    )
    def the_world_turns(self, hours: int, mood: str, which: int, is_restarted: bool) -> None:
        """Time passes, the tenant changes its mood, and now and then the product is started anew."""
        for system in self.systems:
            system.clock.move(hours * HOUR)
            disturb(system.tenant, mood, NUMBERS[which])
            if is_restarted:
                self.runner.run(system.restart())
            self.runner.run(check_queries(system.store, system.seen, system.clock.now()))
            self.a_log_without_its_end_is_found_out(system)
        self.each()

    def a_log_without_its_end_is_found_out(self, system: System) -> None:
        with system.backend.shortened_log() as is_short:
            if is_short:
                with pytest.raises(AuditBroken):
                    self.runner.run(audit.verify(system.store))

    def together(self, *commands: Command, later: int = 0) -> None:
        """At once, or one after the other: on two kinds of records chance would not be the same."""
        if len(self.systems) == 1:
            self.each(*commands, later=later)
        else:
            for command in commands:
                self.each(command)

    def each(self, *commands: Command, later: int = 0) -> None:
        """All systems do the same, and it comes to the same."""
        outcomes = [
            [kind(one) for one in self.runner.run(perform(system, *commands, later=later))]
            for system in self.systems
        ]
        first, *others = self.systems
        for system, outcome in zip(others, outcomes[1:], strict=True):
            assert outcome == outcomes[0]
            assert system.seen.without_refs() == first.seen.without_refs()
        broken = [entry for entry in self.log if entry["event"] in {"run_broke_off", "database_failed"}]
        assert not broken, broken

    def teardown(self) -> None:
        try:
            for system in self.systems:
                self.runner.run(system.store.close())
            self.runner.close()
        finally:
            self.logs.__exit__(None, None, None)


def run(examples: int, *on: Backend) -> None:
    class Machine(RequestMachine):
        backends = on

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES or examples,
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            phases=PHASES if EXAMPLES else PHASES[:1],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_requests_on_the_embedded_records(tmp_path: Path) -> None:
    run(30, EmbeddedBackend(tmp_path))


def test_requests_on_postgresql(database: str) -> None:
    run(8, PostgresBackend(database))


def test_the_same_requests_on_both(tmp_path: Path, database: str) -> None:
    run(5, EmbeddedBackend(tmp_path), PostgresBackend(database))
