"""In a document a key is looked at for itself: it is not private because its value is, and pieces make no secret."""

from __future__ import annotations

import json

import pytest

from appliance.detection.process import DetectorProcess
from appliance.gateway.documents import JsonDocument
from appliance.gateway.pieces import in_plain_pieces, is_key_word
from appliance.gateway.preview import Preview, Previewed
from appliance.gateway.submitted import Submitted
from appliance.policy.model import Policy

POLICY = Policy.model_validate({"name": "t", "version": 1, "limits": {"masked_share": 1}})


def looked_at(detector: DetectorProcess, source: str) -> Previewed:
    (record,), = Preview(detector, POLICY).of([Submitted(source, JsonDocument(source))])
    return record


@pytest.mark.parametrize(("source", "keys"), [
    ('{"city":"Ballyvaughan","email":"aoife@gmail.com"}', ["city", "email"]),
    ('{"name":"Aoife Ni Bhriain","geo":{"lat":53.1167,"lon":-9.15},"email":"aoife@gmail.com"}',
     ["name", "geo", "email"]),
    ('{"no":73184920,"initials":"SNB","gp":"An","surname":"Long","first_name":"will"}',
     ["no", "initials", "gp", "surname", "first_name"]),
])
def test_an_ordinary_key_stays_whatever_stands_beside_it(presidio: DetectorProcess, source: str,
                                                         keys: list[str]) -> None:
    after = looked_at(presidio, source).after
    assert after is not None and keys == list(json.loads(after))
    assert not any(value in after for value in ("aoife@", "Ballyvaughan", "53.1167", "9.15", "73184920", '"-'))


@pytest.mark.parametrize(("source", "gone"), [
    ('{"Kerstin":{"tel":"0151 234 567 89","Brandt":"is her name"}}', ("Kerstin", "Brandt")),
    ('{"john":".smith@acme.org","note":"hello"}', ("smith@",)),
    ('{"078-05":"1120","note":"hello"}', ("078-05", '"1120"')),
    ('{"patients":["Amara Osei"],"osei":3}', ("Osei", '"osei"')), ('{"aoife@gmail.com":1}', ("aoife@",)),
])
def test_a_key_that_says_something_is_masked(presidio: DetectorProcess, source: str, gone: tuple[str, ...]) -> None:
    after = looked_at(presidio, source).after
    assert after is not None and not any(piece in after for piece in gone)


@pytest.mark.parametrize("source", ['{"first":"QWxhZGRpbjpvcG","second":"VuIHNlc2FtZQ9k3J"}',
                                    json.dumps(list("QWxhZGRpbjpvcGVuIHNlc2FtZQ"))])
def test_an_encoded_run_that_is_cut_up_is_still_one(presidio: DetectorProcess, source: str) -> None:
    assert "secret" == looked_at(presidio, source).refused


def test_words_initials_and_numbers_are_plain_pieces_and_characters_are_not() -> None:
    assert in_plain_pieces(("no", "73184920", "initials", "SNB", "first_name"))
    assert not in_plain_pieces("QWxhZGRp") and not in_plain_pieces(("QWxh", "ZGRp")) and not in_plain_pieces(("d4",))
    assert is_key_word("first_name") and not is_key_word("078-05")
