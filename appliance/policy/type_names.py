"""Entity types in words, for people who read a policy."""

from __future__ import annotations

from collections.abc import Iterable

TYPE_NAMES = {
    "PERSON": "names of people", "LOCATION": "places", "ORGANIZATION": "organisations", "DATE_TIME": "dates",
    "NRP": "nationality, religion and politics", "AGE": "ages", "STREET_ADDRESS": "street addresses",
    "ZIP_CODE": "postcodes", "PHONE_NUMBER": "telephone and fax numbers", "EMAIL_ADDRESS": "e-mail addresses",
    "URL": "web addresses", "IP_ADDRESS": "IP addresses", "MAC_ADDRESS": "network device addresses",
    "USERNAME": "user names", "JOB_TITLE": "job titles", "RECORD_NUMBER": "numbers of records, cases and members",
    "NATIONAL_ID": "national identity numbers", "VEHICLE_ID": "number plates and vehicle numbers",
    "DEVICE_ID": "serial numbers of devices",
    "CREDIT_CARD": "card numbers", "IBAN_CODE": "bank accounts (IBAN)", "US_BANK_NUMBER": "US bank accounts",
    "US_SSN": "US social security numbers", "US_ITIN": "US tax numbers", "US_PASSPORT": "US passports",
    "US_DRIVER_LICENSE": "US driving licences", "MEDICAL_LICENSE": "medical licences", "UK_NHS": "NHS numbers",
    "CRYPTO": "cryptocurrency wallets", "UUID": "unique identifiers (UUID)", "API_KEY": "API keys",
    "AWS_KEY": "AWS keys", "ENCODED_TEXT": "encoded text nobody can read", "JWT": "sign-in tokens (JWT)",
    "PASSWORD": "passwords", "PRIVATE_KEY": "private keys", "SEED_NAME": "names that stand in the seeds",
}


def in_words(entities: Iterable[str]) -> str:
    """Types as words, the type itself where there are none."""
    return ", ".join(TYPE_NAMES.get(entity, entity) for entity in entities)
