"""Court decisions, statements of facts, police reports, contracts. Grammar of a template: see `records`."""

from __future__ import annotations

LEGAL = (
    "CASE OF {person1:headline} v. {COUNTRY}\n\n(Application no. {id})\n\nJUDGMENT\n\n{CITY}\n\n{fulldate}",
    "CASE OF {person1:headline} AND OTHERS v. {COUNTRY}\n\nIn the case of {person1:last} and Others v. {country},",
    "In the case of {person1:full} v. {country}, the European Court of Human Rights "
        "([First|Second|Third|Fourth|Fifth] Section), sitting as a Chamber composed of: {person:titled}, President, "
        "{person:titled}, {person:two}, {person:titled}, judges, and {person:titled}, Section Registrar,",
    "The applicant was represented by {person1:titled} and {person2:two}, lawyers practising in {city}. The "
        "{nation} Government (“the Government”) were represented by their Agent, {person3:titled}, {person:titled} "
        "and {person:initialled}.",
    "{person1:titled}, {person2:titled} and {person3:two} (“the applicants”), [were born in {year}, {year} and "
        "{year}|are {nation} nationals of {nrp} origin] [and live in {place}|].",
    "[On|At about {time} on] {fulldate} the applicant, {person1:two}, was [stopped|questioned|beaten] by [police "
        "officers|gendarmes|soldiers] {person2:initialled} and {person3:initialled} at {place}[, in the {city} "
        "district|].",
    "{person1:formal}'s [lawyer|sister|wife] [asked|wrote to] {body} [about|concerning] {person1:last}'s "
        "[detention|whereabouts] [on {date}|]. {person1:last}'s [request|appeal] was [refused|dismissed] by {court} "
        "on {fulldate}.",
    "The [village|town] of {city} [is situated|lies] near {place}, in the province of {region}. [In|Since] "
        "{date} {nationals} have lived there.",
    "The [applicant company|applicant association], {company}, [has its registered office in {city}|was "
        "established in {year}]. Its director, {person1:titled}, lodged a claim with {court} against {body}.",
    "{ordinal} instance: judgment of {court} of {fulldate}, presided over by [Judge|Mr Justice|Lady Justice] "
        "{person1:last}; appeal heard by {person2:last}, {person3:last} and {person4:last} LJJ.",
    "The case originated in an application (no. {id}) against {country} lodged with {body} [under former Article "
        "25|under Article 34] of the Convention by [a|an] {nation} national, {person1:formal}, on {fulldate}.",
    "The applicant, {person1:full}, was born in {year} and lives in {city}.",
    "The applicant, {person1:formal}, is [a|an] {nation} national who was born in {year} and [lives|is currently "
        "detained|resides] in {place}.",
    "The applicants, {person1:full}, {person2:full} and {person3:full}, are {nation} nationals, born in {year}, "
        "{year} and {year} respectively. They live in {city} ({country}).",
    "The applicant was represented [before the Court |]by {person}, a lawyer practising in {city}. The {nation} "
        "Government (\"the Government\") were represented by their Agent, {person}[, of {body}|].",
    "[Mr|Mrs|Ms] {person1:initialled}, [the applicant's|his|her] [counsel|lawyer|representative], and "
        "{person2:initialled}, adviser, of {body}, [addressed the Court|appeared before the Court].",
    "The Chamber was composed of {person:full}, President, {person:full}, {person:full}, {person:full}, Judges, "
        "and {person:full}, Section Registrar.",
    "PROCEDURE\n\n1. The case originated in an application (no. {id}) against {country}.\n2. The applicant was "
        "represented by {person1:initialled} and {person2:initialled}, lawyers practising in {city}.",
    "On {fulldate} {court} [convicted|acquitted|sentenced] the applicant [of manslaughter|of aggravated theft|of "
        "membership of an illegal organisation|] and [sentenced him to {n} months' imprisonment|ordered his "
        "release|dismissed the claim].",
    "By a judgment of {fulldate} {court} [dismissed|upheld|allowed|quashed] the applicant's appeal [on points of "
        "law|]. The decision was served on {person1:formal} on {fulldate}.",
    "On {fulldate} {person1:full} [was arrested|was taken into police custody|was remanded in custody|lodged a "
        "complaint] [in {city}|at {place}|] [by officers from {body}|on suspicion of [fraud|robbery|murder]|].",
    "In {month} {year} the applicant's [wife|husband|son|brother|mother|father], {person1:full}, [died|moved to "
        "{place}|left for {country}|was admitted to {hospital}].",
    "The applicant, who is of {nrp} origin, [alleged that|complained that] [the police officers|members of "
        "{org}] had [insulted him|ill-treated him] on {date}.",
    "The applicant joined {org} in {year} and later [became a member of|worked for|was dismissed from] {org}.",
    "On {fulldate} {body} [refused|granted|rejected] the [application|request] [for asylum |]lodged by "
        "{person1:formal}, [a|an] {nation} citizen of {nrp} [origin|faith].",
    "According to the applicant, on {date} at {time} [several|two] officers [entered|searched] the flat of "
        "{person1:full} at {street} in {city}.",
    "In a letter of {fulldate} {person1:formal}, head of {body}, [informed the applicant|replied] that the case "
        "file had been sent to {court}.",
    "{person1:formal} stated in evidence that {person2:formal} had been at {place} on {date}. The court [did not "
        "accept|accepted] that [testimony|statement].",
    "The hearing took place in public [in the Human Rights Building, |at ]{city}, on {fulldate}. There appeared "
        "before the Court: for the Government {person:initialled}, Agent; for the applicant {person:initialled}, "
        "Counsel.",
    "The facts of the case, as submitted by the parties, may be summarised as follows. On {fulldate} the "
        "applicant, [a|an] {job} [employed by|at] {company}, [brought an action against|sued] {person1:formal} in "
        "{court}.",
    "In the case of {person1:last} v. {country}, the Court held [unanimously |]that there had been a violation "
        "of Article {n} § {one}.",
    "See {person1:last} v. {country}, no. {id}, § {n}, {fulldate}; {person2:last} and Others v. {country} [GC], "
        "no. {id}, ECHR {year}.",
    "{person1:last} v {person2:last} [{year}] UKHL {n}; see also {company} v {company} (No {one}) [{year}] EWCA "
        "Civ {n}.",
    "IN THE MATTER OF {person1:capitals}, a minor, and IN THE MATTER OF the Children Act",
    "{company}, Plaintiff, v. {person1:full}, Defendant. Case No. {id}. Filed: {date}. Before: {person2:full}, "
        "[District Judge|Magistrate Judge].",
    "This Agreement is made on {fulldate} between {company} (\"the Company\"), a company registered in {country} "
        "with its registered office at {address}, and {person1:full} (\"the Employee\") of {address}.",
    "The Lessor, {person1:full}, [residing at|of] {address}, hereby leases to the Lessee, {person2:full}, the "
        "premises at {address} from {fulldate} until {fulldate}.",
    "I, {person1:long}, of {address}, being of sound mind, declare this to be my last will. I appoint "
        "{person2:full} and {person3:full} as executors.",
    "Signed this {fulldate}\n\n{person1:full}\nfor and on behalf of {company}\n\nWitness: {person2:full}, "
        "{address}",
    "Date: {date}\nReport No: {id}\nReporting officer: {person1:reversed}\nLocation: {street}, {city}\nSuspect: "
        "{person2:full}\nDOB: {fulldate}\n\nAt approximately {time} I was dispatched to {place} to investigate a "
        "[burglary|disturbance|traffic collision]. I spoke with {person3:full}, who said that {person2:last} had "
        "left towards {place}.",
    "Witness {person1:full} ([DOB|born] {fulldate}) states that [he|she] saw {person2:full} near {street} on "
        "{weekday} at {time}.",
    "The prosecutor, {person1:formal}, asked {court} to [extend|order] the detention of {person2:initials} and "
        "{person3:initials} until {fulldate}.",
    "X. and Y. were children of {person1:initialled} and {person2:initialled}. On {date} {person1:formal} "
        "applied to {court} for custody of {person3:letter}",
    "{person1:full}\nSection Registrar\n\n{person2:full}\nPresident",
    "Done in English, and notified in writing on {fulldate}, pursuant to Rule {n} §§ {one} and {one} of the "
        "Rules of Court.",
    "The first applicant, {person1:formal}, is the [mother|widow|father] of {person2:full}, who disappeared "
        "after being detained by [soldiers|police officers] in {place} on {date}.",
    "At the material time {person1:formal} [served in|was stationed with] {org} near {place}. He was [a member "
        "of the {politics} party|a {religion}|of {nation} descent].",
    "Between {date} and {date} the applicant was held in {body}, then transferred to {hospital}[ in {city}|].",
    "On an unspecified date in {year} the applicant and his cousin {person1:initials} bought a plot of land in "
        "{place} from {company}.",
    "The [second|third] applicant, {person1:long}, [a|an] {nrp} [priest|imam|activist|journalist], was "
        "editor-in-chief of {paper}, [a daily newspaper|a weekly|] published in {city}.",
    "Having deliberated in private on {fulldate} and {fulldate}, delivers the following judgment, which was "
        "adopted on the last-mentioned date:",
    "The President of the [First|Second|Third|Fourth] Section gave notice of the application to the {nation} "
        "Government on {fulldate}. {person1:initialled}, the judge elected in respect of {country}, withdrew, and "
        "the Government appointed {person2:initialled} to sit as an ad hoc judge.",
    "The accused was convicted by {court} in [Criminal Case|Case] No. {id}. The [High Court|appellate court] at "
        "{city} confirmed the sentence on {date}. Learned counsel {person1:formal} appeared for the appellant and "
        "{person2:formal} for the State.",
    "HELD, dismissing the appeal: (per {person1:last} J, {person2:last} and {person3:last} JJ concurring) the "
        "contract between {company} and {company} was void.",
    "{person1:surname_capitals} (deceased), late of {street}, {city}, {job}, died on {fulldate}. Claims to "
        "{company}, Solicitors, {address}, before {fulldate}.",
)

NEWS = (
    "{city} - {person1:full}, [the {job} of {org}|leader of {org}|who runs {org}], [said|told {paper}|announced] "
        "on {weekday} that [it|the company] would [close its plant in {place}|open an office in {place}|cut {big} "
        "jobs].",
    "{CITY} ({org}) — Police in {city} [arrested|are searching for] {person1:full}, {age}, [after|following] a "
        "[robbery|shooting|crash] [near {place}|on {street}] on {date}.",
    "{org} shares [fell|rose] {n} per cent on {weekday} after {person1:formal} [resigned|was named chief "
        "executive]. {person1:last} joined from {company} in {year}.",
    "{person1:full} scored twice as {club} beat {club} {one}-{one} [at {place}|] on {weekday}[ night|]. "
        "{person2:last} was sent off.",
    "{nation} [president|prime minister|foreign minister] {person1:full} met [his|her] {nation} counterpart "
        "{person2:full} in {city} on {date}.",
    "[Thousands of|Hundreds of] {nationals} [fled|crossed into] {country} [in|after] {date}[, according to "
        "{org}|].",
    "{person1:full} ([born|b.] {fulldate}) is [a|an] {nation} {job}[ and {job}|] [known for|who has worked "
        "for|associated with] {org}.",
    "{person1:long} ({fulldate} – {fulldate}) was [a|an] {nation} {job}. Born in {place} to [a|an] {nrp} family, "
        "[he|she] studied at {school} and [later |]moved to {place} in {year}.",
    "Born on {fulldate} in {city}, {country}, {person1:last} [grew up in|was raised in] {place}. [His father|Her "
        "father], {person2:full}, was [a|an] {job}; [his|her] mother, {person3:first}, came from {place}.",
    "[He|She] [attended|graduated from|received a degree from|taught at] {school} [from {year} to {year}|in "
        "{year}] and [married|divorced] {person1:full} in {date}. They had [two|three] children: {person2:first}, "
        "{person3:first} and {person4:first}.",
    "In {year}, {person1:last} [joined|founded|left|was appointed director of] {org}[, where [he|she] worked "
        "with {person2:full} and {person3:full}|].",
    "{person1:last} [made his debut for|played for|signed with|captained] {club} [in {year}|from {years}], "
        "before [moving to|being sold to] {club} for {money}.",
    "{person1:last} died of [a stroke|cancer|heart failure] at {hospital} in {city} on {fulldate}, aged {age}. "
        "[He|She] is survived by {person2:first} and [his|her] [son|daughter] {person3:full}.",
    "The [novel|film|album|painting] was [written|directed|recorded|made] by {person1:full} and "
        "[released|published] by {company} on {date}.",
    "{org} was founded in {year} [by {person1:full} and {person2:full}|] and is [based|headquartered] in {city}. "
        "It [operates in|has offices in] {country}, {country} and {country}.",
    "{city} is a [town|city|municipality|village] in {region}, {country}. [As of {year}, it|It] had a population "
        "of {big}. It lies on {place}.",
    "The {nation} [army|government|parliament|press|team] [occupied|entered|criticised|visited] {place} in "
        "{year}.",
    "{person1:full}, [a|an] {politics} [from|of] {region}, was elected to {org} in {year}, defeating "
        "{person2:full}.",
    "During [World War II|the war|the Cold War], {person1:last} served in {place} with [the {nation} "
        "army|{org}]. After {year} [he|she] returned to {city}.",
    "The [{ordinal} |]match between {club} and {club} was played at {place} on {fulldate}. Referee: "
        "{person1:full} ({country}).",
    "Obituary: {person1:full}, {job}, born {fulldate}, died {fulldate}",
    "Personal life\n{person1:last} lives in {city} with [his wife|her husband] {person2:first}, [a|an] {nation} "
        "{job}. [He|She] is [a practising|a devout] {religion}.",
    "{known} [visited|spoke at|performed in|arrived in] {place} [on {date}|].",
    "According to {known}, [the deal with {org}|{org}] will [help|hurt] {country}.",
    "{paper} reported on {weekday} that {org} had paid {money} to {person1:full}.",
    "Cast: {person:full}, {person:full}, {person:full}. Directed by {person:full}.",
    "Photo: {person1:full}/{org}",
    "By {person1:full} in {city} and {person2:full} in {city}",
    "{person1:full} won the [{ordinal} |]stage ahead of {person2:full} ({country}) and {person3:full} of "
        "{country}; {person4:initialled} came fourth.",
    "The treaty was signed at {place} on {fulldate} by {person1:full} for {country} and {person2:full} for "
        "{country}.",
    "{person1:full} ({nation} pronunciation; born {person2:full}; {fulldate}) is a retired {nation} "
        "[footballer|sprinter|swimmer|tennis player] who represented {country} at the {year} Olympics in {city}.",
)
