"""What the sandbox company sets, for the bot and for commands."""

from __future__ import annotations

from pathlib import Path

from services.sandbox import company
from services.settings import Settings

LOOPBACK = "127.0.0.1"
LOCATIONS = Path(company.__file__).parent / "locations.yaml"
PERSONAS = LOCATIONS.with_name("personas.yaml")
APPROVALS = LOCATIONS.with_name("approvals.yaml")


def sandbox_settings(settings: Settings, tenant_port: int) -> Settings:
    """The settings with the company's. Its personas and approval rules can be other ones, to try them."""
    return settings.model_copy(
        update={
            "tenant_id": company.TENANT_ID,
            "manifest_app_id": company.APP_EXTERNAL_ID,
            "graph_url": f"http://{LOOPBACK}:{tenant_port}/v1.0",
            "locations": LOCATIONS,
            "personas": settings.personas if "personas" in settings.model_fields_set else PERSONAS,
            "approvals": settings.approvals or APPROVALS,
            "admins": (company.ADMIN.id,),
            "fallback_approver": company.ADMIN.id,
        }
    )
