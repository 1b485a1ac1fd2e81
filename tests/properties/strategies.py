"""What the machine draws, and how often: mostly what is to the point, sometimes what nobody should do."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.commands import (
    ROLES,
    USUAL_ROLE,
    Chase,
    Command,
    Forward,
    Press,
    Refresh,
    StandIn,
    Submit,
    Talk,
    Work,
)
from tests.properties.company import NUMBERS, OFFICES, PEOPLE
from tests.properties.faults import Killed, connection_lost

WHICH = st.integers(0, 5)
LATER = st.integers(0, 9)
ANY_PERSON = st.integers(0, len(PEOPLE) - 1)
ANY_OFFICE = st.integers(0, len(OFFICES) - 1)
ANY_CHOICE = st.none() | st.integers(0, len(NUMBERS) - 1)
BUTTONS = st.sampled_from(list(USUAL_ROLE))
PENDING_BUTTONS = st.sampled_from(["approve", "reject", "cancel"])
NOW_AND_THEN = st.sampled_from([False, False, False, True])
OLD = st.sampled_from([0, 0, 0, 0, 1, 2, -1])
BUSY_MOODS = st.sampled_from(["is well", "gives a number away", "gives a number away", "lets nobody dial"])
RUN_MOODS = st.sampled_from(["is well", "refuses an order", "gives a number away", "lets nobody dial"])

ANY_SUBMIT = st.builds(Submit, person=ANY_PERSON, office=ANY_OFFICE, choice=ANY_CHOICE, again=NOW_AND_THEN)
USUAL_PRESS = st.builds(Press, button=BUTTONS, which=WHICH, age=OLD)
ANY_PRESS = st.builds(Press, button=BUTTONS, which=WHICH, role=st.sampled_from(ROLES), age=OLD)
ANY_WORK = st.builds(Work, which=WHICH, parts=st.integers(0, 9), is_late=NOW_AND_THEN)
ANY_FORWARD = st.builds(
    Forward, which=WHICH, parts=st.sampled_from([9, 9, 9, 3, 1]), back=st.booleans(), mood=RUN_MOODS
)
ANY_ROUND = st.one_of(
    st.builds(Chase),
    st.builds(
        Talk,
        what=st.sampled_from(["delegate", "ask", "answer"]),
        which=WHICH,
        role=st.sampled_from(["approver", "approver", "requester", "stranger"]),
        person=ANY_PERSON,
    ),
    st.builds(StandIn, which=WHICH, role=st.sampled_from(ROLES)),
    st.builds(Refresh),
)
ANY_COMMAND: st.SearchStrategy[Command] = st.one_of(
    ANY_FORWARD, ANY_FORWARD, USUAL_PRESS, USUAL_PRESS, ANY_PRESS, ANY_SUBMIT, ANY_WORK, ANY_ROUND
)
BREAKS = st.sampled_from([connection_lost, connection_lost, Killed])

EACH_ONCE = st.just([1] * 40)
"""Each change loses its answer once, for the try that follows it goes well."""

GAPS = EACH_ONCE | st.lists(st.integers(0, 5), min_size=1)
