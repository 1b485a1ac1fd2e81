"""Plays Microsoft Teams for tests: the connector on one side, people with their clients on the other."""

from __future__ import annotations

from tests.channel.channel import TeamsChannel
from tests.channel.client import ClientRefuses
from tests.channel.identity import ChannelIdentity
from tests.channel.message import InvokeReply, Message
from tests.channel.person import Person
from tests.channel.weather import Limits, Weather

__all__ = [
    "ChannelIdentity",
    "ClientRefuses",
    "InvokeReply",
    "Limits",
    "Message",
    "Person",
    "TeamsChannel",
    "Weather",
]
