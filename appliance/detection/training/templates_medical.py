"""Clinical notes, discharge letters, appointments; personal data among many words that are none."""

from __future__ import annotations

MEDICAL = (
    "{person1:formal} is a {age} y/o [M|F] w/ {short}, {short} admitted [{date}|from {hospital}] for {symptom}. "
        "{short}: {drug} {dose} {short}. {short} {short}. Signed {person2:initialled}, [RN|MD|NP].",
    "{short} {person1:first} {person1:last} seen {date} {time}. {short}, {short}. [Wife|Son|Daughter|Mother] "
        "{person2:first} [updated|at bedside|called]. {short} per Dr. {person3:last}.",
    "{person1:reversed} DOB {fulldate}. {short}: {symptom}. {short} {short}. Transfer to {hospital} [on "
        "{weekday}|{date}]. {short} {person2:full} aware.",
    "Patient: {person1:full}\nMRN: {id}\nDOB: {fulldate}\nDate of visit: {fulldate}\nProvider: {person2:full}, "
        "MD\n\nHistory of Present Illness: {person1:formal} is a {age}-year-old [man|woman|male|female] [with a "
        "history of {disease} and {disease}|] who presents with {symptom} for {duration}.",
    "{HEADING}\n{person1:formal} is a {age} y.o. [male|female] with {disease} who was [admitted|transferred] on "
        "{date} from {hospital} with {symptom} and {symptom}.",
    "ADMISSION DATE: {fulldate}\nDISCHARGE DATE: {fulldate}\nATTENDING: {person1:capitals}, M.D.\nSERVICE: "
        "Medicine\n\nHISTORY OF PRESENT ILLNESS: The patient is a {age}-year-old [{nation} |]gentleman with "
        "{disease}. He was started on {drug} {dose}.",
    "Dear Dr. {person1:last},\n\nThank you for referring {person2:full} (DOB {fulldate}), whom I saw in "
        "[clinic|the outpatient department] at {hospital} on {date}. [He|She] reports {symptom} and has been taking "
        "{drug} {dose}. I recommend {test}.\n\nYours sincerely,\n{person3:full}\n{specialist}",
    "Pt {person1:full} seen by Dr {person2:last} on {date}. C/o {symptom}, {symptom}. PMH: {disease}. Rx {drug} "
        "{dose} BID.",
    "{person1:formal} [was seen|was reviewed|attended] [in clinic |]on {date} [with|for] {symptom}. {test} was "
        "[normal|unremarkable|ordered]. Follow-up [with Dr. {person2:last} |]in {duration}.",
    "Spoke with patient's [wife|husband|daughter|son|mother], {person1:full}, [by phone|at bedside] at {time} on "
        "{date}. She lives in {city} and can be reached at {phone}.",
    "Discharged to {hospital} in {city} on {date}. PCP: {person1:full}. Next of kin: {person2:full} ({phone}).",
    "Social History: [He|She] lives in {place} with [his wife|her husband] {person1:first} and works [as a {job} "
        "|]at {company}. [Originally from {country}.|{nation}-speaking.|Practising {religion}.]",
    "{person1:initials} is a {age}-year-old {nation} [man|woman] from {city} seen at {hospital} on {date}.",
    "Seen and examined with Dr. {person1:last}. Agree with [resident|fellow] note. {person1:initialled}, MD "
        "{date} {time}",
    "Electronically signed by {person1:full}, MD on {stamp}",
    "Dictated by: {person1:full}, M.D.\nD: {date} {time}\nT: {date} {time}\ncc: {person2:full}, {hospital}",
    "NAME: {person1:surname_capitals}\nUNIT NUMBER: {id}\nADM DATE: {date}\nATTENDING PHYSICIAN: "
        "{person2:capitals}",
    "The patient was [evaluated|followed] by {person1:full}, [NP|RN|PA|DO|MD|a {specialist}], at {hospital}. "
        "{Symptom} [improved|resolved] with {drug}.",
    "Appointment reminder: {person1:full}, you have an appointment with Dr {person2:last} at {hospital} on "
        "{date} at {time}. Reply C to confirm.",
    "Hello doctor, my name is {person1} and I am {age} years old from {place}. I have had {symptom} for "
        "{duration}. Should I take {drug}?",
    "Hi Dr. {person1:last}, I am having {symptom}. I am currently on {drug}. Thanks, {person2:first}",
    "My [son|daughter|mother|father] {person1:first} has {disease} and was seen at {hospital} on {date}. The "
        "doctor prescribed {drug} {dose}.",
    "Referral from {hospital}, {address}. Patient {person1:full}, {address}. Insurance: {company}, policy {id}.",
    "Nurse {person1:first} called {person2:formal} on {date} re: {test} results; message left with "
        "{person3:first}.",
    "Family History: Father, {person1:full}, died at {age} of {disease} in {year}. Mother alive, has {disease}.",
    "Vaccinated with [Pfizer|Moderna|AstraZeneca] vaccine on {date} in {city}. Travelled to {country} in {month}.",
    "{person1:last} {person1:first}, [m|f], {age}y, bed {n}, {test} done {date}, Dr {person2:last} on call.",
    "Operating surgeon: {person1:full}. Assistant: {person2:full}. Anaesthetist: {person3:full}. Procedure "
        "performed on {fulldate} at {hospital}.",
    "RE: {person1:full}\nD.O.B. {fulldate}\n{address}\n\nDiagnosis: {disease}\nMedications: {drug} {dose}, "
        "{drug} {dose}\n\nI reviewed this pleasant {age}-year-old {job} today.",
    "Therapy note: {person1:first} spoke about [his brother|her sister] {person2:first}, who lives in {city}. "
        "{person1:first} was raised {religion}. Next session {date}.",
    "[Dr.|Doctor] {person1:last} of {hospital} advised {drug} for {disease}; {person2:formal} agreed.",
    "EMS brought {person1:formal} from {place} at {time}. [Son|Daughter] {person2:first} present. GCS 15. BP "
        "{n}/{n}.",
)

MEDICAL_PLAIN = (
    "{short}: {symptom} x {n} days, [denies|no] {symptom}, {short}. {short} {short}. {drug} {dose} {short}.",
    "{short} {short} on {short}. {short} {n}/{n}, {short} {n}. Plan: {short} {short}, [d/c|hold|start] {drug}.",
    "{short} [reports|denies|c/o] {symptom}. {short}: {disease}, {short}, {short}. Takes {drug} {dose} daily, "
        "{drug} {dose} {short}.",
    "{short}:\n{short} - {short}\n{short} - no {symptom}\nImp: {disease}. {short} consult.",
    "[Consulted|D/w|Seen by] {short}. {short} placed, {short} removed. Given {drug} in {short}. {short} {short}.",
    "{test} and {short} [neg|pos|pending|unremarkable]. {HEADING}: {short}. {heading}: {short}, {short}.",
    "[Hello|Hi|Well|Based on your symptoms|From what you describe], [it is possible that you have|you may "
        "have|this sounds like] {disease}. [We|I] [will need to|should|would suggest to] [perform|do|conduct] [a|an] "
        "{test} to [confirm|rule out] {disease}[ or {disease}|].",
    "Doctor, I have been [experiencing|having|suffering from] {symptom} and {symptom} for [the past "
        "|]{duration}. [What could be the problem?|What should I do?|I don't know what to do.|Could it be {disease}?]",
    "[You can take|I would recommend|I suggest|Try] {drug} {dose} [twice a day|daily|at night|after meals] for "
        "{duration}[, and {drug} if the {symptom} persists|]. [Drink plenty of fluids.|Take rest.|Avoid spicy food.|]",
    "{Drug} is used [to treat|for|in the management of] {disease}. [Common side effects are|It may cause] "
        "{symptom}, {symptom} and {symptom}. {Drug} should not be taken with {drug}.",
    "[Please|Kindly] [consult|see|visit] [a|an] {specialist} [for|to discuss] [further evaluation|a clinical "
        "examination|{test} and {test}].",
    "The patient should [start with|be treated with|be given] {drug}, {drug} or {drug} depending on [the "
        "{test}|sensitivity|severity].",
    "{disease} and {disease} [can|may] [both |]cause {symptom}. [Treatment|Management] includes {drug}, {drug} "
        "and physiotherapy.",
    "[Thank you for|Thanks for] [your query|choosing us|asking]. I [understand|can understand] your concern. "
        "[There is nothing to worry about.|I would advise {test}.|Hope this helps.|Wish you good health.]",
    "{heading}: {n}/{n}. {test} normal. No {symptom}.",
    "{heading}:\n- {Symptom}\n- {Drug} {dose}\n- {test}",
    "{HEADING}: {disease}, {disease}. {HEADING}: {Drug} {dose} PO QD.",
    "Hi, I am a {age} year old [female|male|man|woman] and [I have had|I've been having|I suffer from] {symptom} "
        "[since {relative}|for {duration}|]. I took {drug} but it did not help.",
    "It could be {disease}, so we will do [a|an] {test} {relative}. If {test} is positive, we start {drug}.",
    "Hey doc, I've got {symptom}. Is {drug} safe with {drug}? My [mom|dad|son|wife|sister] has {disease} too.",
    "To [manage|treat] your {disease}, you'll need to take medications such as {drug}, {drug}, and {drug}. "
        "[Additionally|Also], [we will|you should] do [a|an] {test}, {test}, and {test}.",
    "Well, [you might have|it could be] {disease}. [Let's do|We should do] a complete blood count, {test}, and a "
        "urinalysis.",
    "Ok, [thanks|thank you]. I'll try {drug} and see [a|an] {specialist}.",
    "{Drug} ({drug}) is [an antibiotic|a beta blocker|an SSRI|an NSAID|a steroid]. The usual dose is {dose} "
        "every {n} hours.",
    "{disease} is [named after|also known as] a condition that affects about {n} in {big} people.",
    "Apply {drug} cream to the rash [twice a day|at bedtime] and avoid the sun.",
    "Take {one} [tablet|capsule|teaspoon] every {n} hours, with food, and call if the {symptom} does not improve "
        "in {duration}.",
    "The {disease} was diagnosed {duration} ago and treated with {drug}, then {drug}.",
    "I may [march|spring|rose|hope] again after physiotherapy; Grade {one} sprain, Stage {one} {disease}, Type 2 "
        "diabetes.",
)
