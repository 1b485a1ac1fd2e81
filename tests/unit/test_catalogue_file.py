"""The catalogue's file: what is written is what is read, and every fault is told at once, by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from services.catalogue.file import dump, parse, read, write
from services.domain.errors import BadInput
from services.domain.number import NumberType
from services.domain.persona import ATTRIBUTES, CALLER_ID, DIAL_PLAN, Catalogue, NumberSpec
from services.locations import Locations
from services.written.findings import FaultyFile
from tests.unit.catalogue_samples import COMPANY, LOCATIONS, SMALL, catalogues, faults_of, said, small


@settings(max_examples=80, deadline=None)
@given(catalogues())
def test_what_is_written_is_what_is_read(catalogue: Catalogue) -> None:
    assert parse(dump(catalogue), "personas.yaml", LOCATIONS).result() == catalogue


def test_the_fields_find_their_place_in_the_domain() -> None:
    calling, hr = small()
    assert calling.number == NumberSpec(location="Manchester", types=(NumberType.DIRECT_ROUTING,))
    assert calling.policies == {DIAL_PLAN: "UK Manchester", "TeamsCallingPolicy": "UK Manchester"}
    assert (hr.number, hr.policies) == (None, {CALLER_ID: "UK HR Manchester"})
    assert (hr.requires, hr.eligible, hr.approval) == (
        ("Manchester Calling",),
        {"department": ("HR",)},
        "manager",
    )


def test_nothing_is_guessed_from_how_a_value_looks() -> None:
    """YAML alone would read Norway as false, and 0161 as the number 113."""
    text = SMALL.replace("country: GB", "country: NO", 1).replace("sample: 4960000", "sample: 0161")
    catalogue = parse(text, "personas.yaml", LOCATIONS).result()
    assert catalogue.personas[0].country == "NO"
    assert catalogue.dial_plans["UK Manchester"][0].sample == "0161"


def test_no_number_can_be_said_or_left_out() -> None:
    for written in ("none", "None", "", '""'):
        text = SMALL.replace("{location: manchester, types: [directRouting]}", written)
        assert parse(text, "personas.yaml", LOCATIONS).result().personas[0].number is None


def test_the_sandbox_company_has_a_catalogue() -> None:
    offers = [location.name for location in Locations.read(COMPANY / "locations.yaml")]
    catalogue = read(COMPANY / "personas.yaml", offers)
    hr = catalogue.named("manchester hr")
    assert hr is not None
    assert [one.name for one in catalogue.with_required(hr)] == ["Manchester Calling", "Manchester HR"]


def test_every_fault_is_told_at_once_with_its_line() -> None:
    text = (
        SMALL.replace("layer: calling", "layer: kalling")
        .replace("    description: Answers the queue\n", "")
        .replace("call_queues:", "call_ques:")
        .replace("name: Manchester HR", "name: manchester calling")
        .replace("location: manchester", "location: Atlantis")
        .replace("types: [directRouting]", "types: [directRouting, carrierPigeon]")
        .replace("currency: GBP", "currency: pounds", 1)
        .replace("{department: [HR]}", "{departement: [HR]}")
        .replace("pattern: ^5555$, ", "")
        .replace("version: 7", "version: seven")
    )
    types, attributes = "'callingPlan', 'operatorConnect' or 'directRouting'", ", ".join(sorted(ATTRIBUTES))
    assert [(one.where, one.about, one.what) for one in faults_of(text)] == [
        ("personas.yaml:1", "version", "It must be a whole number."),
        (
            "personas.yaml:6",
            "Manchester Calling, layer",
            "It is 'kalling', but must be one of 'base', 'calling' or 'department'.",
        ),
        (
            "personas.yaml:9",
            "Manchester Calling, number, types",
            f"It is 'carrierPigeon', but must be one of {types}.",
        ),
        (
            "personas.yaml:13",
            "Manchester Calling, cost, currency",
            "It must be the ISO code of a currency in three capital letters, such as GBP.",
        ),
        ("personas.yaml:9", "Manchester Calling, number, location", "There is no location Atlantis."),
        ("personas.yaml:14", "manchester calling, description", "It is missing."),
        (
            "personas.yaml:20",
            "manchester calling, eligible, departement",
            f"departement is no attribute that personas can use: they are {attributes}.",
        ),
        (
            "personas.yaml:19",
            "manchester calling, call ques",
            "There is no such field. Perhaps call_queues is meant.",
        ),
        (
            "personas.yaml:14",
            "manchester calling, name",
            "Another persona has the name Manchester Calling already.",
        ),
        ("personas.yaml:26", "UK Manchester, rule 2, pattern", "It is missing."),
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (
            "[MCOEV]",
            "[MCOEV, mcoev]",
            "personas.yaml:8 (Manchester Calling, licences): mcoev stands there twice.",
        ),
        ("[MCOEV]", "MCOEV", "It must be a list."),
        ("[Prov_Teams_Phone_Manchester]", "[]", "personas.yaml:7 (Manchester Calling, groups): It is empty."),
        ("{TeamsCallingPolicy:", "{CallingLineIdentity:", "has a field of its own, caller_id_policy."),
        ("{TeamsCallingPolicy:", "{teams calling:", "is no type of policy"),
        ("[HR]", "HR", "It must be a list."),
        ("amount: 6.50", "amount: cheap", "It must be an amount"),
        ("amount: 6.50", "amount: -1", "It must be 0 or more."),
        ("amount: 6.50", "amount: NaN", "It must be an amount"),
        ("amount: 6.50", "amount: 6.505", "two digits after the point"),
        ("version: 7", "version: 0", "It must be 1 or more."),
        (', becomes: "+441614960000"', "", "UK Manchester, rule 1, becomes): A sample and what it becomes"),
        ("name: Manchester HR", 'name: "\\0"', "a sign that cannot be printed"),
        ("name: Manchester HR", 'name: "  "', "(persona 2, name): It is empty."),
        ("cost: {amount: 0, currency: GBP}", "assigned_directly: [TenantDialPlan]", "has no such policy."),
    ],
)
def test_each_fault_has_words(before: str, after: str, words: str) -> None:
    assert before in SMALL
    assert any(words in sentence for sentence in said(SMALL.replace(before, after))), said(
        SMALL.replace(before, after)
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "personas", "[]", "- a", "personas: 5", "personas: [5]", "personas: [[]]", "version: 1",
        "version: 1\npersonas: [{}]", "version: 1\npersonas: []", "dial_plans: []", "dial_plans: {A: 5}",
        "dial_plans: {A: [5]}", "dial_plans: {A: []}", "? [a]\n: b", "a: &x [*x]", "a: *nothing", "a: [",
        "\t", "a: 1\na: 2", "--- 1\n--- 2", "{{}: 5}", "personas: {name: 5}", "dial_plans: {'': []}",
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused_and_never_crashes(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "personas.yaml", LOCATIONS).result()
    assert "personas.yaml" in refused.value.sentence


def test_no_yaml_is_told_with_its_line() -> None:
    (fault,) = faults_of("version: 1\npersonas: [\n  }")
    assert fault.where == "personas.yaml:3"
    assert fault.what.startswith("This is not valid YAML: ")


def test_the_same_field_twice_is_not_silently_the_last() -> None:
    (fault,) = faults_of(SMALL.replace("    layer: calling\n", "    layer: calling\n    layer: base\n"))
    assert fault.sentence == "personas.yaml:7: layer stands there twice. Take one away."


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read(tmp_path / "none.yaml", LOCATIONS)
    (tmp_path / "latin.yaml").write_bytes(b"version: 1 # \xe9")
    with pytest.raises(BadInput, match="no text in UTF-8"):
        read(tmp_path / "latin.yaml", LOCATIONS)


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "personas.yaml"
    write(small(), path)
    path.chmod(0o640)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("services.catalogue.file.os.fsync", full)
        with pytest.raises(BadInput, match="No space left"):
            write(Catalogue(version=8, personas=small().personas), path)
    assert read(path, LOCATIONS) == small()

    write(Catalogue(version=8, personas=small().personas), path)
    assert read(path, LOCATIONS).version == 8
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["personas.yaml"]


def test_all_faults_are_in_the_one_sentence_that_is_logged() -> None:
    with pytest.raises(FaultyFile, match=r"personas\.yaml has 2 faults\. .*layer.*currency"):
        parse(
            SMALL.replace("layer: calling", "layer: x").replace("GBP", "x", 1), "personas.yaml", LOCATIONS
        ).result()
