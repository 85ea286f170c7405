"""Places and identifiers: what is found, and what only looks like it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Matches = Callable[[str], set[tuple[str, str]]]


@pytest.mark.parametrize(("text", "entity", "value"), [
    ("lives at 12 Elm Tree Lane, Apt. 4", "STREET_ADDRESS", "12 Elm Tree Lane, Apt. 4"),
    ("17151 2450 Crown St", "STREET_ADDRESS", "17151 2450 Crown St"), ("717 6th St", "STREET_ADDRESS", "717 6th St"),
    ("PO Box 123", "STREET_ADDRESS", "PO Box 123"), ("P.O. Box 9", "STREET_ADDRESS", "P.O. Box 9"),
    ("Postfach 1234", "STREET_ADDRESS", "Postfach 1234"), ("Flat 3B", "STREET_ADDRESS", "Flat 3B"),
    ("APO AA 34041", "STREET_ADDRESS", "APO AA 34041"), ("Friedhofstraße 33", "STREET_ADDRESS", "Friedhofstrasse 33"),
    ("Skogstien 106", "STREET_ADDRESS", "Skogstien 106"),
    ("Via delle Coste 41", "STREET_ADDRESS", "Via delle Coste 41"),
    ("12 rue de la Paix", "STREET_ADDRESS", "12 rue de la Paix"),
    ("Erzsébet tér 19", "STREET_ADDRESS", "Erzsebet ter 19"),
    ("Calle Mayor 5", "STREET_ADDRESS", "Calle Mayor 5"), ("on Elm Street", "STREET_ADDRESS", "Elm Street"),
    ("the corner of Elm Street and 5th Avenue", "STREET_ADDRESS", "Elm Street and 5th Avenue"),
    ("221b baker street", "STREET_ADDRESS", "221b baker street"),
    ("Boston, MA 02139-4307", "ZIP_CODE", "02139-4307"), ("ZIP: 7412 SL", "ZIP_CODE", "7412 SL"),
    ("Texas 75001", "ZIP_CODE", "75001"), ("SW1A 1AA", "ZIP_CODE", "SW1A 1AA"), ("K1A 0B1", "ZIP_CODE", "K1A 0B1"),
    ("D-80331 Munich", "ZIP_CODE", "D-80331"), ("Hauptweg 3, 80331 München", "ZIP_CODE", "80331"),
    ("00-950 Warszawa", "ZIP_CODE", "00-950"), ("Finland 80896", "ZIP_CODE", "80896"),
    ("my zip code is 35350", "ZIP_CODE", "35350"),
    ("application no. 36244/06", "RECORD_NUMBER", "36244/06"), ("nos. 1234/05 and 235/06", "RECORD_NUMBER",
                                                               "1234/05 and 235/06"),
    ("Case C-123/45", "RECORD_NUMBER", "C-123/45"), ("docket 2:19-cv-01234-ABC", "RECORD_NUMBER", "2:19-cv-01234-ABC"),
    ("[2019] EWCA Civ 123", "RECORD_NUMBER", "[2019] EWCA Civ 123"),
    ("2 BvR 2656/18", "RECORD_NUMBER", "2 BvR 2656/18"),
    ("MRN: 00123456", "RECORD_NUMBER", "00123456"), ("patient no. 4411", "RECORD_NUMBER", "4411"),
    ("Claim 8841-22", "RECORD_NUMBER", "8841-22"), ("invoice #A-991", "RECORD_NUMBER", "A-991"),
    ("ticket INC-2041", "RECORD_NUMBER", "INC-2041"), ("employee id E0042", "RECORD_NUMBER", "E0042"),
    ("policy number is PX 991", "RECORD_NUMBER", None), ("INV-2021-00042", "RECORD_NUMBER", "INV-2021-00042"),
    ("SWIFT code: DEUTDEFF500", "RECORD_NUMBER", "DEUTDEFF500"), ("sort code 20-00-00", "RECORD_NUMBER", "20-00-00"),
    ("SSN 078-05-1120", "US_SSN", "078-05-1120"), ("SSN 078–05–1120", "US_SSN", "078-05-1120"),
    ("078 05 1120", "US_SSN", "078 05 1120"), ("ssn: 078051120", "US_SSN", "078051120"),
    ("social security number is 0 7 8 0 5 1 1 2 0", "US_SSN", "0 7 8 0 5 1 1 2 0"),
    ("SSN ending in 1120", "US_SSN", "1120"), ("SSN xxx-xx-1120", "US_SSN", "1120"),
    ("QQ 12 34 56 C", "NATIONAL_ID", None), ("AB 12 34 56 C", "NATIONAL_ID", "AB 12 34 56 C"),
    ("passport no. X1234567", "NATIONAL_ID", "X1234567"), ("driver's license D123-4567", "NATIONAL_ID", "D123-4567"),
    ("NHS number 943 476 5919", "RECORD_NUMBER", "943 476 5919"), ("CPF 529.982.247-25", "NATIONAL_ID",
                                                                   "529.982.247-25"),
    ("4 0 9 5 2 6 0 9 9 3 9 3 4 9 3 2", "CREDIT_CARD", "4 0 9 5 2 6 0 9 9 3 9 3 4 9 3 2"),
    ("4-0-9-5-2-6-0-9-9-3-9-3-4-9-3-3", "CREDIT_CARD", "4-0-9-5-2-6-0-9-9-3-9-3-4-9-3-3"),
    ("4095.2609.9393.4933", "CREDIT_CARD", "4095.2609.9393.4933"), ("４０９５２６０９９３９３４９３２", "CREDIT_CARD",
                                                                   "4095260993934932"),
    ("CVV: 123", "CREDIT_CARD", "123"),
    ("IBAN DE89 3704 0044 0532 0130 00", "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
    ("1HGCM82633A004352", "VEHICLE_ID", "1HGCM82633A004352"), ("licence plate AB12 CDE", "VEHICLE_ID", "AB12 CDE"),
    ("serial number SN-99812A", "DEVICE_ID", "SN-99812A"), ("0011.2233.4455", "MAC_ADDRESS", "0011.2233.4455"),
    ("IMEI 490154203237518", "DEVICE_ID", "490154203237518"),
])
def test_a_place_or_an_identifier_is_found_whole(matches: Matches, text: str, entity: str, value: str | None) -> None:
    found = {match for kind, match in matches(text) if kind == entity}
    assert (value in found) if value else not found


@pytest.mark.parametrize("text", [
    "for 3 days", "page 12 of 30", "120/80 mmHg", "500 mg", "1000/50 mg twice daily", "version 3.11.7", "the 1st",
    "E. coli", "take 5000 IU", "vitamin B12", "ISO 9001:2015", "ISO-13485", "IEC 60601", "costs $1,250", "EUR 12.50",
    "Na 140, K 4.1, Cl 102", "HR 80 BP 120 RR 16", "HbA1c 6.5 %", "code E11.9", "COVID-19", "SARS-CoV-2", "ICD-10",
    "H1N1", "1500-2000 ml", "8 to 12 hours", "T4 level", "a 7 hour drive", "case of 12 bottles", "in order to 3",
    "RTX 4090", "UTF-8", "CO2", "pH 7.35-7.45", "10,000 patients", "bed 4", "P-value 0.05", "the Supreme Court",
    "room temperature", "Type 2 diabetes", "phase 3 trial", "IV 1000 ml", "grade 3/4", "L4-L5 disc", "SpO2 98%",
    "page 1234", "chapter 11", "CYP2D6", "omega-3", "10 mg/5 ml", "rs7903146", "0.9% NaCl", "3 x 10 reps",
    "the account is closed", "case reports from 2019", "order 2 pizzas", "a file of 300 pages", "May 5 mg help?",
])
def test_an_ordinary_number_is_no_identifier_and_no_place(matches: Matches, text: str) -> None:
    assert set() == {(kind, match) for kind, match in matches(text) if kind not in ("DATE_TIME", "PERSON")}
