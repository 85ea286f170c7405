"""What people write in plain sentences: passwords, codes, ages, references, file names, figures misread from paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import regex

from appliance.detection.recognisers import RULES

Matches = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "value"), [
    ("the password for EMR is: Tr0ub4dor&3", "Tr0ub4dor&3"), ("password for portal: hunter22", "hunter22"),
    ("curl -u admin:letmein https://emr.local/api", "letmein"), ("pw: Winter2025!", "Winter2025!"),
    ("username zkowalczyk password Winter2025", "Winter2025"), ("login zkowalczyk/Winter2025!", "Winter2025!"),
    ("the PIN for my card is 4471", "4471"), ("TOTP seed JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP"),
    ("2FA secret: JBSW Y3DP EHPK 3PXP", "JBSW Y3DP EHPK 3PXP"),
    ("my wifi is StaffNet, key is 'correct horse battery staple'", "correct horse battery staple"),
    ("recovery phrase: witch collapse practice feed shame open despair creek road again ice least",
     "witch collapse practice feed shame open despair creek road again ice least"),
])
def test_a_password_in_a_sentence_refuses(matches: Matches, text: str, value: str) -> None:
    assert ("PASSWORD", value) in matches(text)


@pytest.mark.parametrize("text", [
    "the password for the portal is reset by the desk", "password must be at least 8chars long",
    "the password of the user is stored in the table users_2", "a password SHA256 hash", "password PBKDF2-HMAC",
    "PW: 120 ms", "pass: 12 of 14", "docker run -u root:root image", "MFA key ROTATION schedule",
    "the login page/step2 of", "the recovery phrase is what you wrote down when setting up the device",
    "the PIN for the ward door is 9931", "the router is the key to it",
])
def test_a_sentence_about_passwords_does_not_refuse(matches: Matches, text: str) -> None:
    assert "PASSWORD" not in {entity for entity, _ in matches(text)}


@pytest.mark.parametrize(("text", "entity", "value"), [
    ("PIN for the drug cupboard is 4471", "RECORD_NUMBER", "4471"), ("door code C1357X", "RECORD_NUMBER", "C1357X"),
    ("the alarm code's 2580*", "RECORD_NUMBER", "2580*"), ("keypad 1357 then hash", "RECORD_NUMBER", "1357"),
    ("Mum is 94. She has", "AGE", "94"), ("my father is 91", "AGE", "91"), ("Her mother is 104", "AGE", "104"),
    ("at 104 years", "AGE", "104 years"), ("she'll be 95 in May", "AGE", "95"), ("Pt (94) fell", "AGE", "94"),
    ("94♀ fell", "AGE", "94"), ("♀ 94", "AGE", "94"), ("ninety-four years young", "AGE", "ninety-four years young"),
    ("| Age | 91 |", "AGE", "91"), ("age,91", "AGE", "91"), ("Alter: 91", "AGE", "91"),
    ("The mother, K, is 27.", "AGE", "27"), ("he died peacefully at 93", "AGE", "93"),
    ("Car reg 191-CE-4421", "VEHICLE_ID", "191-CE-4421"), ("payroll ref NG/7741/B", "RECORD_NUMBER", "NG/7741/B"),
    ("Prison number A1234BC", "RECORD_NUMBER", "A1234BC"), ("custody ref 01YE/1234/25", "RECORD_NUMBER",
    "01YE/1234/25"),
    ("school roll no 19437", "RECORD_NUMBER", "19437"), ("Hosp no. 482913", "RECORD_NUMBER", "482913"),
    ("SSN ending 6789", "US_SSN", "6789"), ("last four of card 4242", "US_SSN", "4242"),
    ("health plan beneficiary 1EG4-TE5-MK73", "RECORD_NUMBER", "1EG4-TE5-MK73"),
    ("NI QQ 12 34 56 C", "NATIONAL_ID", "QQ 12 34 56 C"), ("Pacemaker serial PJN 448213H", "DEVICE_ID", "PJN 448213H"),
    ("dob 3rd of Feb nineteen forty-one", "DATE_TIME", "3rd of Feb nineteen forty-one"),
    ("in May two thousand and three", "DATE_TIME", "May two thousand and three"),
    ("back in nineteen oh four", "DATE_TIME", "nineteen oh four"),
    ("Mobile is oh-eight-six 555 0142", "PHONE_NUMBER", "oh-eight-six 555 0142"),
    ("seven seven double-oh nine hundred four five six", "PHONE_NUMBER",
     "seven seven double-oh nine hundred four five six"),
    ("see Oyelaran_HIV.pdf", "USERNAME", "Oyelaran_HIV.pdf"),
    ("smith_john_biopsy.jpg", "USERNAME", "smith_john_biopsy.jpg"), ("Oyelaran_CT3.dcm", "USERNAME",
    "Oyelaran_CT3.dcm"),
    (r"C:\Users\x\Desktop\Oyelaran_HIV.pdf", "USERNAME", "Oyelaran_HIV.pdf"),
    ("D0B O3/O2/l94l", "DATE_TIME", "O3/O2/l94l"), ("0n l2/l1/2O25", "DATE_TIME", "l2/l1/2O25"),
    ("TEL 0l6l 496 O777", "PHONE_NUMBER", "0l6l 496 O777"), ("Tel: 0l6l 4960777", "PHONE_NUMBER", "0l6l 4960777"),
    ("Twitter jazzyw_88 or", "USERNAME", "jazzyw_88"), ("or insta jaz.welds", "USERNAME", "jaz.welds"),
])
def test_what_a_plain_word_announces_is_found_whole(matches: Matches, text: str, entity: str, value: str) -> None:
    assert (entity, value) in matches(text)


@pytest.mark.parametrize("text", [
    "her temperature is 104 and the pulse is 91.", "the child is 3 feet tall", "stored at 94 degrees", "alter the dose",
    "nineteen tablets", "twenty twenty tablets", "one of nineteen patients", "patients (94) were seen", "at 25 years",
    "the average, 91, is high", "user_guide.pdf", "IMG_2041.jpg", "report_final_v2.docx", "lab_results_2.xlsx",
    "read load_visits.py", "input/output", "I/O and l/l/ll", "lo Ol oil", "on Twitter yesterday",
    "twitter and insta posts",
    "lab ref range 3.5-5.1", "the keypad is broken", "a key to the lock", "serial ECG 2 and 3", "the mother is well",
    "school is out", "a1 2 3 Oil", "roll on 2 sides", "the door is 120 cm wide", "a car registered abroad",
])
def test_what_only_looks_like_it_stays(matches: Matches, text: str) -> None:
    assert set() == {(entity, value) for entity, value in matches(text) if entity != "PERSON"}


def test_the_word_behind_a_number_is_no_figure_of_it() -> None:
    read = [rule for rule in RULES if "letters read for its figures" in rule.why]
    assert len(read) == 3
    assert [] == [rule.why for rule in read if regex.search(rule.pattern, "634-743-5135 Oct", regex.MULTILINE)]
