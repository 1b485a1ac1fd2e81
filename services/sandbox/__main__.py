"""Run the sandbox tenant alone: `python -m services.sandbox --port 3979 --data ./data`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from services.sandbox.server import create_app
from services.sandbox.store import SandboxError
from services.sandbox.tenant import Tenant


def main() -> int:
    """Serve until interrupted. Returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m services.sandbox", description="The sandbox tenant.")
    parser.add_argument("--port", type=int, default=3979, help="port on 127.0.0.1 (default 3979)")
    parser.add_argument("--data", type=Path, default=Path("data/tenant"), help="folder that keeps its state")
    options = parser.parse_args()
    try:
        tenant = Tenant.open(options.data, lambda: datetime.now(UTC))
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    address = f"http://127.0.0.1:{options.port}"
    sys.stdout.write(
        f"The sandbox tenant is at {address}/v1.0 (token: sandbox), its state at {address}/sandbox/state\n"
    )
    sys.stdout.flush()
    try:
        web.run_app(create_app(tenant), host="127.0.0.1", port=options.port, print=None)
    except OSError as error:
        sys.stderr.write(
            f"Port {options.port} cannot be used ({error.strerror}). Choose another with --port.\n"
        )
        return 1
    finally:
        tenant.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
