r"""Patterns of our own beside Presidio's, as data: entity type, regular expression, score.

The engine is `regex`: ``\K`` keeps the context before it out of the match. Every quantifier is bounded, so that no
input makes a pattern slow. Case matters unless ``(?i:...)`` says otherwise: capitals are what tells a name from a word.
"""

from __future__ import annotations

from dataclasses import dataclass

_MONTH_FULL = ("January|February|March|April|May|June|July|August|September|October|November|December|"
               "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec")
# May, March and the like are words in lower case; only a year beside them makes a lower-case date certain.
_MONTH = rf"(?:{_MONTH_FULL}|{_MONTH_FULL.upper()})\.?"
_ANY_MONTH = rf"(?i:{_MONTH_FULL})\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[89]|20)\d\d"

# Words after a title that are no name: "Doctor My son has", "Nurse Practitioner".
_NO_NAME = (r"(?!(?:I|I'm|I've|My|We|Our|You|Your|He|She|It|They|The|This|That|These|There|What|When|Where|Why|How|Who|"
            r"Is|Are|Am|Can|Could|Do|Does|Did|Will|Would|Should|Have|Has|Please|Hello|Hi|And|Or|But|If|In|On|At|For|"
            r"After|Since|Recently|Yes|No|Sir|Madam|Doctor|Doctors|Patient|Patients|Team|All|Practitioners?|Manager|"
            r"Managers|Line|Midwife|Midwives|Station|Visits?|Assistants?|Specialists?|Appointments?|Led|Of|Thank|"
            r"Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Nurse|Professor|"
            r"Thanks|Okay|Ok|OK|Alright|Oh|Yeah|Well|Sure|Hmm|Right|So|Um|Great|Good|"
            r"Not|Any|To|With|From|Customer|Colleagues?)\b)")
_NAME = r"(?:\p{Lu}[\p{L}'\-]{1,40}|\p{Lu}\.)"
_NAMES = rf"{_NO_NAME}{_NAME}(?:[ \t]{{1,3}}{_NO_NAME}{_NAME}){{0,3}}"
_TITLE = r"(?:(?i:dr|mr|mrs|ms|mx|prof)\.?|Miss|Doctor|Professor|Nurse|Sister|Dame|Rev\.?|Judge|Pastor|NURSE|DOCTOR)"

_STREET_WORDS = (r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|"
                 r"Terrace|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Gardens|Grove|Row|Mews|Circle|Cir|Trail|Alley|Plaza")
_STREET = rf"(?:{_STREET_WORDS}|{_STREET_WORDS.upper()})"
_UNIT = r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room)\.?[ \t]{0,2}#?[A-Z]{0,2}\d{1,5}[A-Z]?\b)"
_US_STATE = (r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|"
             r"V[AT]|W[AIVY])")

_RECORD_NOUN = (r"(?:patient|case|chart|file|record|account|acct|policy|member|membership|insurance|claim|reference"
                r"|ref|"
                r"invoice|ticket|booking|appointment|customer|client|employee|staff|badge|study|subject|sample|order|"
                r"licen[cs]e|passport|registration|certificate|prescription|health card|id|identification)")
_RECORD_MARK = r"(?:[ \t]{0,2}(?:id|no|nos|number|num|nr)\b\.?|[ \t]{0,2}\#)"
_RECORD_VALUE = r"(?=[\w/\-]{0,20}\d)[A-Za-z0-9][\w/\-]{0,30}\b"
_IS = r"[ \t]{0,3}(?:is\b|was\b|[:=#])?[ \t]{0,3}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern of one entity type; `score` is what Presidio gives a match before context."""

    entity: str
    pattern: str
    score: float


RULES = (
    # People, by title and by the phrases that announce a name.
    Rule("PERSON", rf"\b{_TITLE}[ \t]{{1,3}}\K{_NAMES}", 0.7),
    Rule("PERSON", r"\b(?i:dr|mr|mrs|ms|prof)\.[ \t]{1,3}\K[a-z][a-z'\-]{2,30}\b", 0.5),
    Rule("PERSON", rf"\b(?i:my name is|name is|patient name|full name|named|signed|sincerely|regards)[,:]?\s{{1,3}}"
                   rf"\K{_NAMES}", 0.6),
    Rule("PERSON", rf"\b(?i:name|patient|dear|attn)(?::[ \t]{{0,3}}|(?<=Dear)[ \t]{{1,3}})\K{_NAMES}", 0.5),
    # Calendar dates; weekdays, times, durations and bare years stay.
    Rule("DATE_TIME", rf"\b{_DAY}[ \t\-]{{0,2}}(?:of[ \t])?{_ANY_MONTH}[ \t,\-]{{0,3}}{_YEAR}\b", 0.7),
    Rule("DATE_TIME", rf"\b{_ANY_MONTH}[ \t\-]{{1,2}}{_DAY},?[ \t\-]{{1,3}}{_YEAR}\b", 0.7),
    Rule("DATE_TIME", rf"\b{_ANY_MONTH},?[ \t]{{1,2}}(?:of[ \t])?{_YEAR}\b", 0.5),
    Rule("DATE_TIME", rf"\b{_DAY}[ \t](?:of[ \t])?{_MONTH}(?!\w)", 0.5),
    Rule("DATE_TIME", rf"\b{_MONTH}[ \t]{_DAY}\b(?![.:]\d)", 0.5),
    Rule("DATE_TIME", rf"\b{_YEAR}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?\b", 0.7),
    Rule("DATE_TIME", rf"\b(?i:born|dob|birth|birthday)\b\W{{1,3}}(?:\w{{1,6}}\W{{1,3}}){{0,3}}\K{_YEAR}\b", 0.5),
    Rule("AGE", r"(?<!\b(?i:under|over|than|least|until|to|from|between|most)[ \t])(?<!\d[\-.])\b\d{1,3}[ \t\-]{0,2}"
                r"(?i:years?|yrs?|months?)[ \t\-]{0,2}(?i:old)\b(?![ \t](?i:and|or)[ \t](?i:over|older|under"
                r"|above))", 0.6),
    Rule("AGE", r"(?<!\b(?i:under|over|below|above|until)[ \t](?i:the[ \t])?)\b(?i:aged?)(?:[ \t](?i:of|is)"
                r"|:)?[ \t]{1,2}"
                r"\K\d{1,3}\b(?!\s?[%\-]|[ \t](?i:to|and|or|through)\b)", 0.6),
    Rule("AGE", r"\b\d{1,3}[ \t\-]?(?i:y/o|yo|yrs?/o|y\.o\.)(?!\w)", 0.6),
    Rule("AGE", r"\b(?i:turned|I'll turn|turning)[ \t]\K\d{1,3}\b(?![ \t]?(?i:degrees|%|times))", 0.5),
    Rule("AGE", r"\b(?i:he|she|they|I)[ \t](?i:was|is|am|were)[ \t]\K\d{1,3}\b(?=[.,;!?)]|$)", 0.5),
    # Places by their form.
    Rule("STREET_ADDRESS", rf"\b\d{{1,6}}[A-Za-z]?,?[ \t]{{1,3}}(?:\p{{Lu}}[\p{{L}}'.\-]{{0,30}}[ \t]{{1,3}}"
                           rf"|\d{{1,3}}(?:st|nd|rd|th)"
                           rf"[ \t]{{1,3}}){{1,4}}{_STREET}\b\.?(?:,?\s{{1,3}}{_UNIT})?", 0.7),
    Rule("STREET_ADDRESS", r"\b\d{1,6}[a-z]?[ \t]{1,2}(?:[a-z'\-]{3,30}[ \t]{1,2}){1,2}"
                           r"(?:street|avenue|boulevard|lane)\b", 0.5),
    Rule("STREET_ADDRESS", rf"\b{_UNIT}", 0.5),
    Rule("STREET_ADDRESS", r"\b(?i:p\.?[ \t]?o\.?[ \t]?box|PSC|Box)[ \t]{1,2}\d{1,6}\b", 0.6),
    Rule("STREET_ADDRESS", r"\b(?i:rua|rue|via|calle|ulica|ul\.|piazza|plaza de|avenida)[ \t]{1,2}"
                           r"(?:[\p{L}.']{1,30}[ \t]{1,2}){1,4}\d{1,5}\b", 0.6),
    Rule("STREET_ADDRESS", r"\b\p{Lu}[\p{L}\-]{2,30}(?i:strasse|straße|str\.|gade|vej|gatan|vagen|gata|straat|katu"
                           r"|utca|tie)"
                           r"[ \t]{1,2}\d{1,5}[a-z]?\b", 0.6),
    Rule("ZIP_CODE", r"\b(?i:zip|zip[ \t]?code|post[ \t]?code|postal[ \t]code)"
                     rf"{_IS}\K(?=[A-Z0-9 \-]{{0,8}}\d)[A-Z0-9]{{2,5}}(?:[ \-][A-Z0-9]{{2,4}})?\b", 0.7),
    Rule("ZIP_CODE", rf"\b{_US_STATE},?[ \t]{{1,2}}\K\d{{5}}(?:-\d{{4}})?\b", 0.7),
    Rule("ZIP_CODE", r"\b[A-Z]{1,2}\d[A-Z\d]?[ \t]\d[A-Z]{2}\b", 0.6),
    # Numbers of records, in context; then digits too many to be anything but an identifier.
    Rule("RECORD_NUMBER", rf"\b(?i:{_RECORD_NOUN}[ \t]{{0,2}}(?:id[ \t])?{_RECORD_MARK}){_IS}\K{_RECORD_VALUE}", 0.7),
    Rule("RECORD_NUMBER", rf"\b(?i:mrn|medical record(?: number| no\.?)?|nhs|npi|ehr|emr"
                          rf"|dea){_IS}\K{_RECORD_VALUE}", 0.7),
    Rule("RECORD_NUMBER", r"\b\d{7,30}\b", 0.4),
    Rule("RECORD_NUMBER", r"\b[A-Za-z]{1,4}-?\d{5,20}[A-Za-z]{0,3}\b", 0.4),
    Rule("RECORD_NUMBER", r"\b(?=[a-f]{0,32}\d)(?i:[0-9a-f]{32,128})\b", 0.4),
    Rule("US_SSN", r"(?<![\w\-])\d{3}[ \t.\-]{1,2}\d{2}[ \t.\-]{1,2}\d{4}(?![\w\-])", 0.6),
    Rule("CREDIT_CARD", r"(?<![\w\-])\d(?:[ \-]?\d){12,18}(?![\w\-])", 0.45),
    Rule("IBAN_CODE", r"\b(?i:[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){3,7}(?:[ \-]?[A-Z0-9]{1,3})?)\b(?<=\d\w{0,4})", 0.4),
    # Ways to reach someone.
    Rule("PHONE_NUMBER", r"(?<![\w.\-])(?:\+|00)\d{1,3}(?:[ \t.\-/]{0,2}\(?\d{1,4}\)?){2,5}(?!\w)", 0.6),
    Rule("PHONE_NUMBER", r"(?<![\w.\-])\(\d{2,5}\)[ \t]{0,2}\d{2,4}(?:[ \t.\-]\d{2,4}){0,3}(?!\w)", 0.5),
    Rule("PHONE_NUMBER", r"(?<![\w.\-/$])\d{2,5}(?:[ \t.\-]\d{2,4}){2,4}(?![\w/%]|[.\-]\d)", 0.4),
    # A local number of three and four digits, also where nothing around it says that it is one.
    Rule("PHONE_NUMBER", r"(?<![\w.\-/$])\d{3}[ \t.\-]\d{4}(?![\w/%]|[.\-]\d)", 0.4),
    Rule("PHONE_NUMBER", r"\b(?i:phone|tel|telephone|call|fax|mobile|cell|ring|text|dial|ext|extension)\b\W{1,3}"
                         r"(?:[A-Za-z]{1,10}\W{1,3}){0,3}\K\+?\d{2,5}(?:[ \t.\-]?\d{2,4}){1,4}\b(?!%)", 0.6),
    Rule("EMAIL_ADDRESS", r"(?i:\b[\w.+\-]{1,64}[ \t]{0,2}[\[({]?[ \t]?\bat\b[ \t]?[\])}][ \t]{0,2}[\w\-]{1,63}"
                          r"(?:[ \t]{0,2}[\[({]?[ \t]?(?:\.|\bdot\b)[ \t]?[\])}]?[ \t]{0,2}[\w\-]{2,63}){1,4})", 0.6),
    Rule("EMAIL_ADDRESS", r"[^\s@<>]{1,64}@[^\s@<>]{1,253}\.\w{2,24}\b", 0.5),
    Rule("USERNAME", r"(?<![\w.@/])@[A-Za-z]\w{2,30}\b", 0.5),
    Rule("USERNAME", r"\b(?i:user[ \t]?name|login|user id|userid)[ \t]{0,2}(?:is\b"
                     r"|[:=])[ \t]{0,3}\K[\w.\-]{3,64}", 0.6),
    # Whole addresses: Presidio's own pattern stops at the first thing that looks like a top-level domain.
    Rule("URL", r"\b(?i:https?|s?ftp|ssh|file|smb|s3|git|wss?|ldaps?|mailto|jdbc:\w{1,20})://?[^\s<>\"]{1,2000}", 0.8),
    Rule("URL", r"(?<![\w.@\-])(?i:(?:[a-z0-9](?:[a-z0-9\-]{0,62})\.){1,8}[a-z]{2,24}"
                r"(?::\d{1,5})?/[^\s<>\"]{1,2000})", 0.6),
    Rule("URL", r"(?<![\w.@\-])(?i:(?:[a-z0-9](?:[a-z0-9\-]{0,62})\.){1,8}"
                r"(?:local|internal|intranet|lan|corp|localdomain))\b", 0.6),
    # Secrets: a hit blocks.
    Rule("API_KEY", r"\b(?:sk|pk|rk)[\-_](?:ant|live|test|proj|or)?[\-_A-Za-z0-9]{16,400}", 0.9),
    Rule("API_KEY", r"\b(?:gh[opsur]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}|glpat-[\w\-]{16,64}"
                    r"|xox[a-z]-[\w\-]{10,255}|"
                    r"AIza[\w\-]{30,50}|hf_[A-Za-z0-9]{20,64}|npm_[A-Za-z0-9]{30,64}"
                    r"|SG\.[\w\-]{16,64}\.[\w\-]{16,64})", 0.9),
    Rule("API_KEY", r"\b(?i:api[ _\-]?key|secret[ _\-]?key|access[ _\-]?token|client[ _\-]?secret|auth[ _\-]?token)"
                    r"[ \t\"']{0,3}(?:is\b|[:=])[ \t\"']{0,3}\K(?=[^\s]{0,60}\d)[^\s\"',;]{8,400}", 0.8),
    Rule("API_KEY", r"\b(?i:bearer)[ \t]{1,2}\K(?=[^\s]{0,80}\d)[A-Za-z0-9._~+/\-]{20,2000}=*", 0.8),
    Rule("AWS_KEY", r"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{12,20}\b", 0.9),
    Rule("AWS_KEY", r"\b(?i:aws[\w ]{0,20}(?:secret"
                    r"|key)[\w ]{0,20})[ \t\"']{0,3}[:=][ \t\"']{0,3}\K[A-Za-z0-9/+=]{30,64}", 0.9),
    Rule("JWT", r"\bey[JI][A-Za-z0-9_\-]{8,4000}\.[A-Za-z0-9_\-]{8,8000}(?:\.[A-Za-z0-9_\-]{0,2000})?", 0.9),
    Rule("PRIVATE_KEY", r"-{4,5}[ ]?BEGIN[ A-Z0-9]{0,40}(?:KEY|CERTIFICATE|MESSAGE)[ A-Z]{0,20}-{4,5}", 0.9),
    Rule("PASSWORD", r"\b(?i:password|passwd|passcode|passphrase|pwd"
                     r"|pass)[ \t\"']{0,3}=[ \t\"']{0,3}\K[^\s\"']{3,200}", 0.8),
    Rule("PASSWORD", r"\b(?i:password|passwd|passcode|passphrase|pwd|pin)(?:[ \t]{0,2}:|[ \t]{1,2}(?:is"
                     r"|was))[ \t\"']{0,3}"
                     r"\K(?=[^\s]{0,40}[\d!#$%^&*_+])[^\s\"']{4,200}", 0.8),
    Rule("PASSWORD", r"://[^\s:/@]{1,64}:\K[^\s@/]{1,128}(?=@)", 0.8),
    # Base64 long enough to hide a text: what cannot be read cannot be cleared.
    Rule("ENCODED_TEXT", r"(?<![\w+=])(?=[A-Za-z+]{0,60}\d)(?=[A-Z0-9+]{0,60}[a-z])(?=[a-z0-9+]{0,60}[A-Z])"
                         r"[A-Za-z0-9+]{40,100000}={0,2}", 0.8),
)
"""Every rule; one recogniser is built for each entity type."""
