"""E-mail, letters, tickets, chats, CVs, human resources, invoices, forms."""

from __future__ import annotations

OFFICE = (
    "From: {person1:full} <{email}>\nTo: {person2:full} <{email}>\nCc: {person3:reversed}\nDate: {stamp}\n"
        "Subject: [Meeting|Invoice|Contract] with {org}\n\nHi {person2:first},\n\n[Could you send|Please find] the "
        "[report|slides|contract] [for {org}|from {city}] by {weekday}?\n\n[Best|Thanks|Regards|Cheers|Kind "
        "regards],\n{person1:first}",
    "Dear {person1:formal},\n\nThank you for your [letter|e-mail|application] of {date}. [We regret to inform "
        "you|We are pleased to confirm] that {company} [cannot offer|will offer] you the position of {job} in "
        "{city}.\n\nYours sincerely,\n\n{person2:full}\n{job}\n{company}\n{address}",
    "Hi {person1:first},\n\njust a quick note that {person2:first} [and {person3:first} |]will be [in {city}|out "
        "of office|on leave] [until {date}|from {date} to {date}|on {weekday}].\n\n[Best|Cheers|Thanks|BR|Rgds],\n\n"
        "{person4:first} {person4:last}\n{job} | {company}\nT {phone} | {email}\n{address}",
    "On {stamp}, {person1:full} <{email}> wrote:\n> {person2:first}, can you call {person3:full} at {company}?\n"
        "> Thanks, {person1:first}",
    "-----Original Message-----\nFrom: {person1:reversed}\nSent: {stamp}\nTo: {person2:reversed}; "
        "{person3:reversed}\nSubject: RE: {org} deal\n\n{person2:first} - I talked to {person3:first} [at {org} "
        "|]and [he|she] is fine with {weekday}.",
    "Please forward this to {person1:full} in {body}, [and copy|cc] {person2:first}. The meeting with {org} is "
        "on {date} at {time} in {city}.",
    "{person1:full}\n{address}\n\n{fulldate}\n\nDear [Sir or Madam|{person2:formal}],\n\nI am writing [about|to "
        "complain about] my order {id} of {date}. {company} has not replied.\n\nYours faithfully,\n{person1:full}",
    "Ticket #{id}\nOpened by: {person1:full}\nAssigned to: {person2:full}\nOpened: {stamp}\nPriority: High\n"
        "Summary: {product} crashes on start\n\n{person1:first} reports that {product} fails [since {date}|after the "
        "update]. Called back at {time}, left a message.",
    "[{time}] {person1:first}: hey {person2:first}, are you in {city} on {weekday}?\n[{time}] {person2:first}: "
        "yes, staying with {person3:first} until {date}\n[{time}] {person1:first}: [great|ok|lol], say hi to "
        "{person3:first}",
    "{person1:first}: did you see {person2:full}'s mail?\n{person3:first}: not yet, I was at {org}\n"
        "{person1:first}: he is leaving for {place} in {month}",
    "Customer: My name is {person1:full} and I live at {address}.\nAgent: Thank you, {person1:formal}. Could you "
        "confirm your date of birth?\nCustomer: {fulldate}.\nAgent: This is {person2:first} from {company}.",
    "Hi, this is {person1} from {company}. [I'm calling|I am writing] about [your order|the claim|the invoice] "
        "[of|dated] {date}.",
    "[My name is|I'm|I am|This is] {person1}[ from {place}|, I live in {place}|, I work for {org}|] and I [would "
        "like|want] to [change my address to {address}|cancel my card|open an account|move to {place}].",
    "Can you send [it|the parcel|my card] to {address}? [My name is {person1}.|Thanks, {person1:first}|]",
    "Please ship to:\n{person1:full}\n{address}",
    "Bill to: {person1:full}, {company}, {address}",
    "INVOICE\nInvoice no: {id}\nDate: {date}\nDue: {date}\nBill to: {company}\n{address}\nContact: "
        "{person1:full}\nTotal: {money}",
    "{person1:capitals}\n{address}\n{phone} | {email}\n\nEXPERIENCE\n{job}, {company}, {city} ({years})\n- Led a "
        "team of {n}\n{job}, {company}, {city}, {years}\n\nEDUCATION\n{school}, MSc, {year}\n\nSKILLS\n{product}, "
        "{tech}, {product}",
    "Curriculum Vitae\nName: {person1:full}\nDate of birth: {fulldate}\nPlace of birth: {city}, {country}\n"
        "Nationality: {nation}\nReligion: {religion}\nAddress: {address}",
    "Name: {person1:reversed}\nEmployee ID: {id}\nManager: {person2:full}\nDepartment: Finance\nOffice: {city}\n"
        "Start date: {date}\nEmergency contact: {person3:full}, {phone}",
    "{person1:full} joined {company} as [a|an] {job} on {date}. [He|She] reports to {person2:full} in the {city} "
        "office.",
    "Performance review {year}: {person1:first} [exceeded|met] expectations. {person2:first} noted that "
        "{person1:last} handled the {org} account well.",
    "{person1:full} filed a grievance against {person2:full} on {date}, alleging remarks about [his|her] {nrp} "
        "[background|faith|views].",
    "Claim {id}: the insured, {person1:formal}, collided with a vehicle driven by {person2:full} on {street} in "
        "{city} on {date}.",
    "Transfer of {money} from {person1:capitals} to {company}, ref {id}, {date}.",
    "Passenger: {person1:surname_capitals}\nFrom: {city}\nTo: {city}\nDeparture: {stamp}\nBooking ref {id}",
    "Attendees: {person1:full} ({org}), {person2:full}, {person3:initialled}\nApologies: {person4:full}\nDate: "
        "{date}\n\n1. {person1:first} presented the plan for {place}.\n2. {person2:first} to contact {org} by {date}.",
    "[Who is|Where was|When was|What did] {person1} [born?|working in {year}?|say about {org}?|do in {place}?]",
    "Tell me about [{org}|{person}|{place}].",
    "I met {person1} at {school} in {year}; [we|they] moved to {city} with {person2:first}.",
    "{person1} is [a|an] {nation} {job}.",
    "{person1} and {person2} [visited|live in|are from|flew to] {place}.",
    "[As|Being] [a|an] {nrp}, I [celebrate|do not celebrate] [{date}|this day].",
    "My [friend|boss|neighbour|colleague|wife|husband|teacher|dentist|brother|cousin] {person1} [is from|lives "
        "in|moved to|works for|hates] [{place}|{org}].",
    "{person1} ({email}) asked for access to {org}'s [server|drive|account] on {stamp}.",
    "user={person1:full} login from {city} at {stamp}",
    "{stamp} INFO User {person1:full} ({id}) updated record of {person2:full}",
    "{person1:full}, {address}, {phone}",
    "{person1:reversed}\t{date}\t{city}\t{org}",
    "{person1:full};{fulldate};{city};{nation};{company}",
    "{{\"name\": \"{person1:full}\", \"city\": \"{city}\", \"born\": \"{fulldate}\", \"employer\": "
        "\"{company}\"}}",
    "name,city,company\n{person1:full},{city},{company}\n{person2:full},{city},{company}",
    "| {person1:full} | {city} | {date} |",
    "Q: Where does {person1:first} live?\nA: In {city}, {country}.",
    "[We bought|I ordered|They sell] it [at|from] {company} in {city} [on {date}|] [for {money}|].",
    "Is there [a|any] {company} [branch|store|office] near {place}?",
    "What's the weather in {place} on {weekday}?",
    "{company} [is hiring|sacked {n} people|opened a branch] in {city}[ in {date}|].",
    "How do I get from {place} to {place}?",
    "The address of {company} is {address}",
    "{company}'s office is located at {address}",
    "the {nation} [embassy|consulate|ambassador] in {city} said {person1} [left|arrived] on {date}",
    "Flights from {city} to {city} on {date}, please. Name {person1:full}, born {fulldate}.",
    "Meeting moved to {weekday} {time}. {person1:first} dials in from {city}.",
    "Thanks {person1:first}! See you [on {weekday}|in {city}|at {org}].",
    "{person1:first},\n\nattached.\n\n{person2:first}",
    "Sincerely,\n{person1:full}\n{company}",
    "Love,\n{person1:first}",
    "- {person1:first}",
    "/{person1:first}",
    "Sent from my iPhone\n\n> On {date}, at {time}, {person1:full} wrote:",
    "Respectfully submitted by {person1:full}, {job}, {org}, {date}",
    "Prepared for {org} by {person1:full}",
    "Reviewed by {person1:initials} on {date}",
)

CHAT = (
    "{person1:first} [is|was] [so funny|late again|my hero|a legend|the best|annoying] [lol|haha|!!|smh|]",
    "omg {known} [is coming to|in|live at] {place} {weekday}!!!",
    "RT {handle}: {known} [on|at|with] {org} {hashtag}",
    "just saw {known} at {place} [lol|omg|]",
    "{handle} [thanks|happy birthday|lol|what's up|miss you]!",
    "watching {club} vs {club} with {person1:first}",
    "can't wait for {place} [on {weekday}|in {month}] {hashtag}",
    "so [excited|tired|happy] {relative}, {person1:first} and i [are going|went] to {place}",
    "i [love|hate|miss] {known}",
    "i [love|hate|miss] {place}",
    "anyone know if {company} in {city} is [any good|open on {weekday}]?",
    "{person1:first} [and|&] {person2:first} [at|in|@] {place} [tonight|tmrw|{weekday}]",
    "thanks to u/{word} i found out that {person1:full} [moved to|works at] {org}",
    "new job at {org} starting {date}!",
    "{known} > {known}",
    "lmao {person1:first} please",
    "[Does anyone|Can someone] [remember|know] {person1:full} from {school}?",
    "[ugh|wow|damn] {org} [is down|sucks|customer service is awful]",
    "{nation} food in {city} is [amazing|the best]",
    "why do {nationals} [love|hate] {food}",
    "my {religion} [neighbours|friends|family] in {city}",
    "shout out to {person1:first} {person1:last} for the [help|ride|tickets]",
    "{org} [announces|drops|cancels] new {product} in {country}",
    "{person1:full} - {word} ({year}) [HD]",
    "happy bday {person1:first} xx",
    "i am at {place} w/ {person1:first}",
    "vote for {known} {hashtag}",
)

PLAIN = (
    "{kin} [said|asked|called|is late|loves it|will be here soon].",
    "[Dear|Hello|Hi|Thanks] {kin},\n\n[please find attached the {tech} file|see below|any news?]\n\n"
        "[Regards|Cheers|Thanks again|Speak soon]",
    "My {kin} [is vegan|likes {food}|hates {product}].",
    "[The|This|That|These|Our|Your|His|Her|My|Year|Day|Page|Item|Note|Total|Status|Update|Reminder|"
        "Attention|Warning|Important] "
        "[results|fee|figures|order|policy|request|form|payment|number|account] {n}[ is due| is open| of {n}|].",
    "{heading}",
    "{heading}:",
    "{HEADING}",
    "{heading}\n\n[Click|Open|Press|Select] {product} and [choose|enter] the {tech} [settings|option|file].",
    "[How do I|How can I|How to] [install|configure|fix|update|uninstall] {product} on {product}?",
    "To [install|run|build] {product}, [open a terminal|download the {tech} file] and [follow the steps|run the "
        "command]. Then restart {product}.",
    "The {tech} [returned|failed with|threw] error {id}. Check the {tech} and the {tech}.",
    "{product} supports {tech}, {tech} and {tech}[, but not {tech}|].",
    "First, [preheat the oven to {n} degrees|chop the {food}|boil the {food}]. Then add {food}, {food} and "
        "{food}, and cook for {n} minutes.",
    "I would like {food} with {food} and [a|some] {food}.",
    "[No person shall|Whoever|Any person who] [be deprived of liberty save in accordance with a procedure "
        "prescribed by law|fails to comply with section {section} shall be liable to a fine|is charged with an "
        "offence has the right to be informed promptly].",
    "Article {section} provides that everyone has the right to [a fair hearing|respect for private life|liberty "
        "and security|an effective remedy]. Section {section} of the Act applies accordingly.",
    "The Court considers that the complaint is not manifestly ill-founded within the meaning of Article "
        "{section} of the Convention.",
    "The Government submitted that the applicant had failed to exhaust domestic remedies. The applicant "
        "disagreed.",
    "Under Article {section} of the Code of Criminal Procedure, the prosecutor may order [an inquiry|detention] "
        "for {duration}.",
    "The appeal must be lodged within {duration} of the decision. The President of the Chamber decides.",
    "There has been no violation of Article {section} of the Convention. The remainder of the applicant's claim "
        "for just satisfaction is dismissed.",
    "[It|She|He|The team] will [mark|grant|bill|chase|hope] [it|the work] and may [rob|frank|drew|march] [in|on] "
        "the [spring|reading|nice] part.",
    "The {word} {word} was [nice|long|late], and I {word} it [may|will] go on.",
    "May I [ask|have] [a|the] {word}? I [hope|will] so.",
    "It takes {duration}[, about {n} km|] and costs {money}.",
    "The {ordinal} [attempt|version|chapter] took {duration} longer than the {ordinal}.",
    "I [called|slept|waited] for {duration} {relative}.",
    "Version {one}.{one}.{n} fixes {n} bugs in {product}.",
    "{acronym} and {acronym} are [common|used] in {tech}.",
    "PLEASE READ THE [MANUAL|TERMS] BEFORE USING {tech}.",
    "Dear customer, your order {id} has shipped. Total {money}.",
    "My [password|order number|account] is {id}; call {phone}.",
    "Your [card|account] number {id} was [blocked|charged {money}]. Contact {email} or {phone}.",
    "[Please|Can you] [limit my card|change my pin|send me the invoice|call me back] at {phone}.",
    "I'm {age} years old and [a|an] {job}.",
    "The {job} [asked|told] the {job} to [wait|sign|leave] {relative}.",
    "We need [a|an] {job} with {n} years of experience in {tech} and {product}.",
    "Write a [poem|story|summary|function] about [a {job}|the sea|a lost dog|sorting a list]. Explain your "
        "answer step by step.",
    "What is the difference between {tech} and {tech}?",
    "Give three examples of [renewable energy|prime numbers|adjectives].",
    "Translate the sentence into simple words and check the spelling.",
    "Lol that was [awesome|so bad]. Can't believe it!!!",
    "Happy {word}! So [tired|bored] {relative} :(",
    "{handle} lol [yes|no|same]",
    "Check this out {url} {hashtag}",
    "Nobody [likes|knows] how {word} works, but [everyone|somebody] [tries|hopes].",
    "The mitochondria is the powerhouse of the cell; {tech} explains why.",
    "Water boils at 100 degrees {tech}. A triangle has three sides.",
    "Monte Carlo simulation with {big} samples and the {tech}.",
    "Good morning! How can I help you? [Thank you so much.|Have a nice day.|]",
    "Sir, Madam, the manager, our team and the customer service will reply.",
    "Steps to Reproduce\n1. Open {product}\n2. Click Save As\n3. See error {id}",
    "Chapter {n}. The {word} of the {word}",
    "Add {one} cups of {food}, {n} g of {food} and {food}. Bake for {n} minutes.",
    "The patient, the doctor, the applicant and the witness left. Mother and father stayed; Uncle and Auntie too.",
    "Monday blues? No. [Sunny|Rainy] spells, north wind, west of here.",
    "He turned {age}, weighs {n} kg and ran {n} km in {n} minutes.",
    "Size {n}, colour green, white or black; price {money}.",
    "The company, the bank, the hospital and the school are closed.",
    "The results are shown in Table {one} and Figure {one}. See Section {section}. The model {tech} uses {tech} "
        "with {n} layers.",
    "User Guide: Press the Power Button, then the Home Button. Quick Start. Safety Information.",
    "God, Lord, Mum and Dad knows what Santa brings. Mr and Mrs.",
    "{product} is better than {product}, imho.",
    "I watched {product} and played {product} {relative}.",
)
