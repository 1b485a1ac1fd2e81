"""The sandbox tenant with new hires, in a process of its own.

Usage: python -m tests.chaos.tenant PORT FOLDER HIRES
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from services.sandbox.server import create_app
from services.sandbox.tenant import Tenant
from tests.chaos.crowd import hires, join


def main(port: int, folder: Path, count: int) -> None:
    tenant = Tenant.open(folder, lambda: datetime.now(UTC))
    join(tenant, hires(count))
    web.run_app(create_app(tenant), host="127.0.0.1", port=port, print=None, access_log=None)
    tenant.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
