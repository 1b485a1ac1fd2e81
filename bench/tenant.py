"""The sandbox tenant in a process of its own. Usage: python bench/tenant.py PORT FOLDER"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant

if __name__ == "__main__":
    tenant = Tenant.open(Path(sys.argv[2]), lambda: datetime.now(UTC))
    web.run_app(create_app(tenant), host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
    tenant.close()
