"""The catalogue's file under a running bot."""

from __future__ import annotations

from pathlib import Path

from bot.catalogue import personas_of
from bot.sandbox_settings import PERSONAS, sandbox_settings
from services.settings import Mode, Settings
from tests.e2e.world import open_world


async def test_a_changed_catalogue_is_offered_without_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "personas.yaml"
    file.write_text(PERSONAS.read_text())
    settings = sandbox_settings(Settings(mode=Mode.SANDBOX, personas=file), 0)
    async with open_world(tmp_path, personas=personas_of(settings)) as world:
        christie = await world.arrives("Christie Cline")
        await christie.types("change persona")
        assert "Manchester HR" in (await christie.sees("Change persona")).text

        file.write_text(file.read_text().replace("Manchester HR", "Salford HR"))
        await christie.types("change persona")
        assert "Salford HR" in (await christie.sees("Change persona")).text

        file.write_text("personas: [")
        await christie.types("change persona")
        assert "Salford HR" in (await christie.sees("Change persona")).text
