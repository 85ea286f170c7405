"""Which operators a type can have: not every kind of value can be invented, and few can be made coarser."""

from __future__ import annotations

from appliance.policy.parts import Operator

GENERALISED = frozenset({"AGE", "DATE_TIME", "LOCATION", "STREET_ADDRESS", "ZIP_CODE"})
"""Types with a general form, see `appliance.gateway.generalise`."""

INVENTED = frozenset({
    "PERSON", "LOCATION", "ORGANIZATION", "DATE_TIME", "AGE", "STREET_ADDRESS", "ZIP_CODE", "PHONE_NUMBER",
    "EMAIL_ADDRESS", "URL", "IP_ADDRESS", "MAC_ADDRESS", "USERNAME", "JOB_TITLE", "RECORD_NUMBER", "NATIONAL_ID",
    "VEHICLE_ID", "DEVICE_ID", "CREDIT_CARD", "IBAN_CODE", "US_BANK_NUMBER", "US_SSN", "US_ITIN", "US_PASSPORT",
    "US_DRIVER_LICENSE", "MEDICAL_LICENSE", "UK_NHS", "CRYPTO", "UUID", "MEDICAL_RECORD_NUMBER", "ACCOUNT_NUMBER",
    "INTERNAL_CODE", "ID"})
"""Types with surrogates, see `appliance.gateway.surrogates`."""


def operators_of(entity: str) -> tuple[Operator, ...]:
    """What can stand in the place of a value of a type.

    ``DEFAULT`` takes every operator but ``keep_in_clear``: where a type cannot have it, a surrogate is a placeholder
    and what has no general form is redacted.
    """
    found: list[Operator] = ["placeholder", "redact"]
    if entity in INVENTED:
        found.insert(1, "surrogate")
    if entity in GENERALISED:
        found.insert(-1, "generalise")
    return (*found, "keep_in_clear")
