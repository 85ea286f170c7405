"""Abbreviations of forms and of medicine: a name model takes some of them, among names, for a name.

Closed lists, compared with the whole of what the model found and with nothing else: no name that is longer, written
another way or found by a pattern is touched. Not in them: what is a given name or an organisation as well (Ros, Gerd,
Aki, Tin), and what a date or a personal number follows (LMP, CPR).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from appliance.detection.detector import Span

_FORMS = """
    DOB DOD SSN MRN NHI IBAN BIC VAT EIN IMEI ZIP POB FAO BCC ASAP FYI TBC TBD EOB
"""
_MEDICINE = """
    ABG ADHD AED AFIB ALT ARDS AST AVR BID BMI BMP BNP BPH CABG CAD CBC CHF CKD CMP COPD CPAP CRP CSF CTPA CVA
    DKA DNR DVT ECG ECT EEG EGFR EKG EMG ESR ESRD FBC FEV FVC GAD-7 GCS GFR HDL HFREF HIV HPI HRT IBD IBS ICU INR
    IVF LDH LDL LFT LVEF MCV MRI MRSA NPO NSAID NSTEMI OCD PCOS PEEP PFT PHQ PICC PRN PSA PTH PTSD PTT QID RBC SLE
    SOB SSRI STEMI SVT TID TSH TURP URI VTE WBC WNL
"""
OF_FORMS = frozenset(_FORMS.split())
OF_MEDICINE = frozenset(_MEDICINE.split())

_ABBREVIATION = re.compile(r"([A-Z]{2,6})(-?[0-9]{1,2})?")
# Five digits and more are a number that identifies, whatever announces them.
_MEASURED = re.compile(r"\b([A-Z]{2,6})(-[0-9]{1,2})?[ \t]{0,2}[:=]?[ \t]{0,2}(?!(?:19|20)[0-9]{2}\b)"
                       r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)$")
_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})")
_MONTHS, _MOST_DAYS = 12, 31
_REACH_CHARS = 16


def without_shorthand(text: str, spans: Iterable[Span]) -> list[Span]:
    """The findings of a name model but for listed abbreviations, and numbers that a clinical one announces.

    ``BNP 1840`` and ``GAD-7: 15`` hold no date; ``MRI 2019`` and ``ICU 14.11`` may. In a line without small letters
    all words look alike: nothing is taken out there.

    Args:
        text: as the model saw it.
        spans: what it found.
    """
    return [span for span in spans if not _is_shorthand(text, span)]


def _is_shorthand(text: str, span: Span) -> bool:
    line = text[text.rfind("\n", 0, span.start) + 1:_line_end(text, span.end)]
    value = text[span.start:span.end]
    if not any(map(str.islower, line.replace(value, ""))):
        return False
    measured = _MEASURED.search(text[max(span.start - _REACH_CHARS, 0):span.end])
    if measured is not None and value[-1].isdigit() and len(value) <= len(measured[0]):
        return _listed(measured, OF_MEDICINE) and not _may_be_a_date(measured[3])
    found = _ABBREVIATION.fullmatch(value)
    return found is not None and _listed(found, OF_FORMS | OF_MEDICINE)


def _listed(found: re.Match[str], abbreviations: frozenset[str]) -> bool:
    return not abbreviations.isdisjoint((found[1], found[1] + (found[2] or "")))


def _may_be_a_date(number: str) -> bool:
    """Whether a number with a point can be day and month, in either order."""
    match = _DAY_AND_MONTH.fullmatch(number)
    low, high = sorted(map(int, match.groups())) if match else (0, 0)
    return 1 <= low <= _MONTHS and high <= _MOST_DAYS


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)
