"""The ports: what the use cases need from the world. The docstrings are the contract of every adapter.

All times are aware ``datetime`` in UTC. All ids of people and groups are Entra object ids. Adapters raise
only errors of ``services.domain.errors``, with the cause chained.
"""

from __future__ import annotations

from services.ports.approvers import ApproverStore
from services.ports.crowd import Crowd
from services.ports.directory import Availability, Directory, Group, LicenceFault, Licences, Subscription
from services.ports.messenger import Messenger, Place, Post
from services.ports.provisioner import Provisioner
from services.ports.records import (
    AuditLog,
    MarkStore,
    Note,
    NumberStore,
    PostStore,
    Records,
    RequestStore,
    Transaction,
)
from services.ports.replicas import Replica, ReplicaStore
from services.ports.send_budget import SendBudget
from services.ports.telephony import (
    AssignmentStatus,
    Operation,
    OperationStatus,
    Telephony,
    TenantNumber,
    VoiceConfiguration,
)
from services.ports.time import Clock

__all__ = [
    "ApproverStore",
    "AssignmentStatus",
    "AuditLog",
    "Availability",
    "Clock",
    "Crowd",
    "Directory",
    "Group",
    "LicenceFault",
    "Licences",
    "MarkStore",
    "Messenger",
    "Note",
    "NumberStore",
    "Operation",
    "OperationStatus",
    "Place",
    "Post",
    "PostStore",
    "Provisioner",
    "Records",
    "Replica",
    "ReplicaStore",
    "RequestStore",
    "SendBudget",
    "Subscription",
    "Telephony",
    "TenantNumber",
    "Transaction",
    "VoiceConfiguration",
]
