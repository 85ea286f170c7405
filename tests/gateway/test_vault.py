"""The table of values: apart, encrypted, its owner's alone, gone when the job is; and exact when it puts back."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from door_bench import KNOWLEDGE, Bench, instance
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Scripted

from appliance.errors import ConfigError, StorageError
from appliance.gateway.results import ScrubResult
from appliance.gateway.scrub import Scrubber
from appliance.gateway.vault import ValueMap, Vault
from appliance.policy.model import Policy
from appliance.records import Instance

APPLIANCE = Path(__file__).parents[2] / "appliance"
TABLE = {"Amara Osei": "PERSON", "John Smith": "PERSON", "212-555-8147": "PHONE_NUMBER", "kim@x.org": "EMAIL_ADDRESS",
         "12 March 1985": "DATE_TIME", "Larkfield Clinic": "ORGANIZATION", "078-05-1120": "US_SSN",
         "Mary Smith": "PERSON", "5 Feb": "DATE_TIME", "30 Apr 2024": "DATE_TIME", "Monday": "DATE_TIME",
         "GB29 NWBK 6016 1331 9268 19": "IBAN_CODE", "45 years old": "AGE", "12 Elm Lane, Boston, MA": "LOCATION"}


def scrubbed(operator: str, *rows: tuple[str, str, str]) -> ScrubResult:
    policy = Policy.model_validate({"name": "t", "version": 1, "operators": {"DEFAULT": operator},
                                    "limits": {"masked_share": 1}})
    return Scrubber(Scripted(TABLE), policy, seed=5).scrub([Instance(str(n), *row) for n, row in enumerate(rows)])


ROW = ("Amara Osei rang 212-555-8147", "OSEI's mail is kim@x.org", "Smith, John of Larkfield Clinic; J. Smith")


@pytest.fixture
def table() -> ValueMap:
    return ValueMap.of(scrubbed("placeholder", ROW), 5)


def test_a_table_comes_back_as_it_was_saved(tmp_path: Path, table: ValueMap) -> None:
    Vault(tmp_path).save("job-1", table)
    assert table == Vault(tmp_path).load("job-1")
    assert Vault(tmp_path).load("job-2") is None


def test_nothing_of_it_is_on_the_disk_in_clear_and_only_its_owner_reads_it(tmp_path: Path, table: ValueMap) -> None:
    Vault(tmp_path).save("job-1", table)
    folder = tmp_path / "vault"
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert ["job-1.values", "key"] == sorted(path.name for path in folder.iterdir())
    for path in folder.iterdir():
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)
        assert not any(word in path.read_bytes() for word in (b"Osei", b"PERSON", b"kim@", b"values"))


def test_two_writes_of_one_table_look_different(tmp_path: Path, table: ValueMap) -> None:
    seen = set()
    for _ in range(2):
        Vault(tmp_path).save("job-1", table)
        seen.add((tmp_path / "vault" / "job-1.values").read_bytes())
    assert 2 == len(seen)


@pytest.mark.parametrize("spoil", [
    lambda folder: (folder / "job-1.values").write_bytes((folder / "job-1.values").read_bytes()[:-1]),
    lambda folder: (folder / "job-1.values").write_bytes(b""),
    lambda folder: (folder / "job-2.values").rename(folder / "job-1.values"),
    lambda folder: (folder / "key").write_bytes(bytes(32)),
])
def test_a_changed_table_another_jobs_table_or_another_key_is_an_error(tmp_path: Path, table: ValueMap,
                                                                       spoil: object) -> None:
    vault = Vault(tmp_path)
    vault.save("job-1", table)
    vault.save("job-2", table)
    spoil(tmp_path / "vault")  # type: ignore[operator]
    with pytest.raises(StorageError, match="was changed, or was written with another key"):
        vault.load("job-1")


def test_a_key_that_others_can_read_or_of_the_wrong_size_is_refused(tmp_path: Path, table: ValueMap) -> None:
    vault = Vault(tmp_path)
    vault.save("job-1", table)
    (tmp_path / "vault" / "key").chmod(0o640)
    with pytest.raises(ConfigError, match="chmod 600"):
        vault.load("job-1")
    (tmp_path / "vault" / "key").chmod(0o600)
    (tmp_path / "vault" / "key").write_bytes(b"short")
    with pytest.raises(ConfigError, match="5 bytes instead of 32"):
        vault.load("job-1")


def test_the_key_of_the_services_credentials_comes_first(tmp_path: Path, table: ValueMap,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "psi-vault-key").write_bytes(bytes(range(32)))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    (tmp_path / "vault").mkdir()
    Vault(tmp_path).save("job-1", table)
    assert not (tmp_path / "vault" / "key").exists()
    assert table == Vault(tmp_path).load("job-1")


def test_a_job_keeps_its_seed_over_attempts_and_jobs_differ(tmp_path: Path) -> None:
    seeds = [Vault(tmp_path).seed(job) for job in ("job-1", "job-1", "job-2")]
    assert seeds[0] == seeds[1] != seeds[2]


@pytest.mark.parametrize(("kept", "left"), [("delete_when_done", []), ("keep_encrypted", ["job-1.values"])])
def test_the_table_of_a_finished_job_goes_unless_the_policy_keeps_it(tmp_path: Path, table: ValueMap, kept: str,
                                                                     left: list[str]) -> None:
    vault = Vault(tmp_path)
    vault.save("job-1", table)
    vault.finish("job-1", Policy.model_validate({"name": "t", "version": 1, "pseudonym_map": kept}))
    assert left == [path.name for path in (tmp_path / "vault").glob("*.values")]
    vault.delete("job-1")
    vault.delete("job-1")


@pytest.mark.parametrize("job_id", ["../../etc/passwd", "", "a/b", ".hidden"])
def test_only_a_jobs_id_names_a_file(tmp_path: Path, job_id: str) -> None:
    with pytest.raises(StorageError):
        Vault(tmp_path).load(job_id)


def test_nobody_but_the_door_of_a_job_can_read_it_and_who_ends_a_job_deletes_it() -> None:
    importers = {path.relative_to(APPLIANCE).as_posix() for path in APPLIANCE.rglob("*.py")
                 if "gateway.vault" in path.read_text() or "gateway import vault" in path.read_text()}
    assert {"jobs/assembly.py", "jobs/cancel.py"} == importers - {"gateway/results.py"}
    assert "import" not in "".join(line for line in (APPLIANCE / "gateway" / "results.py").read_text().splitlines()
                                   if "gateway.vault" in line)


def test_only_what_was_issued_is_restored_and_only_exactly(table: ValueMap) -> None:
    back = table.restore("<PERSON_1> <person_1> <PERSON_9> <PERSON_ 1> <PERSON_1>> <EMAIL_ADDRESS_1>")
    assert "Amara Osei <person_1> <PERSON_9> <PERSON_ 1> Amara Osei> kim@x.org" == back


def test_what_was_only_in_a_refused_instance_is_not_restored() -> None:
    result = scrubbed("placeholder", ROW, ("Write to Rosa Larsen", "", "or 078-05-1120. <PERSON_9>"))
    assert {"1": "looks_like_placeholder"} == dict(result.refused)
    issued = [f"<US_SSN_{number}>" for number in (1, 2)]
    assert " ".join(issued) == ValueMap.of(result, 5).restore(" ".join(issued))
    assert result.pseudonyms.issued("<US_SSN_1>"), "it has a placeholder all the same"


def test_the_door_keeps_the_values_of_what_it_admits_alone(bench: Bench) -> None:
    kept: list[ScrubResult] = []
    door = bench.door()
    door._keep = kept.append
    admission = door.admit([instance("a", "Call me on 212-555-0142."),
                            instance("quotes", f"My number is 212-555-0188. Is it so that {KNOWLEDGE}?")])
    assert {"quotes": "knowledge_run"} == dict(admission.refused)
    assert ["a"] == list(kept[-1].replaced)
    assert ["212-555-0142"] == list(ValueMap.of(kept[-1], 5).values.values())


def test_a_text_that_is_not_the_scrubbed_one_is_not_put_back(table: ValueMap) -> None:
    with pytest.raises(ValueError, match="not the scrubbed text"):
        table.restore_instance("0", ("something", "else", "here"))


WORDS = st.lists(st.sampled_from(["the", "clinic", "opens", "at", "seven", "please", "bring", "your", "form"]),
                 min_size=1, max_size=5).map(" ".join)
PLANTED = st.sampled_from([*TABLE, "Osei", "SMITH, JOHN", "A. Osei's", "smith"])
SENTENCE = st.lists(WORDS | PLANTED, min_size=1, max_size=6).map(", ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(SENTENCE, SENTENCE | st.just(""), SENTENCE), min_size=1, max_size=3),
       st.sampled_from(["placeholder", "surrogate"]))
def test_restoring_what_was_scrubbed_gives_the_text_back(rows: list[tuple[str, str, str]], operator: str) -> None:
    result = scrubbed(operator, *rows)
    assert {} == dict(result.refused)
    table = ValueMap.of(result, 5)
    assert rows == [table.restore_instance(item.id, tuple(item.texts().values())) for item in result.clean]
