"""Street addresses, boxes and postcodes of several countries, by their form."""

from __future__ import annotations

from appliance.detection.calendar_words import ANY_MONTH
from appliance.detection.recognisers.rule import IS, NO_UNIT, STANDARDS, Rule

_STREET_WORDS = (r"Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Way|"
                 r"Terrace|Parkway|Pkwy|Highway|Hwy|Close|Crescent|Gardens|Grove|Row|Mews|Circle|Cir|Trail|Alley|Plaza|"
                 r"Turnpike|Expressway|Walk|Quay|Loop|Path|Hill|Heights|Ridge|Run|Gateway|Parade|Rise|Vale|View")
_STREET = rf"(?:{_STREET_WORDS}|{_STREET_WORDS.upper()})"
# Words that mean a street also where no house number stands before them.
_SURE_STREET = r"(?:Street|Avenue|Road|Lane|Boulevard|Blvd|Ave|Rd|St|Crescent|STREET|AVENUE|ROAD|LANE|BOULEVARD)"
_UNIT = (r"(?:(?:Apt|Apartment|Suite|Ste|Unit|Flat|Room|APT|SUITE|UNIT|FLAT|apt|suite)\.?[ \t]{0,2}#?[A-Z]{0,2}\d{1,5}"
         r"[A-Z]?\b)")
_US_STATE = (r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|"
             r"V[AT]|W[AIVY])")
_US_STATE_FULL = (r"(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|"
                  r"Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|"
                  r"Minnesota|"
                  r"Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|"
                  r"North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|"
                  r"South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming)")
_COUNTRY = (r"(?:Argentina|Australia|Austria|Belgium|Brazil|Bulgaria|Canada|Chile|China|Colombia|Croatia|Cyprus|"
            r"Czechia|"
            r"Czech Republic|Denmark|Estonia|Finland|France|Germany|Greece|Greenland|Hungary|Iceland|India|Indonesia|"
            r"Ireland|Israel|Italy|Japan|Latvia|Lithuania|Luxembourg|Malaysia|Malta|Mexico|Morocco|Netherlands|"
            r"New Zealand|Norway|Pakistan|Peru|Philippines|Poland|Portugal|Romania|Russia|Serbia|Singapore|Slovakia|"
            r"Slovenia|South Africa|South Korea|Spain|Sweden|Switzerland|Thailand|Tunisia|Turkey|Ukraine|"
            r"United Kingdom|"
            r"United States|USA|UK|Uruguay|Vietnam)")
_NO_MONTH = rf"(?!(?:{ANY_MONTH})\b)"
_NOT_PUBLIC = rf"(?!{STANDARDS}\b)"
_CAP = r"\p{Lu}[\p{L}'.\-]{1,30}+"
_TWICE = r"(?:\d{1,6}[ \t]{1,3})?"
_SMALL = (r"(?i:de|do|da|dos|das|del|della|delle|dei|degli|di|la|las|los|le|les|l'|des|du|d'|den|der|dem|san|santa|al|"
          r"el|von|zu)")
_SUFFIX = (r"(?i:strasse|stra?\.|str|gasse|weg|allee|platz|gade|gate|gata|gatan|vej|vagen|vegen|veien|stien|straat|"
           r"laan|"
           r"plein|kade|gracht|katu|tie|kuja|polku|utca|straeti|hlid|vaenget|bygget|brauten|svingen|bakken|tunet)")
_PREFIX = (r"(?i:rua|rue|via|viale|corso|calle|c/|ulica|ul\.|piazza|plaza|avenida|avda\.|av\.|paseo|camino|carrera|"
           r"travessa|praca|largo|chemin|quai|impasse|allee|place|boulevard|strada|str\.|aleja|al\.|ulitsa|prospekt|"
           r"jalan|jl\.|an der|auf der|unter den)")

RULES = (
    Rule("LOCATION", r"(?<![\w.\-])-?\d{1,2}\.\d{4,8}[ ]?,[ ]?-?\d{1,3}\.\d{4,8}(?![\w.])", 0.6,
         "a pair of coordinates"),
    Rule("STREET_ADDRESS", rf"\b{_TWICE}\d{{1,6}}[A-Za-z]?(?:[\-/]\d{{1,4}})?,?[ \t]{{1,3}}(?:\p{{Lu}}[\p{{L}}'.\-]{{0,"
                           r"30}+[ \t]"
                           rf"{{1,3}}|\d{{1,3}}(?:st|nd|rd|th)[ \t]{{1,3}}){{1,4}}?{_STREET}\b\.?(?:,?\s{{1,3}}{_UNIT})"
                           r"?",
         0.7, "a house number and a street"),
    Rule("STREET_ADDRESS", r"\b\d{1,6}[ \t]{1,3}\d{1,3}(?:st|nd|rd|th|ST|ND|RD|TH)[ \t]{1,3}"
                           rf"(?:{_STREET}|(?i:street|avenue|ave|road))\b", 0.7,
                           "a house number and a numbered street"),
    Rule("STREET_ADDRESS", r"\b\d{1,6}[a-z]?[ \t]{1,2}(?:[a-z'\-]{3,30}+[ \t]{1,2}){1,3}?"
                           r"(?:street|avenue|boulevard|lane|road|ave|st|rd|blvd)\b\.?(?![ \t](?:the|a|of)\b)", 0.5,
         "a house number and a street in lower case"),
    Rule("STREET_ADDRESS", rf"\b{_UNIT}", 0.5, "a flat or a suite"),
    Rule("STREET_ADDRESS", r"\b(?:Building|BUILDING|(?i:bldg)\.?)[ \t](?:(?i:no)\.?[ \t])?\d{1,4}[A-Z]?\b"
                           rf"(?![.:/,]\d){NO_UNIT}", 0.5, "a building by its number"),
    Rule("STREET_ADDRESS", r"\b(?:\d{1,6}[ ])?(?i:p\.?[ \t]?o\.?[ \t]?box|gpo box|private bag|PSC|CMR|unit|Box|postbox|"
                           r"postfach|postbus|"
                           r"boite postale|apartado|casilla|caixa postal)[ \t]{1,2}(?:no\.?[ \t])?#?\d{1,6}\b"
                           r"(?:,?[ ]Box[ ]\d{1,6})?", 0.6, "a post box"),
    Rule("STREET_ADDRESS", r"\b(?i:APO|FPO|DPO),?[ \t](?i:AA|AE|AP)[ \t]\d{5}(?:-\d{4})?\b", 0.7, "a military address"),
    Rule("STREET_ADDRESS", rf"\b{_TWICE}{_PREFIX}[ \t]{{1,2}}(?:{_SMALL}[ \t]{{1,2}}){{0,3}}(?:\p{{Lu}}[\p{{L}}.']{{0,3"
                           r"0}+,?[ \t]{1,2}"
                           rf"(?:{_SMALL}[ \t]{{1,2}})?){{1,4}}?(?:n\.?[ ]?)?\d{{1,5}}\b", 0.6,
                           "a street before its house number"),
    Rule("STREET_ADDRESS", rf"\b{_TWICE}\d{{1,5}},?[ \t](?:(?:rue|calle|rua|avenue|avenida)[ \t]{{1,2}}(?:{_SMALL}[ \t]"
                           rf"{{1,2}}){{1,3}}\p{{L}}|{_PREFIX}[ \t]{{1,2}}"
                           rf"(?:{_SMALL}[ \t]{{1,2}}){{0,3}}\p{{Lu}})[\p{{L}}.'\-]{{2,30}}+"
                           r"(?:[ \t]\p{Lu}[\p{L}.'\-]{0,30}+){0,3}", 0.6, "a house number and a street of southern Eur"
                                                                           "ope"),
    Rule("STREET_ADDRESS", rf"(?<![\p{{L}}\-]){_TWICE}\p{{L}}[\p{{L}}\-]{{2,30}}?{_SUFFIX}\.?[ \t]{{1,2}}\d{{1,5}}[a-z]"
                           r"?\b", 0.6,
         "a street of northern Europe and its house number"),
    Rule("STREET_ADDRESS", r"(?<!\p{L})\p{Lu}\p{L}{2,30}[ \t](?i:strasse|gata|gate|vei|vag|utca|ter|ut|u\.|korut|kapu|"
                           r"park|"
                           r"tn|mnt|pst|ul\.|namesti|trg|ulice)[ \t]{1,2}\d{1,5}\b\.?", 0.6,
         "a street of eastern Europe and its house number"),
    Rule("STREET_ADDRESS", r"(?:^[ \t>?]{0,8}|(?<=\b(?i:at|is|of|on|in|to|from|near|lives|address|for|user|"
                           r"with)[ \t:])[ \t]?|"
                           rf"(?<=[:,][ \t])|(?<={_UNIT}[ \t]))\K(?:\d{{1,6}}[ \t]){{1,2}}{_NO_MONTH}{_NOT_PUBLIC}"
                           rf"(?=\p{{L}}{{4}}|\p{{Lu}}\p{{Ll}})(?:{_CAP}[ \t]){{1,4}}?\d{{1,5}}[A-Za-z]?\b(?![:.]\d)"
                           rf"{NO_UNIT}", 0.4, "numbers on both sides of a name"),
    Rule("STREET_ADDRESS", r"\b(?:(?<=[Oo]n[ \t]|[Aa]t[ \t]|[Ii]n[ \t]|[Oo]ff[ \t]|[Nn]ear[ \t])|(?<=[ \t,]))"
                           rf"(?:{_CAP}[ \t]){{1,3}}?{_SURE_STREET}\b(?![ \t]\p{{Lu}})", 0.4, "a street without a numbe"
                                                                                              "r"),
    Rule("STREET_ADDRESS", r"\b(?i:corner[ \t]of|intersection[ \t]of)[ \t]\K(?:\d{1,5}[ \t])?[^\n,.;]{2,60}?[ \t]("
                           r"?i:and)"
                           rf"[ \t](?:(?:\d{{1,3}}(?:st|nd|rd|th)|{_CAP})[ \t]?){{1,3}}", 0.5, "a corner of two street"
                                                                                               "s"),
    Rule("STREET_ADDRESS", r"\b(?i:lives?|living|lived|resid(?:es?|ing)|located|address|office|offices|side|home|"
                           r"house|"
                           r"moved|deliver(?:ed)?|station|stop|return|enter|drops[ \t]you[ \t]off)(?:[ \t](?i:is|are|"
                           rf"was|at|on|of|in|to|with)){{1,3}}:?[ \t]{{1,2}}\K{_NO_MONTH}(?:"
                           rf"{_CAP}[ \t]){{1,4}}?\d{{1,5}}[A-Za-z]?\b", 0.5, "words for living and a name with a numbe"
                                                                              "r"),
    Rule("STREET_ADDRESS", r"\b(?i:address|lives at|resides at|residing at|living at)[ \t]{0,2}:?[ \t]{1,2}"
                           r"(?:is[ \t])?\K\d{1,6}[A-Za-z]?,?[ \t]{1,2}[\p{L}](?:(?!(?<=\p{Ll}{4})[.!?][ \t]{1,2}"
                           r"\p{Lu})[^\n;]){2,60}", 0.4, "what follows the word address"),
    Rule("ZIP_CODE", r"\b(?i:zip[ \t]?code|zip|post[ \t]?code|postal[ \t]code|plz|cap|cep)"
                     rf"{IS}\K(?=[A-Za-z]{{0,2}}\d)[A-Za-z0-9]{{2,5}}(?:[ \-](?=[A-Za-z]{{0,2}}\d|[A-Z]{{2}}\b)"
                     r"[A-Za-z0-9]{2,4})?\b", 0.7, "a form field for a postcode"),
    Rule("ZIP_CODE",
         rf"\b(?:{_US_STATE}|{_US_STATE_FULL}),?\s{{1,8}}\K\d{{5}}(?:-\d{{4}})?\b(?![ \t]?{NO_UNIT[3:-1]})", 0.7,
         "a ZIP code after a state"),
    Rule("ZIP_CODE",
         rf"\b{_COUNTRY},?[ \t]{{1,3}}\K(?!(?:1[5-9]|20)\d\d\b)\d{{4,6}}(?:-\d{{3,4}})?\b(?!-?\w){NO_UNIT}", 0.5,
         "a postcode after a country"),
    Rule("ZIP_CODE", r"(?<![\w\-.])\d{5}-\d{4}(?![\w\-])", 0.5, "a ZIP code of nine digits"),
    Rule("ZIP_CODE", r"\b(?:[A-Z]{1,2}\d[A-Z\d]?[ \t]{0,2}\d[A-Z]{2}|(?<=\W)[a-z]{1,2}\d[a-z\d]?[ \t]\d[a-z]{2})\b"
                     r"(?<!\d[A-Z]?\d[Mm][Gg])", 0.6, "a British postcode"),
    Rule("ZIP_CODE", r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ \-]?\d[A-Z]\d\b", 0.6, "a Canadian postcode"),
    Rule("ZIP_CODE", r"\b(?:D|A|CH|F|B|L|NL|DK|S|SE|FI|FIN|N|NO|PL|CZ|SK|H|HU|SI|HR|EE|LT|LV|E|"
                     r"I)-\d{4,5}(?=[ \t]\p{Lu})", 0.5,
         "a postcode with its country"),
    Rule("ZIP_CODE", rf"(?:,|\n|^)[ \t>]{{0,8}}\K(?!(?:1[5-9]|20)\d\d\b)\d{{4,5}}(?:[ ][A-Z]{{2}})?(?=[ \t]{_NO_MONTH}"
                     r"\p{Lu}[\p{L}\-]{2,30})"
                     rf"(?!\d{{4}}[ ](?:The|In|It|A|An)\b){NO_UNIT}", 0.4, "a postcode before its town"),
    Rule("ZIP_CODE", r"(?<![\w.\-])\d{2}-\d{3}(?=[ \t]\p{Lu}\p{Ll})|(?<![\w.\-])\d{4}-\d{3}(?![\w\-])", 0.5,
         "a Polish or Portuguese postcode"),
    Rule("ZIP_CODE", rf"\b(?i:in|at|from|to|near)[ \t]{_NO_MONTH}{_NOT_PUBLIC}(?:\p{{L}}[\p{{L}}\-]{{1,30}}+[ \t]){{0,4"
                     r"}?"
                     r"\p{L}[\p{L}\-]{0,30}+[ \t]\K(?:\d{3}[ ]\d{2}|\d{4}-\d{3}|(?!(?:1[5-9]|"
                     r"20)\d\d\b)\d{4,5})"
                     rf"(?=[ \t]in\b|[ \t]{{0,2}}(?:[.;!?]|$)){NO_UNIT}", 0.4, "a postcode after its town"),
    Rule("ZIP_CODE", rf"\b{_UNIT}[\s,>?][^\d]{{1,80}}?\K\d{{2,6}}(?:[ \-]\d{{2,4}})?\b(?=\s{{0,3}}(?:$|[?.\]]))", 0.5,
         "the number that ends an address"),
    Rule("ZIP_CODE", r"\d[ \t]\p{Lu}[\p{L}.\-]{2,30}[ \t]\d{1,5}\n[ \t>?]{0,8}\p{Lu}[^\d\n]{2,40}[ \t]\K\d{3,5}(?:[ ]\d"
                     r"{2})?"
                     r"(?=\s{0,3}(?:$|[?.\]]))", 0.5, "the number that ends the line below a street"),
    Rule("ZIP_CODE", r"\b[A-Z][A-Z]\s{1,8}\K[A-Z]\d[A-Z][ ]?\d[A-Z]\d\b", 0.5, "a postcode after a province"),
)
