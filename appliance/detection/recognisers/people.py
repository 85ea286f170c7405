"""People by title and by the phrases that announce a name, and what they are by trade."""

from __future__ import annotations

from appliance.detection.recognisers.rule import AGE_AND_SEX, Rule

# Words after a title that are no name: "Doctor My son has", "Nurse Practitioner".
_NO_NAME = (r"(?!(?:I|I'm|I've|My|We|Our|You|Your|He|She|It|They|The|This|That|These|There|What|When|Where|Why|How|Who|"
            r"Is|Are|Am|Can|Could|Do|Does|Did|Will|Would|Should|Have|Has|Please|Hello|Hi|And|Or|But|If|In|On|At|For|"
            r"After|Since|Recently|Yes|No|Sir|Madam|Doctor|Doctors|Patient|Patients|Team|All|Practitioners?|Manager|"
            r"Managers|Line|Midwife|Midwives|Station|Visits?|Assistants?|Specialists?|Appointments?|Led|Of|Thank|"
            r"Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Nurse|Professor|Ok|OK|Okay|Alright|Oh|Yeah|Well|Sure|Hmm|Right|So|Um|Great|"
            r"Thanks|Good|Actually|Now|Maybe|Perhaps|Also|Just|None|Unknown|Not|Any|To|With|From|Customer|"
            r"Colleagues?)\b)")
_NAME = r"(?:\p{Lu}[\p{L}'\-]{1,40}+|\p{Lu}\.)"
# The next field of a form whose field is empty: "Emergency contact:", and below it "Relationship:".
_NO_FIELD = r"(?!(?:\p{L}{2,20}[ ]){0,2}\p{L}{2,20}[ ]?:)"
_PARTICLE = r"(?:(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|el|al|bin|ibn|ter|ten)[ \t]){1,3}"
_NAMES = rf"{_NO_NAME}{_NAME}(?:[ \t]{{1,3}}(?:{_PARTICLE})?{_NO_NAME}{_NAME}){{0,3}}"
_TITLE = (r"(?:(?i:dr|mr|mrs|ms|mx|prof)\.?|(?i:mme|mlle|hr|frau|herr|se[nñ]or|se[nñ]ora)\.?|Miss|Doctor|Professor|"
          r"Nurse|Sister|Sir|Lady|Lord|Dame|Rev\.?|Father|Judge|Justice|Pastor|Rabbi|Imam|Capt\.?|Captain|Sgt\.?|"
          r"Sergeant|Lt\.?|Lieutenant|Col\.?|Colonel|Maj\.?|Gen\.?|Senator|President|Officer|Detective|NURSE|DOCTOR|"
          r"JUDGE)")
# Words that follow such a title without a name behind it: "Officer Training", "President Elect".
_NO_OFFICE = r"(?!(?:Training|Elect|General|Report|Office|Department|Court|Act|Day|Board|Medical|Health)\b)"

_LEVEL = (r"(?i:chief|senior|junior|deputy|assistant|associate|executive|managing|general|regional|lead|principal|head|"
          r"vice|acting|interim|former|global|national|staff)")
_TRADES = (
    "accountant|actor|actress|actuary|administrator|advisor|adviser|agent|analyst|anesthesiologist|apprentice|"
    "architect|"
    "artist|assembler|assistant|attendant|attorney|auditor|baker|banker|barber|barista|bartender|bookkeeper|broker|"
    "builder|butcher|buyer|captain|caregiver|caretaker|carpenter|cashier|caterer|chauffeur|chef|chemist|cleaner|clerk|"
    "coach|commissioner|conductor|consultant|contractor|controller|cook|coordinator|counselor|counsellor|courier|"
    "curator|custodian|dancer|dealer|dentist|designer|detective|developer|dietitian|director|dispatcher|driver|"
    "economist|editor|electrician|engineer|examiner|executive|farmer|firefighter|fisherman|fitter|florist|foreman|"
    "gardener|geologist|guard|guide|hairdresser|handyman|hostess|housekeeper|hygienist|illustrator|inspector|"
    "installer|instructor|interpreter|investigator|janitor|jeweler|journalist|judge|laborer|labourer|landscaper|"
    "lawyer|lecturer|librarian|lifeguard|locksmith|machinist|maid|manager|mason|mechanic|merchandiser|midwife|miner|"
    "model|musician|nanny|nurse|officer|operator|optician|optometrist|packager|packer|painter|paralegal|paramedic|"
    "pharmacist|photographer|physicist|pilot|planner|plumber|policeman|policewoman|porter|postman|president|"
    "presenter|principal|producer|professor|programmer|psychologist|realtor|receptionist|recruiter|repairer|reporter|"
    "representative|researcher|roofer|sailor|salesman|saleswoman|salesperson|scientist|seamstress|secretary|servant|"
    "server|setter|sheriff|singer|soldier|solicitor|specialist|statistician|stewardess|steward|strategist|supervisor|"
    "surveyor|tailor|teacher|technician|technologist|teller|tender|therapist|trader|trainer|translator|treasurer|"
    "trucker|tutor|undertaker|upholsterer|usher|veterinarian|vendor|waiter|waitress|warden|weaver|welder|worker|writer|"
    "superintendent|minister|ambassador|mayor|governor|councillor|physician|surgeon|aide|helper|fabricator|grader|"
    "keeper|loader|maker|mender|mover|polisher|tester|tuner|winder|cutter|finisher|hand|drafter|blaster|boilermaker")
_TRADE = rf"(?i:(?:{_TRADES}|\p{{L}}{{3,16}}(?:ographer|ologist|itioner|ibutor|igator))s?)"
_WORD = r"[A-Za-z][A-Za-z'/\-]{1,24}+"
_BEFORE_TRADE = rf"(?:{_WORD},?[ \t]{{1,2}}(?:(?:and|of|for)[ \t])?){{0,4}}?"
_NO_ROLE = (r"(?!(?:result|rule|consequence|whole|child|kid|matter|precaution|treatment|medicine|test|last|first|"
            r"follow)\b)")

RULES = (
    Rule("PERSON", rf"\b{_TITLE}[ \t]{{1,3}}{_NO_OFFICE}{_NAMES}", 0.7, "a title and a name"),
    Rule("PERSON", r"\b(?i:dr|mr|mrs|ms|prof)\.[ \t]{1,3}[a-z][a-z'\-]{1,30}\b", 0.5, "a title and a name in lower cas"
                                                                                      "e"),
    Rule("PERSON", r"\b(?i:my name is|name is|patient name|full name|named|signed|sincerely|regards|maiden name"
                   rf"|next of kin|emergency contact)[,:]?\s{{1,3}}(?:(?:is|was)[ \t])?\K{_NO_FIELD}{_NAMES}", 0.6,
         "a phrase that announces a name"),
    Rule("PERSON", rf"\b(?i:name|dear|attn)(?::[ \t]{{0,3}}|(?<=Dear)[ \t]{{1,3}})\K{_NAMES}", 0.5,
         "a form field for a name"),
    Rule("PERSON", r"\b(?i:patient|client|employee|student|member|witness|author|from|to|cc|by|contact|applicant|"
                   r"physician|"
                   rf"doctor|provider|surgeon|nurse|guardian|spouse|mother|father):[ \t]{{1,3}}\K(?:{_NO_NAME}{_NAME}(?"
                   r":[ \t]"
                   rf"{_NO_NAME}{_NAME}){{1,3}}(?=[ \t]{{0,3}}(?:$|[,;(|/<]|\d|DOB|MRN))|{_NO_NAME}{_NAME}(?=[ \t]{{0,3"
                   r"}$))", 0.5,
         "a form field for a person"),
    Rule("PERSON", r"\b(?i:my name is|i am called|call me|name[ \t]?:)[ \t]{1,3}\K(?!(?:not|when|if|back|at|on|for|the|"
                   r"an?|"
                   r"in|to|now|it|unknown|none|by)\b)[a-z][a-z'\-]{1,30}(?:[ \t](?!(?:and|i|a|the|from|is|am|to)\b)"
                   r"[a-z][a-z'\-]{1,30})?\b", 0.4, "a phrase that announces a name in lower case"),
    Rule("PERSON", rf"(?<![\p{{L}}'\-]){_NO_NAME}{_NAME}(?:[ \t]{_NO_NAME}{_NAME}){{0,2}}(?=[ \t]{AGE_AND_SEX})", 0.5,
         "a name before age and sex"),
    # One letter after the other: what a person writes to slip past a search.
    Rule("PERSON", r"(?<!\p{L})(?<!(?<!\p{L})\p{L}[ .\-_*])\p{Lu}(?:([ .\-_*])\p{Ll})(?:\1\p{Ll}){1,14}(?:[ ]{1,4}\p{Lu"
                   r"}"
                   r"(?:\1\p{Ll}){1,15}){1,3}(?!\p{L}|\1\p{L}(?!\p{L}))", 0.5, "a name with its letters spaced out"),
    # What somebody is by trade, where the words around say that it is somebody's.
    Rule("JOB_TITLE", r"\b(?i:(?:work|works|worked|working|employed|serves?|served|job|position|trained|career|role"
                      r"|retired|hired|appointed|promoted)(?>(?:[ \t](?!as\b)[\w.,&'\-]{1,20}+){0,4}[ \t]as|"
                      r"[ \t](?:to|of))"
                      rf"(?:[ \t](?:an?|the|our|its|their))?)[ \t]\K{_NO_ROLE}{_BEFORE_TRADE}{_TRADE}\b", 0.6,
         "a trade after words such as 'works as'"),
    Rule("JOB_TITLE", r"\b(?i:works?|worked|working)[ \t]for[ \t](?:[\w.,&'\-]{1,20}+[ \t]){1,5}?as[ \t](?:an?[ \t])?\K"
                      r"\w{3,20}(?:er|or|ist|ian|eer|ress)\b(?=[,.;]|[ \t](?i:but|and|until|for)\b)", 0.5,
         "a word like a trade after 'works for'"),
    Rule("JOB_TITLE", r"\b(?i:(?:job[ \t]title|occupation|profession|position|designation|employment)[ \t]?(?::|is\b))"
                      rf"[ \t]{{0,3}}\K{_NO_ROLE}{_WORD}(?:[ \t]{_WORD}){{0,4}}", 0.6, "a form field for a job"),
    Rule("JOB_TITLE", r"\b(?i:(?:i am|i'm|he is|she is|he's|she's|he was|she was)[ \t]an?)[ \t]\K(?:(?i:retired|"
                      r"former|"
                      rf"registered|licensed|qualified)[ \t])?{_BEFORE_TRADE}{_TRADE}\b(?![ \t]in[ \t]pain)", 0.5,
         "a trade after 'I am a'"),
    Rule("JOB_TITLE", rf"\b(?:{_LEVEL}[ \t]){{1,2}}(?:(?:{_WORD}|&)[ \t]){{0,3}}?(?i:officer|president|director|"
                      r"manager|"
                      r"engineer|counsel|analyst|consultant|accountant|scientist|editor|architect|inspector|registrar|"
                      r"chairman|chairwoman|secretary|superintendent|developer|lecturer|designer|executive)\b", 0.5,
         "a rank and an office"),
    Rule("JOB_TITLE", r"\b(?:CEO|CFO|CTO|COO|CIO|CMO|CISO|SVP|EVP)\b(?!-)", 0.5, "an office by its initials"),
    Rule("JOB_TITLE", r"\b(?i:(?:head|chief|lead|senior|managing|charge)[ \t](?:nurse|midwife|physician|surgeon|"
                      r"teacher|"
                      r"chef|coach|clerk|gardener|librarian|pharmacist|partner|judge|investigator))\b", 0.4,
                      "a rank and a trade"),
    Rule("JOB_TITLE", r"\b(?i:(?:head|director|president|chair(?:man|woman|person)?|mayor|minister|secretary|governor|"
                      r"dean|"
                      r"professor|bishop|ambassador|manager|owner|founder|treasurer)[ \t]of[ \t](?:the[ \t])?)"
                      r"(?:(?<=of[ \t]|the[ \t])\p{Lu}[\p{L}'\-]{1,30}(?:[ \t](?:and[ \t])?\p{Lu}[\p{L}'\-]{1,30}){0,3}"
                      r")",
         0.4, "an office and what it is over"),
    Rule("JOB_TITLE", rf",[ \t](?:the|our|an?)[ \t]\K{_BEFORE_TRADE}{_TRADE}(?=,)", 0.5, "a trade between commas"),
    Rule("JOB_TITLE", r"^(?=[^\n]{3,70}$)[ \t>?]{0,8}(?![^\n]{0,60}\b(?i:your|my|our|an?|the|or|to|is|are|was|"
                      r"be|"
                      rf"ask|see|call|please|with|in|on)\b)\K(?:{_WORD},?[ \t]{{1,2}}(?:(?:and|of|"
                      rf"for)[ \t])?){{0,5}}?{_TRADE}"
                      r"(?:,[ \t][a-z][a-z \-]{2,30})?(?=[ \t]{0,3}$)", 0.4, "a trade alone on its line"),
)
