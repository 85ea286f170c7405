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

_TEENS = r"(?:ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)"
# Nineteen forty-one is a year wherever it stands; twenty twenty-one, a hundred tablets, only behind a day or a month.
_OLD_YEAR_WORDS = (rf"(?:(?:eigh|nine)teen[ \-](?:hundred(?:[ ]and)?[ \-])?(?:(?:oh|o)"
                   rf"[ \-][a-z]{{3,5}}|{_OLD_TENS}|{_TEENS}))")
_YEAR_WORDS = (rf"(?:{_OLD_YEAR_WORDS}|nineteen[ ]hundred|twenty[ \-](?:{_OLD_TENS}|{_TEENS}|(?:oh|o)[ \-][a-z]{{3,5}})"
               rf"|two[ ]thousand(?:[ ]and)?(?:[ ](?:{_OLD_TENS}|{_TEENS}|one|two|three|four|five|six|seven|eight|nine)"
               r"\b)?)")
_DAY_WORDS = (r"(?:(?:twenty|thirty)[ \-])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
              r"eleventh|"
              r"twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)")
# What a machine that reads paper makes of 0 and 1, and makes of them in a date or a telephone number only.
_READ = r"[\dOoIl]"
_KIN = (r"(?:mum|mam|mom|mother|mummy|dad|father|parents?|gran|granny|nan|nana|grandma|grandmother|grandad|granddad|"
        r"grandpa|grandfather|aunt|auntie|uncle|husband|wife|partner|spouse|brother|sister|son|daughter|baby|child|"
        r"grandson|granddaughter|nephew|niece|cousin|neighbou?r|friend|patient|pt|resident|client|carer)")
_AGE_WORDS = r"(?:age|alter|edad|eta|leeftijd|idade|wiek|alder)"
_AGE_ENDS = (r"(?=[.,;!?)](?!\d)|[ \t]{0,3}$|[ \t](?:now|and|but|male|female|when|with|so|in[ \t]\p{Lu}\p{Ll}{2,8}|"
             r"this[ \t]|next[ \t]|"
             r"today|tomorrow|soon)\b)")

RULES = (
    Rule("DATE_TIME", rf"\b{_DAY}[ \t\-./]{{0,2}}(?:of[ \t])?{_ANY_MONTH}[ \t,\-./]{{0,3}}{YEAR}\b{_TIME}", 0.7,
         "day, month in words, year"),
    Rule("DATE_TIME", rf"\b(?:(?:{_DAY}|(?i:{_DAY_WORDS}))[ \t](?:of[ \t])?{_ANY_MONTH}|{_ANY_MONTH}[ \t]"
                      rf"(?:the[ \t])?(?:{_DAY}|(?i:{_DAY_WORDS}))),?[ \t]{{1,2}}(?i:{_YEAR_WORDS})\b", 0.7,
         "a day and a month, and the year in words"),
    Rule("DATE_TIME", rf"\b(?i:{_DAY_WORDS}[ \t]of[ \t](?:{ANY_MONTH}))\b", 0.5, "a day of a month in words"),
    Rule("DATE_TIME", rf"\b(?i:{_ANY_MONTH},?[ \t](?:of[ \t])?{_YEAR_WORDS})\b", 0.5, "a month, and the year in words"),
    Rule("DATE_TIME", rf"\b(?i:{_OLD_YEAR_WORDS})\b(?![ \t](?i:patients|people|tablets|times|thousand|hundred|"
                      rf"percent))",
         0.5, "a year in words"),
    Rule("DATE_TIME", rf"(?<![\w.\-/])(?=[OoIl/.\-]{{0,9}}\d)(?=[\d/.\-]{{0,9}}[OoIl])[0-3OoIl]?{_READ}([\-/.])"
                      rf"[01OoIl]?{_READ}\1{_READ}{{2}}(?:{_READ}{{2}})?(?![\w/]|[.\-]\w)", 0.5,
         "a date with letters read for its figures"),
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
    Rule("AGE", rf"\b(?i:{_KIN})\b(?:,[ ][^,.\n\d]{{1,30}},|[ ]\p{{Lu}}[\p{{L}}.]{{0,20}}+)?(?:[ \t](?i:is|was)|'s|"
                rf"[ \t](?i:"
                r"will|would)[ \t]be|[ \t](?i:just|has)?[ \t]?(?i:turned|turns))[ \t](?:(?i:about|around|almost|"
                r"nearly|only|"
                rf"now|already|over)[ \t])?\K\d{{1,3}}\b{_AGE_ENDS}", 0.5,
         "somebody of the family or a patient is, with a number"),
    Rule("AGE", rf"\b(?i:{_KIN})\b(?:[ \t](?i:is|was)|'s)[ \t]\K(?i:{_OLD_TENS})\b{_AGE_ENDS}", 0.5,
         "somebody of the family or a patient is, in words"),
    Rule("AGE", rf"\b(?i:he|she|they|I|who)(?:'ll|[ \t](?i:will|would))[ \t](?i:be)[ \t]\K\d{{1,3}}\b{_AGE_ENDS}", 0.5,
         "he will be, with a number"),
    Rule("AGE", r"\b(?i:he|she|I|who)(?:[ \t](?i:was|is|am)|'s|'m)[ \t]\K\d{2,3}\b(?=[ \t](?i:in|this|next)[ \t])", 0.5,
         "he is, with a number and a time"),
    Rule("AGE", rf"\b(?i:{_KIN})[ \t]\(\K\d{{1,3}}(?=\))", 0.5, "somebody, with a number in brackets"),
    Rule("AGE", r"(?<![\w.,/\-])\d{1,3}[ ]?(?=[♀♂])|[♀♂][ ]?\K\d{1,3}\b(?![.,]?\d)", 0.6,
         "an age and the sign of a sex"),
    Rule("AGE", r"\b(?i:at)[ \t]\K(?:9\d|1[01]\d)[ \t](?i:years?|yrs?)\b", 0.5, "at ninety years or more"),
    Rule("AGE", r"\b(?i:died|dead|alive|alone|independent|lives|living|still|well|diagnosed|widowed)"
                r"\b(?:[ \t][a-z]{2,12}+)"
                r"{0,3}?[ \t](?i:at)[ \t]\K(?:9\d|1[01]\d)\b(?![ \t]?(?:%|[.,:/]?\d|mg|kg|bpm|mmhg|degrees|percent))",
         0.5,
         "died at ninety or more"),
    Rule("AGE", r"\b\d{1,3}[ \t\-]{1,2}(?i:years?|yrs?)[ \t\-](?i:young)\b", 0.5, "years young"),
    # A cell of a table and the one beside it, or another language's word and its colon.
    Rule("AGE", rf"(?:^|[|,;\t])[ \t\"']{{0,3}}(?i:{_AGE_WORDS})"
                rf"(?:[ ]\([a-z]{{1,10}}\))?[ \t\"']{{0,3}}[|,;\t][ \t\"']{{0,3}}\K\d{{1,3}}"
                r"\b(?=[ \t\"']{0,3}(?:[|,;\t]|$))", 0.6, "a cell for the age and its value"),
    Rule("AGE", rf"\b(?i:{_AGE_WORDS})[ \t]{{0,2}}[:=][ \t]{{0,2}}\K\d{{1,3}}\b(?![%.]?\d|%)", 0.6,
         "a word for the age and its value"),
    Rule("AGE", rf"\b(?i:{_OLD_WORDS}[ \t\-](?:years?|months?)[ \t\-](?:old|young|of[ ]age))\b", 0.5,
         "years old, in words"),
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
