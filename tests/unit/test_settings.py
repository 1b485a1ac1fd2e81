"""Settings: what is missing or cannot be used is named, before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.domain.errors import BadInput
from services.settings import Settings, read_settings

TENANT = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
APP = "550E8400-E29B-41D4-A716-446655440000"
ADMIN = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"

GOOD = {
    "SWITCHBOARD_TENANT_ID": TENANT,
    "SWITCHBOARD_APP_ID": APP,
    "SWITCHBOARD_APP_SECRET": "hush-hush",
    "SWITCHBOARD_ADMINS": f'["{ADMIN}"]',
    "SWITCHBOARD_FALLBACK_APPROVER": ADMIN,
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """The environment of an installation that can start."""
    locations = tmp_path / "locations.yaml"
    locations.touch()
    for name, value in {**GOOD, "SWITCHBOARD_LOCATIONS": str(locations)}.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read() -> Settings:
    settings = read_settings({})
    settings.check_production()
    return settings


def complaint() -> str:
    with pytest.raises(BadInput) as error:
        read()
    return error.value.sentence


def test_an_installation_that_has_everything_starts(env: pytest.MonkeyPatch) -> None:
    settings = read()
    assert (settings.tenant_id, settings.app_id) == (TENANT, APP)
    assert settings.app_secret.get_secret_value() == "hush-hush"
    assert settings.admins == (ADMIN,)


@pytest.mark.parametrize("blank", ["", "  ", "\t\n", None], ids=["empty", "spaces", "tab", "unset"])
@pytest.mark.parametrize("name", ["TENANT_ID", "APP_ID", "APP_SECRET"])
def test_what_is_blank_is_missing(env: pytest.MonkeyPatch, name: str, blank: str | None) -> None:
    if blank is None:
        env.delenv(f"SWITCHBOARD_{name}")
    else:
        env.setenv(f"SWITCHBOARD_{name}", blank)
    assert "Missing: " in complaint()
    assert f"SWITCHBOARD_{name}" in complaint()


def test_a_blank_certificate_is_no_credential(env: pytest.MonkeyPatch) -> None:
    env.setenv("SWITCHBOARD_APP_SECRET", " ")
    env.setenv("SWITCHBOARD_APP_CERTIFICATE", "   ")
    assert "a credential" in complaint()


def test_what_nobody_has_to_set_may_be_blank(env: pytest.MonkeyPatch) -> None:
    for name in ("ADMINS", "FALLBACK_APPROVER", "MANIFEST_APP_ID", "PORT"):
        env.setenv(f"SWITCHBOARD_{name}", "  ")
    settings = read()
    assert (settings.admins, settings.fallback_approver, settings.port) == ((), "", 3978)


@pytest.mark.parametrize("name", ["TENANT_ID", "APP_ID", "MANIFEST_APP_ID", "FALLBACK_APPROVER"])
@pytest.mark.parametrize("value", ["contoso.example", "5", f"{TENANT}x", f"{{{TENANT}}}", TENANT[:-1]])
def test_an_id_that_is_none_is_refused_by_name(env: pytest.MonkeyPatch, name: str, value: str) -> None:
    env.setenv(f"SWITCHBOARD_{name}", value)
    assert f"SWITCHBOARD_{name}: a GUID is needed, such as " in complaint()


def test_spaces_around_an_id_are_no_part_of_it(env: pytest.MonkeyPatch) -> None:
    env.setenv("SWITCHBOARD_TENANT_ID", f" {TENANT}\n")
    env.setenv("SWITCHBOARD_ADMINS", f'[" {ADMIN} "]')
    assert (read().tenant_id, read().admins) == (TENANT, (ADMIN,))


@pytest.mark.parametrize("value", ["foo", ADMIN, f'"{ADMIN}"', "{}", "null", f"[{ADMIN}]", "[5]"])
def test_admins_that_are_no_list_are_told_what_is_needed(env: pytest.MonkeyPatch, value: str) -> None:
    env.setenv("SWITCHBOARD_ADMINS", value)
    assert 'SWITCHBOARD_ADMINS: a JSON list of object ids is needed, such as ["' in complaint()


@pytest.mark.parametrize("value", ['["allan"]', '[""]', f'["{ADMIN}", "megan@contoso.example"]'])
def test_an_admin_without_an_object_id_is_refused_by_name(env: pytest.MonkeyPatch, value: str) -> None:
    env.setenv("SWITCHBOARD_ADMINS", value)
    assert "SWITCHBOARD_ADMINS" in complaint()
    assert "GUID" in complaint()


def test_every_fault_is_named_at_once_and_no_value_is_repeated(env: pytest.MonkeyPatch) -> None:
    env.setenv("SWITCHBOARD_TENANT_ID", "a-secret-by-mistake")
    env.setenv("SWITCHBOARD_PORT", "many")
    assert "SWITCHBOARD_TENANT_ID: a GUID is needed" in complaint()
    assert "SWITCHBOARD_PORT: " in complaint()
    assert "a-secret-by-mistake" not in complaint()


def test_approval_rules_stand_beside_the_catalogue_and_need_not_be_there(
    env: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    env.setenv("SWITCHBOARD_PERSONAS", str(tmp_path / "personas.yaml"))
    assert read().approvals_file == tmp_path / "approvals.yaml"


def test_approval_rules_that_are_named_must_be_there(env: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    env.setenv("SWITCHBOARD_APPROVALS", str(rules))
    assert "SWITCHBOARD_APPROVALS" in complaint()
    rules.touch()
    assert read().approvals_file == rules
