"""Calendar dates in figures and words, and ages."""

from __future__ import annotations

from appliance.detection.calendar_words import ANY_MONTH
from appliance.detection.recognisers.rule import AGE_AND_SEX, NO_UNIT, YEAR, Rule

# May, March and the like are words in lower case; only a year beside them makes a lower-case date certain.
_MONTH = rf"(?:{ANY_MONTH}|{ANY_MONTH.upper()})\.?"
_ANY_MONTH = rf"(?i:{ANY_MONTH})\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|ST|ND|RD|TH)?"
_DD = r"(?:0?[1-9]|[12]\d|3[01])"
_MM = r"(?:0?[1-9]|1[0-2])"
_WEEKDAY = r"(?i:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?i:day)?\b\.?"
_LONG_WEEKDAY = r"(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
_TIME = (r"(?:[T ,]{1,3}(?:at[ ])?\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[ ]?(?:[AaPp]\.?[Mm]\.?|Z|UTC|"
         r"[+\-]\d\d:?\d\d))?)?")
_NOT_WHOLE = r"(?![\w/]|[.\-]\d)"
_OLD_TENS = (r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ \-](?:one|two|three|four|five|six|"
             r"seven|eight|nine))?)")
_OLD_WORDS = (rf"(?:{_OLD_TENS}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
              r"fifteen|sixteen|seventeen|eighteen|nineteen|a[ ]hundred)")
_DECADES = r"(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)"

RULES = (
    Rule("DATE_TIME", rf"\b{_DAY}[ \t\-./]{{0,2}}(?:of[ \t])?{_ANY_MONTH}[ \t,\-./]{{0,3}}{YEAR}\b{_TIME}", 0.7,
         "day, month in words, year"),
    Rule("DATE_TIME", rf"\b{_ANY_MONTH}[ \t\-]{{0,2}}{_DAY},?[ \t\-]{{1,3}}{YEAR}\b{_TIME}", 0.7,
         "month in words, day, year"),
    Rule("DATE_TIME", rf"\b{_ANY_MONTH},?[ \t\-/]{{1,2}}(?:of[ \t])?{YEAR}\b", 0.5, "month in words and year"),
    Rule("DATE_TIME", rf"\b{YEAR}[ \t,\-./]{{1,2}}{_ANY_MONTH}(?:[ \t\-./]{{1,2}}{_DAY})?(?!\w)", 0.5,
         "year and month in words"),
    Rule("DATE_TIME", rf"\b{_DAY}[\- ./]{_MONTH}[\- ./,]{{1,2}}'?\d\d\b(?![:\d])", 0.6,
         "day, month in words, two figures of the year"),
    Rule("DATE_TIME", rf"\b{_MONTH}[ \t]{_DAY},?[ \t]'\d\d\b", 0.6, "month in words, day, two figures of the year"),
    Rule("DATE_TIME", rf"\b{_MONTH}[ \t\-]'\d\d\b|\b(?!(?:May|Mar|MAY|MAR)\b){_MONTH}-\d\d\b(?![\-\d])", 0.5,
         "month in words and two figures of the year"),
    Rule("DATE_TIME", rf"\b{_DAY}[ \t\-](?:of[ \t])?{_MONTH}(?!\w)", 0.5, "day and month in words"),
    Rule("DATE_TIME", rf"\b{_MONTH}[ \t\-](?:the[ \t])?{_DAY}\b(?![.:]\d)", 0.5, "month in words and day"),
    Rule("DATE_TIME", rf"\b\d{{1,2}}(?:st|nd|rd|th)[ \t]of[ \t](?i:{ANY_MONTH}|this month"
                      r"|next month|last month)\b", 0.5, "a day of a month"),
    Rule("DATE_TIME", rf"\b{_WEEKDAY},?[ \t](?:the[ \t])?(?:{_DD}(?:st|nd|rd|th)\b|{_DD}[./]{_MM}{_NOT_WHOLE}"
                      rf"|{_DAY}[ \t]{_MONTH}(?!\w)|{_MONTH}[ \t]{_DAY}\b)", 0.6, "a weekday and a date"),
    Rule("DATE_TIME", rf"\b(?i:last|next|this|past)[ \t]{_LONG_WEEKDAY}|\b{_LONG_WEEKDAY}[ \t](?i:morning|afternoon"
                      r"|evening|night)\b(?!s)|\b(?i:meet|see you|arrived|left|came)[ \t](?:on[ \t])?\K"
                      rf"{_LONG_WEEKDAY}(?!s)", 0.4, "a certain weekday"),
    Rule("DATE_TIME", rf"(?<![\w.\-/]){YEAR}([\-/.])(?:0?[1-9]|1[0-2])\1{_DD}(?!\d|[.\-/]\d){_TIME}", 0.7,
         "year, month, day in figures"),
    Rule("DATE_TIME", rf"(?<![\w.\-/])(?:{_DD}([\-/.]){_MM}|{_MM}([\-/.]){_DD})(?:\1|\2){YEAR}{_NOT_WHOLE}{_TIME}", 0.7,
         "day, month, year in figures"),
    Rule("DATE_TIME", rf"(?<![\w.\-/])(?:{_DD}([\-/]){_MM}|{_MM}([\-/]){_DD})(?:\1|\2)\d\d{_NOT_WHOLE}{NO_UNIT}", 0.6,
         "day, month and two figures of the year"),
    Rule("DATE_TIME", r"(?<![\w.\-/])(?:0[1-9]|[12]\d|3[01])[. ](?:0[1-9]|1[0-2])[. ]\d\d(?![\w/%]|[.,\-]?\d)", 0.4,
         "day, month and two figures of the year, with dots"),
    Rule("DATE_TIME", rf"(?<![\w.\-/]){_DD}\.[ ]?(?:I{{1,3}}|IV|VI{{0,3}}|IX|XI{{0,2}})\.[ ]?{YEAR}\b", 0.6,
         "a date with the month in Roman figures"),
    Rule("DATE_TIME", rf"(?<![\w.\-/]){_MM}[/\-]{YEAR}{_NOT_WHOLE}|(?<![\w.\-/]){YEAR}-(?:0[1-9]|1[0-2])(?![\w\-/])",
         0.5,
         "month and year in figures"),
    Rule("DATE_TIME", r"\b(?i:on|since|dated?|seen|until|till|from|dob|born|due|exp|expiry|"
                      rf"expires)[ \t:]{{1,2}}\K{_DD}/"
                      rf"{_DD}{_NOT_WHOLE}(?![ \t]?(?:of\b|an?\b|scale|{NO_UNIT[3:-1]}|cups?|tea|tbsp|tsp|full|days|"
                      r"inch|pain))", 0.4, "day and month in figures after a word of time"),
    Rule("DATE_TIME", rf"\b(?:Q[1-4]|H[12]|FY)[ \t/\-]?'?(?:{YEAR}|\d\d\b)(?![\w.])|\b{YEAR}[ \t\-/]?Q[1-4]\b", 0.5,
         "a quarter or a financial year"),
    Rule("DATE_TIME", r"\b(?i:first|second|third|fourth|last|1st|2nd|3rd|4th)[ \t](?i:quarter|half)[ \t]of[ \t]"
                      rf"(?:fiscal[ \t])?{YEAR}\b", 0.5, "a quarter in words"),
    Rule("DATE_TIME", r"\b(?i:spring|summer|autumn|fall|winter|christmas|easter|thanksgiving|ramadan|new year(?:'s)?"
                      rf"(?: eve| day)?|halloween|diwali|passover|early|mid|late)[ \t\-](?:of[ \t])?{YEAR}\b", 0.5,
         "a season or a feast and its year"),
    Rule("DATE_TIME", r"\b(?i:born|dob|d\.o\.b\.|birth|birthday|died|deceased|married|graduated)\b\W{1,3}"
                      rf"(?:\w{{1,6}}\W{{1,3}}){{0,3}}\K(?:{YEAR}|\d{{6}})\b", 0.5, "a year after a word of life"),
    Rule("DATE_TIME", rf"\b(?i:in|during|year|circa|by|until|before|after|act of|film of|of)[ \t]\K{YEAR}\b(?!-?\w)"
                      rf"(?![.,:]\d){NO_UNIT}", 0.4, "a year after a word of time"),
    Rule("DATE_TIME", rf"\b(?i:an?)[ \t]\K{YEAR}(?=[ \t]\p{{Lu}})", 0.4, "a year before a name"),
    Rule("AGE", r"(?<!\b(?i:under|over|than|least|until|to|from|between|most)[ \t])(?<!\d[\-.])\b\d{1,3}[ \t\-]{0,2}"
                r"(?i:years?|yrs?|months?|weeks?)[ \t\-]{0,2}(?i:old|of[ \t\-]age)\b(?![ \t](?i:and|or)[ \t](?i:over|"
                r"older"
                r"|under|above))", 0.6, "years old"),
    Rule("AGE", rf"\b(?i:{_OLD_WORDS}[ \t\-](?:years?|months?)[ \t\-](?:old|of[ ]age))\b", 0.5, "years old, in words"),
    Rule("AGE", r"(?<!\b(?i:under|over|before|after|by|until)[ \t](?i:the[ \t])?)\b(?i:aged|"
                rf"age[ \t]of)[ \t]\K(?i:{_OLD_WORDS})\b(?![ \t](?i:to|and|or|through)\b)", 0.5,
         "aged, in words"),
    Rule("AGE", r"(?<!\b(?i:under|over|below|above|until|before|after|by)[ \t](?i:the[ \t])?)\b(?i:aged?)(?:[ \t](?i:of"
                r"|is|was|about)|[ \t]?"
                r"[:=])?[ \t]{0,2}(?<=\W)\K\d{1,3}\b(?!\s?[%\-]|[.]\d|[ \t](?i:to|and|or|through|groups?)\b)", 0.6,
                "aged"),
    Rule("AGE", rf"(?={AGE_AND_SEX})\(\K\d{{1,3}}", 0.5, "an age and a sex in brackets"),
    # patient_age 92, "age": 92, ageYears=92; but not page, max_age or average.
    Rule("AGE", r"(?<!\w)(?!(?i:max|min|avg|mean|cache|legal)[a-z]{0,4}_?(?i:age))"
                r"(?:(?:[A-Za-z]{1,20}_){1,3}(?i:age)|[a-z]{1,20}Age|(?i:age))(?i:_?(?:in_?)?(?:years|yrs))?[\"']?"
                r"(?:[ \t]{0,2}[:=]|(?<=_\w{0,12})[ \t])[ \t]{0,2}[\"']?\K\d{1,3}\b(?![%.]?\d|%)", 0.6,
         "a key for the age and its value"),
    Rule("AGE", rf"\b(?i:he|she|they|I|patient)(?:[ \t](?i:was|is|am)|'s|'m)[ \t]\K(?i:{_OLD_TENS})\b"
                r"(?=[.,;!?)]|$|[ \t](?i:now|and|male|female|when)\b)", 0.5, "he is, with a number in words alone"),
    Rule("AGE", rf"\b(?i:turned|turning|turns)[ \t]\K(?i:{_OLD_TENS})\b(?![ \t]?(?i:degrees|per[ ]cent|times))", 0.5,
         "turned, in words"),
    Rule("AGE", rf"\b(?i:in[ \t](?:his|her|their|my)[ \t](?:(?:early|mid|late)[ \t\-])?)\K(?i:{_DECADES})\b", 0.5,
         "a decade of life in words"),
    Rule("AGE", r"\b(?i:age[ \t]?/[ \t]?(?:sex|gender))[ \t]?[:=]?[ \t]{0,2}\K\d{1,3}\b", 0.6, "a form field for the ag"
                                                                                               "e"),
    Rule("AGE", r"\b\d{1,3}[ \t\-]?(?i:y/o|yo|yrs?/o|y\.o\.|y\.?/?o\.?[mf])(?!\w)", 0.6, "y/o"),
    Rule("AGE", r"(?<![\w.,/\-])\d{1,3}[ /]?(?:M|F|m/|f/|male|female)\b(?=[ ,]{1,2}(?i:with|who|presents|presenting|"
                r"c/o|"
                r"admitted|pt|patient|s/p|h/o|here))", 0.5, "an age and a sex"),
    Rule("AGE", r"\b(?i:turned|I'll turn|turning|turns)[ \t]\K\d{1,3}\b(?![ \t]?(?i:degrees|%|times))", 0.5, "turned"),
    Rule("AGE", r"\b(?i:he|she|they|I|who|patient)(?:[ \t](?i:was|is|am|were)|'s|'m)[ \t]\K\d{1,3}\b(?=[.,;!?)](?!\d)|"
                r"$|"
                r"[ \t](?i:now|and|male|female|when)\b)", 0.5, "he is, with a number alone"),
    Rule("AGE", r"\b\d{2,3}(?:st|nd|rd|th)[ \t](?i:birthday)\b|\b(?i:in[ \t](?:his|her|their)[ \t](?:early|mid|"
                r"late)?[ \t\-]?)"
                r"\K(?:[2-9]0|100)'?s\b", 0.5, "a birthday or a decade of life"),
)
