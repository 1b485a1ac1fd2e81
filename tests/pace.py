"""Provisioning in a hurry, for stories whose tenant is quick too."""

from __future__ import annotations

from services.provisioning.pace import Pace

QUICK = Pace(first_pause=0.05, longest_pause=0.5, doubt=1.0, late_doubt=5.0, fault_patience=5.0, sweep=2.0)
