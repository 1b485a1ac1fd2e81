"""Imported once by the server that forks victims, so that each of them starts with everything imported."""

from __future__ import annotations

import dbos as dbos
import pytest as pytest  # each victim imports the main module of the process that starts it

from services.graph.client import Graph
from services.graph.credentials import StaticToken
from services.graph.warm import warm_up
from tests.clock import FakeClock
from tests.workflow import victim as victim

warm_up(Graph.connect("http://127.0.0.1:1/v1.0", StaticToken("sandbox"), FakeClock()))
