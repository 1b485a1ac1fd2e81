"""The whole truth about the tenant, for people who watch and for tests: no lag, no weather."""

from __future__ import annotations

from services.sandbox.records import Json, Operation, VoiceApp
from services.sandbox.telephony import status
from services.sandbox.tenant import Tenant
from services.sandbox.views import group_view, user_view


def _operation(tenant: Tenant, operation: Operation) -> Json:
    return {
        "id": operation.id,
        "kind": operation.kind,
        "status": status(tenant, operation),
        "statusDetail": operation.failure,
        "telephoneNumber": operation.telephone_number,
        "numberType": operation.number_type,
        "assignmentTargetId": operation.target_id,
        "createdDateTime": operation.created_at.isoformat(),
    }


def _voice_app(app: VoiceApp) -> Json:
    return {"id": app.id, "name": app.name, "authorizedUsers": app.authorized_users} | app.settings


def whole_state(tenant: Tenant) -> Json:
    """Return the tenant's state as JSON values; `log` lists every accepted write in order."""
    return {
        "tenantId": tenant.id,
        "users": [user_view(tenant, p) | {"managerId": p.manager_id} for p in tenant.people],
        "groups": [group_view(group) | {"members": group.members} for group in tenant.groups],
        "numbers": [tenant.numbers.view(number) for number in tenant.numbers],
        "queues": [_voice_app(app) for app in tenant.voice_apps if app.kind == "queue"],
        "attendants": [_voice_app(app) for app in tenant.voice_apps if app.kind == "attendant"],
        "operations": [_operation(tenant, operation) for operation in tenant.operations],
        "log": [entry.dump(without={"id"}) for entry in tenant.log],
    }
