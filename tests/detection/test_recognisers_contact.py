"""Ways to reach someone, and secrets: what is found, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from appliance.policy.model import SECRETS

Matches = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "entity", "value"), [
    ("call (212) 555-0147", "PHONE_NUMBER", "(212) 555-0147"), ("+44 20 7946 0958", "PHONE_NUMBER", "+44 20 7946 0958"),
    ("[14:03] tobi_w: hello", "USERNAME", "tobi_w"), ("reg SN12 KXB left", "VEHICLE_ID", "SN12 KXB"),
    ("at 52.520008, 13.404954 now", "LOCATION", "52.520008, 13.404954"),
    ("parcel 1Z999AA10123456784", "RECORD_NUMBER", "1Z999AA10123456784"),
    ("555-0182", "PHONE_NUMBER", "555-0182"), ("212.555.0147", "PHONE_NUMBER", "212.555.0147"),
    ("(898)666-3621x0135", "PHONE_NUMBER", "(898)666-3621x0135"), ("99 668472", "PHONE_NUMBER", "99 668472"),
    ("1-800-FLOWERS", "PHONE_NUMBER", "1-800-FLOWERS"), ("2 1 2 5 5 5 0 1 4 7", "PHONE_NUMBER", "2 1 2 5 5 5 0 1 4 7"),
    ("ext. 4411", "PHONE_NUMBER", "4411"), ("0044 (0)20 7946 0958", "PHONE_NUMBER", "0044 (0)20 7946 0958"),
    ("06 12 34 56 78", "PHONE_NUMBER", "06 12 34 56 78"),
    ("a.osei+x@larkfield.example", "EMAIL_ADDRESS", "a.osei+x@larkfield.example"),
    ("kim [at] example [dot] org", "EMAIL_ADDRESS", "kim [at] example [dot] org"),
    ("kim (at) example . org", "EMAIL_ADDRESS", "kim (at) example . org"),
    ("kim at example dot com", "EMAIL_ADDRESS", "kim at example dot com"),
    ("kim dot voss at mail dot example dot com", "EMAIL_ADDRESS", "kim dot voss at mail dot example dot com"),
    ("kim at example.com", "EMAIL_ADDRESS", "kim at example.com"), ("kim @ example . org", "EMAIL_ADDRESS",
                                                                    "kim @ example . org"),
    ("k i m @ x y z . o r g", "EMAIL_ADDRESS", "k i m @ x y z . o r g"), ("kim＠example．org", "EMAIL_ADDRESS",
                                                                          "kim@example.org"),
    ("root@dbserver now", "EMAIL_ADDRESS", "root@dbserver"),
    ("follow @kim_voss", "USERNAME", "@kim_voss"), ("username: jdoe42", "USERNAME", "jdoe42"),
    ("login jdoe", "USERNAME", "jdoe"), ("logged in as j.doe", "USERNAME", "j.doe"),
    ("/home/jdoe/x", "USERNAME", "jdoe"),
    (r"C:\Users\jdoe\x", "USERNAME", "jdoe"), (r"CORP\jdoe", "USERNAME", r"CORP\jdoe"), ("u/kimvoss", "USERNAME",
                                                                                        "u/kimvoss"),
    ("Twitter: kim_v2", "USERNAME", "kim_v2"), ("kim#1234", "USERNAME", "kim#1234"),
    ("https://intranet.acme.local/a?b=1#c", "URL", "https://intranet.acme.local/a?b=1#c"),
    ("intranet.acme.local/a?b=1", "URL", "intranet.acme.local/a?b=1"),
    ("wiki.acme.internal", "URL", "wiki.acme.internal"),
    ("www.example.it", "URL", "www.example.it"), ("larkfield-clinic.com", "URL", "larkfield-clinic.com"),
    ("Website: beispiel.at", "URL", "beispiel.at"), ("hxxps://evil.example/x", "URL", "hxxps://evil.example/x"),
    ("example[.]org", "URL", "example[.]org"), (r"\\files01\share\x.doc", "URL", r"\\files01\share\x.doc"),
    ("http://localhost:8080/p", "URL", "http://localhost:8080/p"),
    ("10.0.4.17:8443", "IP_ADDRESS", "10.0.4.17:8443"), ("fe80::1ff:fe23:4567:890a", "IP_ADDRESS",
                                                         "fe80::1ff:fe23:4567:890a"),
    ("2001:db8:0:1:1:1:1:1", "IP_ADDRESS", "2001:db8:0:1:1:1:1:1"),
])
def test_a_way_to_reach_someone_is_found_whole(matches: Matches, text: str, entity: str, value: str) -> None:
    assert (entity, value) in matches(text)


@pytest.mark.parametrize("text", [
    "confirm the diagnosis.Patient: what", "we stop at night.The pain", "look at once. Then", "the login page",
    "login failed", "for example, e.g. this", "etc.and so on", "version 3.11.7", "10:30:45", "12:30", "std::vector",
    "a/b",
    "and/or", "his/her", "5 @ 3 dollars", "arrive at 5 dot 30", "user is happy", "file.txt", "3.5 mg", "see fig.2",
    "node.js", "i.e. it is", "24 to 48 hours", "100 200 mg", "a ratio of 1:2:3",
])
def test_what_only_looks_like_an_address_stays(matches: Matches, text: str) -> None:
    assert set() == matches(text)


@pytest.mark.parametrize(("text", "entity"), [
    ("sk-ant-api03-abcdefghijklmnopqrstuv", "API_KEY"), ("sk-ant-api03-abc\ndefghijkl", "API_KEY"),
    ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "API_KEY"), ("xoxb-123456789012-abcdef", "API_KEY"),
    ("AIzaSyA1234567890abcdefghijklmnopqrstuv", "API_KEY"), ("sk_live_abcdefghijklmnop", "API_KEY"),
    ("api_key = 9f8e7d6c5b4a", "API_KEY"), ("client_secret:\n    9f8e7d6c5b4a", "API_KEY"),
    ("token => 9f8e7d6c5b4a", "API_KEY"),
    ("Authorization: Bearer abcdefghij0123456789xyz", "API_KEY"), ("Authorization: Basic a2ltOnNlY3JldDE=", "API_KEY"),
    ("https://hooks.slack.com/services/T00/B00/XXXXXXXX", "API_KEY"),
    ('"private_key_id": "0123456789abcdef"', "API_KEY"),
    ("AccountKey=abcdefghijklmnopqrstuvwxyz0123==", "API_KEY"),
    ("AKIAIOSFODNN7EXAMPLE", "AWS_KEY"), ("AKIAIOSF\nODNN7EXAMPLE", "AWS_KEY"),
    ("aws_secret_access_key=\n  wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "AWS_KEY"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", "JWT"),
    ("eyJhbGciOiJIUzI1NiJ9\n.eyJzdWIiOiIxMjM0In0", "JWT"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc=\n-----END RSA PRIVATE KEY-----", "PRIVATE_KEY"),
    ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "PRIVATE_KEY"), ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ", "PRIVATE_KEY"),
    ("password: hunter2", "PASSWORD"), ("password:\n  hunter2", "PASSWORD"), ('password is "open sesame"', "PASSWORD"),
    ("passwd=letmein", "PASSWORD"), ("password: letmein", "PASSWORD"), ("PIN is 4711", "PASSWORD"),
    ("postgres://app:s3cret@db/x", "PASSWORD"), ("https://kim:pw@example.org/", "PASSWORD"),
    ("user: kim pass: letmein", "PASSWORD"), ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUg", "ENCODED_TEXT"),
])
def test_a_secret_is_found(matches: Matches, text: str, entity: str) -> None:
    assert entity in SECRETS
    assert entity in {kind for kind, _ in matches(text)}


def test_a_pem_block_is_found_with_its_body(matches: Matches) -> None:
    block = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQ==\n-----END PRIVATE KEY-----"
    assert ("PRIVATE_KEY", block) in matches(f"key:\n{block}\nend")


@pytest.mark.parametrize("text", [
    "choose a strong password", "I forgot my password.", "the password is required", "a secret recipe",
    "the key is to rest",
    "basic hygiene matters", "bearer of bad news", "pass the salt", "token of thanks", "the PIN is required", "SK 12",
    "password: required", "a private key and a public key", "API key rotation", "begin a new message", "secret: none",
    "the secret is patience", "key west", "ASIA PACIFIC REGION",
])
def test_talk_about_secrets_is_none(matches: Matches, text: str) -> None:
    assert set() == {kind for kind, _ in matches(text)} & set(SECRETS)


@pytest.mark.parametrize(("text", "entity"), [
    ("Brennan,1988-02-14,Galway", "PHONE_NUMBER"), ("visit 2021-11-05", "PHONE_NUMBER"), ("select o.id from", "URL"),
    ("run app.py then", "URL"), ("c.email,", "URL"), ("at 14:03 sharp: come", "USERNAME"), ("3.1415, 2.7", "LOCATION")])
def test_days_files_and_fields_are_no_way_to_reach_someone(matches: Matches, text: str, entity: str) -> None:
    assert entity not in {kind for kind, _ in matches(text)}
