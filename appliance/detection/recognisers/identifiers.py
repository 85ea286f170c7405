"""Numbers that stand for a person, a record, an account, a vehicle or a device."""

from __future__ import annotations

from appliance.detection.recognisers.rule import IS, LOCKED, NO_UNIT, PAUSE, SAID, STANDARDS, Rule

_NOUN = (r"(?:patient|case|chart|file|record|account|acct|a/c|policy|member|membership|subscriber|insurance|claim|"
         r"reference"
         r"|ref|invoice|ticket|booking|appointment|customer|client|employee|staff|badge|study|subject|sample|specimen"
         r"|accession|order|licen[cs]e|passport|registration|certificate|prescription|rx|health card|id|identification"
         r"|docket|matter|incident|tracking|shipment|consignment|parcel|contract|loan|mortgage|student|pupil|voter|tax|"
         r"vat"
         r"|tin|ein|beneficiary|group|encounter|visit|admission|hospital|confirmation|transaction|payment|receipt"
         r"|purchase order|complaint|report|personnel|payroll|national|national insurance|social security|identity card"
         r"|id card|residence permit|visa|routing|aba|serial|device|asset|medicare|medicaid|health plan|card|"
         r"application"
         r"|petition|cause|permit|warrant|inmate|prisoner|prison|custody|crime|probation|police|court|council|"
         r"housing|tenancy"
         r"|school|roll|hosp|enrol(?:l)?ment|centre|candidate|service|army|meter|donor|donation|barcode|lot|batch|"
         r"unit record)")
_MARK = r"(?:[ \t]{0,2}(?:id|no|nos|number|num|nr|code|ref|reference)\b\.?|[ \t]{0,2}\#)"
_VALUE = r"(?=[\w/.\-]{0,20}\d)[A-Za-z0-9][\w/\-]{0,30}\b(?:\.\d{1,6})?(?:[ ]\d{2,6}){0,5}"
_DIGITS = r"(?<![\w.,\-/])"
_MBI = "[AC-HJKMNP-RT-Y]"
_DOOR_CODE = r"[*#]?(?=[A-Z]{0,2}\d{3})[A-Z]{0,2}\d{3,8}[A-Z]{0,2}\b[*#]?(?![.,\-]\d)"
_CASE = r"\d{1,7}/\d{2,4}"

RULES = (
    Rule("RECORD_NUMBER", rf"\b(?i:{_NOUN}[ \t]{{0,2}}(?:id[ \t]|registration[ \t]|file[ \t])?{_MARK}){IS}\K{_VALUE}",
         0.7,
         "a word such as 'case number'"),
    Rule("RECORD_NUMBER", r"\b(?i:mrn|medical record(?: number| no\.?)?|nhs|npi|ehr|emr|dea|uhid|crn|urn|pid|ecn|icn|"
                          r"iban"
                          rf"|hicn?|upin|health insurance claim)\b\.?(?i:[ ](?:number|no|nr)\b\.?)?{IS}\K{_VALUE}",
                          0.7, "a medical record number"),
    Rule("RECORD_NUMBER", r"\b(?i:account|acct|claim|invoice|order|ticket|case|member|employee|booking|docket|chart|"
                          r"policy|"
                          r"reference|ref|patient|customer|file|record|tracking|contract|loan|student|receipt|"
                          r"confirmation|"
                          r"transaction|mrn|id)[ \t]{0,2}(?:[:#]|ending(?:[ \t]in)?|is)[ \t#]{0,3}\K"
                          rf"(?=[\w/\-]{{0,20}}\d[\w/\-]{{0,8}}\d)[A-Za-z0-9][\w/\-]{{1,30}}\b(?![.,:]\d){NO_UNIT}",
                          0.6,
         "a word such as 'case' and a number"),
    Rule("RECORD_NUMBER", r"\b(?i:account|acct|claim|invoice|order|ticket|case|member|employee|booking|docket|chart|"
                          r"policy|"
                          r"file|contract|loan|badge|complaint|incident)[ \t]"
                          r"\K(?=[A-Z0-9/\-]{3})(?!(?:19|20)\d\d\b)(?:(?=[A-Z\-/]{0,8}\d)[A-Z0-9]{1,8}"
                          rf"(?:[\-/][A-Z0-9]{{1,10}}){{1,4}}|\d{{4,}})\b{NO_UNIT}", 0.5, "a word such as 'claim' and a"
                                                                                          " code"),
    # Courts.
    Rule("RECORD_NUMBER",
         rf"\b(?i:nos?|nr|nrs)\b\.?[ \t]{{0,2}}\K{_CASE}(?:(?:,[ ]|[ ]and[ ]|[ ]&[ ]){_CASE}){{0,20}}", 0.7,
         "the number of an application to a court"),
    Rule("RECORD_NUMBER", rf"{_DIGITS}\d{{4,6}}/\d{{2}}(?![\w/]){NO_UNIT}", 0.5, "a number and a year, as courts write "
                                                                                 "it"),
    Rule("RECORD_NUMBER", r"\b(?:[CTF]|Joined Cases [CT])-\d{1,4}/\d{2}(?:[ ](?:P|PPU|RENV|R|REV))?\b", 0.6,
         "a case of the European courts"),
    Rule("RECORD_NUMBER", r"(?<![\w:])(?:\d:)?\d{2,4}-(?i:cv|cr|mc|md|mj|bk|ap|civ|crim|misc|cp|ca|dr|pr)-\d{2,6}"
                          r"(?:-[A-Z]{1,4}){0,3}(?!\w)", 0.7, "a docket number"),
    Rule("RECORD_NUMBER", r"\b(?i:no|docket|case|index|cause)\b\.?[ \t#:]{1,3}\K(?=[\w\-/]{0,10}\d)[A-Z0-9]{1,6}"
                          r"(?:[\-/][A-Z0-9]{1,8}){1,4}\b", 0.6, "a number of a court or an office"),
    Rule("RECORD_NUMBER", r"[\[(](?:19|20)\d\d[\])][ ](?:\d{1,2}[ ])?[A-Z]{2,6}(?:[ ][A-Z][a-z]{1,6})?[ ]\d{1,5}\b",
         0.5,
         "the citation of a judgment"),
    Rule("RECORD_NUMBER", r"\bECLI:[A-Z]{2}:\w{1,10}:\d{4}:[\w.]{1,25}", 0.7, "an ECLI"),
    Rule("RECORD_NUMBER", r"\b[IVX\d]{1,5}[ ](?:BvR|BvL|BvE|ZR|ZB|StR|AZR|KR|AR|U|O|C|K|B|Ws|W|S|T|Sa|"
                          r"Ca)[ ]\d{1,5}/\d{2}\b",
         0.6, "a file number of a German court"),
    # Digits too many, or too mixed with letters, to be anything but an identifier.
    Rule("RECORD_NUMBER", r"\b\d{7,30}\b", 0.4, "seven digits or more"),
    Rule("RECORD_NUMBER", rf"\b(?!{STANDARDS}\b)(?!{STANDARDS}-?\d)[A-Za-z]{{1,4}}[\-_]?\d{{5,20}}[A-Za-z]{{0,3}}\b",
         0.4,
         "letters and five digits or more"),
    Rule("RECORD_NUMBER", r"\b\d{6,12}-?[A-Za-z]{1,2}\b(?<!\d(?i:mg|ml|kg|km|mm|cm|iu|gb|mb|kb|hz|g|m|l|k|s))", 0.4,
         "six digits or more and a letter"),
    Rule("RECORD_NUMBER", rf"(?<![\w\-/])(?!{STANDARDS}\b)(?=(?:[A-Z\-_/]{{0,12}}\d){{5}})[A-Z]{{1,6}}\d{{0,6}}"
                          r"(?:[\-_/][A-Z0-9]{1,10}){1,5}(?![\w\-])", 0.4, "a code with five digits or more"),
    Rule("RECORD_NUMBER", r"(?<![\w.,\-/$])(?=(?:\d[.\-]?){9,30}(?![.\-]?\d))\d{1,9}(?:[.\-]\d{1,9}){1,5}(?![\w%]|"
                          r"[.,\-]\d)",
         0.4, "groups of nine digits or more"),
    Rule("RECORD_NUMBER", r"\b(?=[a-f]{0,32}\d)(?i:[0-9a-f]{32,128})\b", 0.4, "a long number in hexadecimal"),
    # Of persons, by countries.
    Rule("US_SSN", r"(?<![\w\-])\d{3}[ \t.\-]{1,3}\d{2}[ \t.\-]{1,3}\d{4}(?![\w\-])", 0.6, "the form of an SSN"),
    Rule("US_SSN", r"\b(?i:ssn\b|ss#|ss no\.?|soc(?:ial)?[ ]sec(?:urity)?)(?i:[ ]?(?:number|num|no|nr|id)\b\.?|"
                   r"#)?(?:[ ]?\(ssn\))?"
                   rf"{IS}(?:[Xx*]{{3}}[ \-]?[Xx*]{{2}}[ \-]?)?\K\d(?:[ .\-]{{0,2}}\d){{3,8}}\b", 0.7,
                   "an SSN by its name"),
    Rule("US_SSN", r"\b(?i:last[ ](?:four|4)(?:[ ]digits)?|(?:ss[n#]?|card|account|acct)[ ]ending(?:[ ]in)?|"
                   r"ending[ ]in|ends[ ](?:in|"
                   r"with))\b[^\d\n]{0,30}"
                   r"\K\d{4}\b(?![.,]\d)", 0.5, "the last four digits of a number"),
    Rule("NATIONAL_ID", r"\b(?i:[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ \-]?\d{2}[ \-]?\d{2}[ \-]?\d{2}[ \-]?[A-D])\b",
         0.6,
         "a British national insurance number"),
    Rule("NATIONAL_ID", r"\b(?:NI|NINO|(?i:national[ ]insurance))(?i:[ ](?:number|num|no|nr)\b\.?)?[ \t]{0,2}(?:is\b|"
                        r"[:=#])?"
                        r"[ \t]{0,2}\K[A-Za-z]{2}(?:[ \-]?\d{2}){3}[ \-]?[A-Da-d]\b", 0.7,
         "a British national insurance number by its name"),
    Rule("RECORD_NUMBER", rf"\b[1-9]{_MBI}(?:{_MBI}|\d)\d-?{_MBI}(?:{_MBI}|\d)\d-?{_MBI}{{2}}\d\d\b", 0.6,
         "a beneficiary of Medicare"),
    Rule("NATIONAL_ID", r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b|\b[A-Z]{5}\d{4}[A-Z]\b|"
                        r"\b[XYZ]-?\d{7}-?[A-Z]\b|"
                        r"\b\d{6}[\-+A]\d{3,4}[0-9A-Z]?\b|\b\d{17}[\dXx]\b|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", 0.5,
         "a national identity number of another country"),
    Rule("NATIONAL_ID", r"\b(?i:passport|driver'?s?'?[ ]licen[cs]e|driving[ ]licen[cs]e|identity[ ]card|id[ ]card|"
                        r"national[ ]id|"
                        r"aadhaar|pesel|bsn|nino|nie|dni|cpf|curp|itin|green[ ]card|visa)"
                        rf"(?i:[ ](?:number|num|no|nr)\b\.?|[ ]?#)?{IS}\K(?=[\w\-]{{0,8}}\d{{2}})[A-Za-z0-9][\w\-]{{4,2"
                        r"4}\b"
                        r"(?:[ ]\d{2,6}){0,4}", 0.6, "a passport, a licence or a card of identity"),
    Rule("NATIONAL_ID", r"\b[A-Z]{5}\d{6}[A-Z\d]{2}\d[A-Z]{2}\b", 0.6, "a British driving licence"),
    Rule("RECORD_NUMBER", r"\b(?i:(?:gate|door|access|alarm|entry|entrance|keypad|lock|lock[ ]?box|garage|safe|"
                          r"building|elevator|lift|locker)[ ](?:code|pin|combination)s?|gate[ ]?code|door[ ]?code)\b"
                          rf"(?:'s)?[ \t]{{0,2}}(?:(?i:is|was|to)\b|[:=])?[ \t]{{0,2}}\K{_DOOR_CODE}", 0.6,
         "the code of a door"),
    Rule("RECORD_NUMBER", rf"\b(?i:pin|code|combination|number)s?[ ](?i:for|to|of|on)"
                          rf"[ ]{LOCKED}[ \t]{{0,2}}(?:(?i:is|was)\b"
                          rf"|[:=]|'s)[ \t]{{0,2}}\K{_DOOR_CODE}", 0.6, "the code for a door"),
    Rule("RECORD_NUMBER", r"\b(?i:keypad|key[ ]pad|padlock|lock[ ]?box|key[ ]?safe|burglar alarm)\b(?:'s)?[ \t]{0,2}(?:"
                          r"(?i:is|was|to|code|no|number|pin)\b|[:=])?[ \t]{0,2}\K[*#]?\d{4,8}\b[*#]?(?![.,\-]\d)"
                          rf"{NO_UNIT}", 0.6, "the digits of a keypad"),
    Rule("RECORD_NUMBER", r"\b(?i:account|card|ssn|social[ ]security|mrn|policy|member|code|pin|ending[ ]in|"
                          r"last[ ]four)\b"
                          rf"[^\d\n]{{0,25}}?\K\b(?i:{SAID}(?:{PAUSE}{SAID}){{3,18}})\b", 0.5, "a number in words"),
    # Money.
    Rule("CREDIT_CARD", r"(?<![\w\-])\d(?:[ .\-]{0,2}\d){12,18}(?![\w\-])", 0.45, "thirteen to nineteen digits"),
    Rule("CREDIT_CARD", r"\b(?i:card|visa|mastercard|amex|maestro)\b[^\d\n]{0,20}\K(?:[Xx*]{4}[ \-]?){1,4}\d{4}\b", 0.6,
         "a card with most digits hidden"),
    Rule("CREDIT_CARD", r"\b(?i:cvv2?|cvc2?|cid|card verification(?: (?:code|value))?)"
                        r"[ \t]{0,2}(?:(?i:code|is|number)\b|[:=#])?[ \t]{0,2}\K\d{3,4}\b", 0.6,
                        "a check code of a card"),
    Rule("IBAN_CODE", r"\b(?i:[A-Z]{2}\d{2}(?:[ \-]?[A-Z0-9]{4}){3,7}(?:[ \-]?[A-Z0-9]{1,3})?)\b(?<=\d\w{0,4})", 0.4,
         "the form of an IBAN"),
    Rule("RECORD_NUMBER", r"\b(?i:bic|swift(?:[ /](?:bic|code))?|bic/swift)(?i:[ ]code)?[ \t]{0,2}(?:(?i:is)\b|"
                          r"[:=])?[ \t]{0,2}\K"
                          r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b", 0.6, "a BIC"),
    Rule("RECORD_NUMBER", rf"\b(?i:sort[ ]code|routing|aba|bsb|blz|bank[ ]code){IS}\K\d(?:[ \-]?\d){{5,8}}\b", 0.6,
         "a number of a bank"),
    Rule("CRYPTO", r"\b0x[0-9a-fA-F]{40}\b", 0.6, "a wallet"),
    # Vehicles and devices.
    Rule("VEHICLE_ID", r"\b(?=[A-Z]{0,16}\d)(?=\d{0,16}[A-Z])(?=(?:[A-Z]{0,14}\d){3})[A-HJ-NPR-Z0-9]{17}\b", 0.5,
         "a VIN"),
    Rule("VEHICLE_ID", r"\b(?i:vin|chassis(?:[ ](?:number|no\.?))?)\b[ \t]{0,2}(?:(?i:is|number|no)\b\.?|"
                       r"[:=#])?[ \t:]{0,3}\K"
                       r"(?=\w{0,16}\d)\w{8,17}\b", 0.6, "a VIN by its name"),
    Rule("VEHICLE_ID", r"\b(?i:(?:licen[cs]e|number|registration|reg|vehicle)[ ](?:plate|tag|registration)s?|plates?|"
                       r"plate[ ]no|(?:car|van|vehicle|bike|taxi|lorry|motorbike)(?:'s)?[ ]reg(?:istration)?|"
                       r"reg[ ]?(?=:)|"
                       r"registered[ ]as)(?i:[ ](?:number|no)\b\.?)?[ \t]{0,2}(?:(?i:is|was|reads?)\b|"
                       r"[:=#])?[ \t]{0,2}\K"
                       r"(?=[A-Z0-9 \-]{0,9}\d)[A-Z0-9]{1,4}(?:[ \-]?[A-Z0-9]{1,4}){0,3}\b", 0.5, "a licence plate"),
    Rule("VEHICLE_ID", r"(?<![\w\-])[A-HJ-PR-Y][A-HJ-PR-Y]\d\d[ ]?[A-HJ-PR-Z]{3}(?![\w\-])", 0.4, "a British plate"),
    Rule("RECORD_NUMBER", r"(?<!\w)1Z[0-9A-Z]{16}(?!\w)", 0.6, "a parcel's tracking number"),
    Rule("DEVICE_ID", r"\b(?i:serial(?:[ ](?:number|no|nr|num))?|s/n|sn|imei|imsi|iccid|udid|device[ ]id|asset[ ]tag|"
                      r"udi|meid|"
                      r"pacemaker|implant)\b\.?[ \t]{0,2}(?:(?i:is|no|number)\b\.?|[:=#])?[ \t:#]{0,3}\K"
                      rf"(?:[A-Z]{{2,4}}[ ])?(?=[\w\-]{{0,24}}\d\w{{0,24}}\d)[A-Za-z0-9][\w\-]{{4,39}}\b{NO_UNIT}",
         0.6, "a serial number"),
    Rule("DEVICE_ID", r"\(01\)\d{14}(?:\(\d{2}\)\w{1,20}){0,4}", 0.6, "a UDI"),
    Rule("MAC_ADDRESS", r"\b[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\b", 0.6, "a MAC address with dots"),
    Rule("MAC_ADDRESS", r"(?<![\w:])[0-9a-fA-F]{2}(?:[:\-][0-9a-fA-F]{2}){5}(?![\w:])", 0.6, "a MAC address"),
)
