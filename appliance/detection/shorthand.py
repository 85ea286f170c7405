"""Abbreviations of forms and of medicine: a name model takes some of them, among names, for a name.

Closed lists, compared with the whole of what the model found and with nothing else: no name that is longer, written
another way or found by a pattern is touched. Abbreviations that are a given name or an organisation as well are not in
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from appliance.detection.detector import Span

_FORMS = """
    DOB DOA DOD SSN MRN NHI IBAN BIC VAT TIN EIN IMEI PIN ZIP POB FAO BCC ASAP FYI TBC TBD EOB
"""
_MEDICINE = """
    ABG ADHD AED AFIB AKI ALT ARDS AST AVR BID BMI BMP BNP BPH BUN CABG CAD CBC CHF CKD CMP COPD CPAP CPR CRP CSF
    CTPA CVA DKA DNR DVT ECG ECT EEG EGFR EKG EMG ESR ESRD FBC FEV FVC GAD GCS GERD GFR HDL HFREF HIV HPI HRT IBD
    IBS ICU INR IVF LDH LDL LFT LMP LVEF MCV MRI MRSA NPO NSAID NSTEMI OCD OSA PCOS PEEP PFT PHQ PICC PRN PSA PTH
    PTSD PTT QID RBC ROS SLE SOB SSRI STEMI SVT TID TSH TURP URI UTI VTE WBC WNL
"""
OF_FORMS = frozenset(_FORMS.split())
OF_MEDICINE = frozenset(_MEDICINE.split())

_ABBREVIATION = re.compile(r"([A-Z]{2,6})(?:-?[0-9]{1,2})?")
_MEASURED = re.compile(r"\b([A-Z]{2,6})(?:-[0-9]{1,2})?[ \t]{0,2}[:=]?[ \t]{0,2}(?!(?:19|20)[0-9]{2}\b)"
                       r"[0-9]{1,5}(?:[.,][0-9]{1,2})?$")
_REACH_CHARS = 16


def without_shorthand(text: str, spans: Iterable[Span]) -> list[Span]:
    """The findings of a name model but for listed abbreviations, and numbers that a clinical one announces.

    ``BNP 1840`` and ``GAD-7: 15`` hold no date; ``MRI 2019`` does. In a line without small letters all words look
    alike: nothing is taken out there.

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
        return measured[1] in OF_MEDICINE
    found = _ABBREVIATION.fullmatch(value)
    return found is not None and found[1] in OF_FORMS | OF_MEDICINE


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return end if end >= 0 else len(text)
