"""What machines and laboratories write and nobody is named by: identifiers of code, tools, results, scales, labels."""

from __future__ import annotations

import random
from collections.abc import Callable

from appliance.detection.training.people import coined
from appliance.detection.training.places import _split

TOOLS = _split("""
Airflow, Akka, Ansible, Artifactory, Bamboo, Bazel, BigQuery, Bitbucket, Buildkite, Caddy, Cassandra, Celery, Ceph,
Chef, CircleCI, ClickHouse, CloudFormation, CockroachDB, Consul, containerd, Couchbase, Crossplane, Cypress, Dagster,
Databricks, Datadog, Debezium, Django, Docker, DuckDB, Elasticsearch, Express, FastAPI, Fedora, Flask, Flink, Flux,
Gatsby, Gerrit, Gitea, GitHub Actions, GitLab CI, Gradle, Grafana, Gunicorn, Hadoop, HAProxy, Harbor, Helm, Hibernate,
Hive, Hugo, InfluxDB, Jaeger, Jenkins, Jira, Jupyter, Kafka, Keras, Keycloak, Knative, Kong, Kubernetes, Laravel,
Lambda, Linkerd, Logstash, MariaDB, Maven, Memcached, Metabase, MinIO, MLflow, MongoDB, Mongoose, MySQL, Nagios, NATS,
Neo4j, Nexus, Nginx, Next.js, Nomad, NumPy, Nuxt, Okta, OpenShift, OpenTelemetry, Oracle, PagerDuty, pandas, Podman,
PostgreSQL, Prefect, Presto, Prometheus, Pulsar, Pulumi, Puppet, Pydantic, PyTorch, Quarkus, RabbitMQ, Rails, Rancher,
React, Redis, Redshift, Rollup, SaltStack, Sentry, Sidekiq, Snowflake, SonarQube, Spark, Splunk, Spring Boot, SQLite,
Storybook, Supabase, Svelte, Tableau, Tekton, Telegraf, TensorFlow, Terraform, Thanos, Tomcat, Travis, Trino, Vagrant,
Vault, Varnish, Vercel, Vite, Webpack, WildFly, Zabbix, Zipkin, Zookeeper
""")
LANGUAGES = _split("""
Python, Java, JavaScript, TypeScript, Ruby, Rust, Go, Kotlin, Swift, Scala, Perl, PHP, C, C++, C#, Haskell, Elixir,
Erlang, Clojure, Julia, R, Lua, Dart, Fortran, COBOL, Bash, SQL, Groovy, OCaml, Zig
""")
LABS = _split("""
Na, K, Cl, CO2, HCO3, BUN, Cr, Gluc, Ca, Mg, Phos, AST, ALT, ALP, GGT, LDH, T bili, D bili, Alb, TP, Lipase, Amylase,
WBC, RBC, Hgb, Hct, MCV, MCH, MCHC, RDW, Plt, MPV, Neut, Lymph, Mono, Eos, Baso, Bands, ANC, Retic, ESR, CRP, PCT,
INR, PT, PTT, Fibrinogen, D-dimer, Trop, TnI, CK, BNP, NT-proBNP, TSH, FT4, T3, PTH, Cortisol, HbA1c, LDL, HDL, TG,
Chol, Fe, TIBC, Ferritin, B12, Folate, Vit D, Uric acid, Ammonia, Lactate, pH, PaO2, PaCO2, FiO2, SG, Ketones, PSA,
CEA, AFP, CA-125, hCG, eGFR, Sodium, Potassium, Chloride, Creatinine, Glucose, Calcium, Albumin, Hemoglobin, Platelets
""")
LAB_UNITS = ("", "", "", " mg/dL", " mmol/L", " g/dL", " U/L", " ng/mL", " pg/mL", " %", " K/uL", " mEq/L", " mm/hr")
SEROLOGY = _split("""
HBsAg, HCV Ab, HIV, RPR, VDRL, ANA, ANCA, dsDNA, RNP, Jo-1, Scl-70, RF, CCP, EBV, CMV, VZV IgG, MRSA swab, C diff, Flu
A, Flu B, RSV, COVID, Strep, Monospot, Legionella Ag, urine hCG, UDS, blood cx, urine cx, sputum cx, CSF cx, AFB smear
""")
SCALES = _split("""
PHQ-2, PHQ-9, GAD-7, MMSE, MoCA, AUDIT-C, CAGE, NIHSS, GCS, CURB-65, qSOFA, SOFA, APACHE II, CHA2DS2-VASc, HAS-BLED,
Braden, Morse, EPDS, PCL-5, Y-BOCS, CIWA, COWS, mRS, ECOG, KPS, NYHA, TIMI, HEART score, ASA, VAS, NRS, FLACC, RASS,
Epworth, STOP-BANG, Apgar, MELD, FIB-4, Oswestry, DAS28, PASI, IPSS, AIMS, Vanderbilt, ACE score
""")
SIGNS = _split("""
Tinel sign, Phalen test, Spurling test, Hawkins test, Neer sign, Apley scratch test, Trendelenburg, Homans sign,
Kernig, Brudzinski, Rovsing sign, Hoffmann sign, Finkelstein test, Ortolani, Romberg, Babinski, Chvostek sign, Bishop
score, Killip class, Gleason score, Breslow depth, Ranson criteria, Salter-Harris II, Gustilo type, Bosniak, Snellen
chart, Weber test, Rinne test, Schirmer test, Valsalva, Nikolsky, Auspitz sign, Gowers sign, Allen test, Dix-Hallpike,
Epley, Ober test, Patrick test, Thompson test, Mallory-Weiss, Blatchford score, Duke criteria, Centor score, Light's
criteria, Kocher incision, Kelly clamp, Yankauer, Bovie, Hartmann's, Ringer's lactate, Steri-Strip, Vicryl, Prolene
""")
PLAIN_SHORT = _split("""
Abd, Ext, Gen, Neuro, Lungs, Heart, Skin, Resp, Psych, Neck, Heme, Onc, Nephro, Cards, Pulm, Ortho, Derm, Endo, Rheum,
Peds, Uro, Optho, Surg, GYN, OB, IR, PMR, Pall care, neg, pos, WNL, bilat, dispo, tele, cath, cx, abx, pressors, vent,
trach, PEG, NGT, TPN, HD, CRRT, ppx, SQH, SCDs, full code, DNR/DNI, BRBPR, LMP, ROM, DTRs, CN II-XII, PERRL, A&O, sats,
I/Os, UOP, AM labs, PM dose, AC, HS, QHS, ICU day, POD, HD#, PPD, wks, EDD, FHR, NST, LR, NS, PRBC, FFP, LAD, LBBB,
RBBB, PVCs, NSVT, LVEF, TTE, TEE, LHC, PCI, DES, DAPT, ACEi, ARB, BB, CCB, PPI, OTC, PTA, SNF, LTAC, AMA, LWBS
""")
LABELS = _split("""
Name, First name, Last name, Surname, Given names, Middle initial, Maiden name, DOB, Date of birth, Age, Sex, Gender,
Phone, Phone number, Tel, Mobile, Fax, E-mail, Email, Address, Street, City, State, ZIP, Zip code, Country, Postcode,
SSN, Social Security Number, MRN, Medical record number, Patient ID, Account number, Policy number, Group number,
Insurance, Insurer, Subscriber, Member ID, Visit, Visit date, Date of visit, Date, Time, Signature, Signed by,
Witness, Relationship, Next of kin, Emergency contact, Guardian, Employer, Occupation, Marital status, Religion,
Nationality, Language, Race, Ethnicity, Provider, Physician, Referring provider, PCP, Attending, Nurse, Ward, Bed,
Room, Department, Facility, Admitted, Discharged, Diagnosis, Allergies, Medication, Dose, Route, Frequency, Weight,
Height, Passport no, Driver's license, IBAN, Account holder, Company, Job title, Order no, Invoice date, Due date,
Customer, Contact, Website, Username, Password, Comments, Office use only, Case number, Plaintiff, Defendant, Judge
""")
_VERBS = ("get", "set", "load", "parse", "find", "make", "is", "has", "build", "fetch", "send", "update", "remove",
          "check", "render", "handle", "read", "write", "create", "to", "from", "validate", "compute", "merge", "split")
_NOUNS = ("patient", "visit", "order", "user", "name", "record", "date", "phone", "address", "item", "result", "config",
          "token", "session", "request", "response", "index", "query", "cache", "event", "status", "code", "count",
          "total", "price", "unit", "value", "key", "node", "path", "file", "line", "row", "page", "task", "queue",
          "model", "report", "message", "error", "state", "list", "map", "dose", "drug", "provider", "encounter",
          "city")
_CLASS_ENDS = ("", "Service", "Repository", "Controller", "Error", "Exception", "Factory", "Builder", "Handler", "View",
               "Model", "Client", "Test", "Props", "Manager", "Policy", "Spec", "Job")
_MODULES = ("os", "sys", "re", "json", "math", "random", "logging", "pathlib", "typing", "itertools", "functools",
            "dataclasses", "datetime", "numpy", "pandas", "scipy", "requests", "sklearn", "matplotlib", "pytest",
            "lodash", "express", "react", "axios", "java.util", "fmt", "net/http", "std::io", "tokio", "serde")
# What stands within a line and between lines.
_TABLES = ((" ", ", "), (" ", "; "), (" ", "\n"), (": ", "\n"), ("\t", "\n"), (" | ", "\n"), (",", "\n"), (": ", ", "),
           (" ", "  "))
# What stands behind an empty field and before the next one.
_FORMS = ((":", "\n"), (":", "\n"), (":", "    "), (": ____", "\n"), (": ", " "), ("", " | "), ("", ","), ("", "\t"),
          (" *", "\n"), (":", " "), (": N/A", "\n"), (": none", ", "))


class Technical:
    """Draws words and numbers of code, operations and laboratories; none belongs to an entity.

    Args:
        rng: the only source of chance.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def makers(self) -> dict[str, Callable[[], str]]:
        """What makes a text, by slot."""
        one, draw = self._rng.choice, self._rng.randint
        return {"function": self.function, "class": self.type_name, "key": self.key, "module": lambda: one(_MODULES),
                "tool": self.tool, "version": self.version, "result": self.result, "panel": self.panel,
                "labels": self.labels, "open": lambda: "[", "close": lambda: "]", "port": lambda: str(draw(80, 65535)),
                "many": lambda: str(draw(61, 4000)), "decimal": lambda: f"{self._rng.uniform(0, 60):.1f}",
                "small": lambda: f"{self._rng.uniform(0, 1):.{draw(1, 3)}f}"}

    def function(self) -> str:
        """Of two or three words, in one of the usual styles."""
        words = [self._rng.choice(_VERBS), *self._rng.sample(_NOUNS, self._rng.choice((1, 1, 2)))]
        return self._rng.choice(("_".join(words), words[0] + "".join(map(str.capitalize, words[1:]))))

    def type_name(self) -> str:
        """A class or interface."""
        words = self._rng.sample(_NOUNS, self._rng.choice((1, 1, 2)))
        return "".join(map(str.capitalize, words)) + self._rng.choice(_CLASS_ENDS)

    def key(self) -> str:
        """A field of JSON, YAML or a table."""
        words = self._rng.sample(_NOUNS, self._rng.choice((1, 2, 2)))
        styles = ("_".join(words), words[0] + "".join(map(str.capitalize, words[1:])), "-".join(words),
                  "_".join(words).upper(), "".join(map(str.capitalize, words)))
        return self._rng.choices(styles, (6, 5, 1, 1, 1))[0]

    def tool(self) -> str:
        """A known one, or one that nobody has heard of: there are always more of them than on a list."""
        if self._rng.random() < 0.6:
            return self._rng.choice(TOOLS)
        word = coined(self._rng)
        return self._rng.choice((word, word, f"{word}DB", f"{word}CI", f"{word}.js", f"{word}MQ", f"Open{word}",
                                 f"Kube{word.lower()}", f"Py{word}", f"{word.lower()}ctl", f"{word} Operator"))

    def version(self) -> str:
        """Of software."""
        draw = self._rng.randint
        return self._rng.choice((f"{draw(1, 30)}", f"{draw(0, 20)}.{draw(0, 30)}",
                                 f"v{draw(0, 9)}.{draw(0, 30)}.{draw(0, 20)}"))

    def result(self) -> str:
        """One test with its value."""
        glue = self._rng.choice((" ", " ", ": ", " = ", " of "))
        return f"{self._rng.choice(LABS)}{glue}{self._value()}"

    def panel(self) -> str:
        """Several results, as prose, in lines or as a table."""
        names = self._rng.sample(LABS, self._rng.randint(2, 7))
        inner, outer = self._rng.choice(_TABLES)
        flags = self._rng.random() < 0.4
        ranges = self._rng.random() < 0.35
        lines = []
        for name in names:
            parts = [name, self._value(), *([self._range()] if ranges else [])]
            parts += [self._rng.choice(("H", "L", "", "*", "(H)", "(L)"))] if flags else []
            lines.append(inner.join(parts).rstrip(" |\t,"))
        return outer.join(lines)

    def labels(self) -> str:
        """Empty fields of a form, in one line or in many."""
        names = self._rng.sample(LABELS, self._rng.randint(1, 6))
        end, glue = self._rng.choice(_FORMS)
        if self._rng.random() < 0.15:
            names = [name.upper() for name in names]
        return glue.join(name + end for name in names).strip()

    def _value(self) -> str:
        draw = self._rng.random()
        if draw < 0.06:
            return f"{self._rng.choice('<>')}{self._rng.choice((0.1, 0.5, 2, 5, 10, 100, 1000))}"
        if draw < 0.1:
            return f"1:{self._rng.choice((20, 40, 80, 160, 640))}"
        number = self._rng.choice((f"{self._rng.uniform(0, 15):.1f}", f"{self._rng.uniform(0, 50):.2f}",
                                   str(self._rng.randint(2, 99)), str(self._rng.randint(2, 450)),
                                   str(self._rng.randint(100, 2400))))
        return number + self._rng.choice(LAB_UNITS)

    def _range(self) -> str:
        low = self._rng.randint(0, 140)
        whole = self._rng.random() < 0.5
        text = f"{low}-{low + self._rng.randint(1, 60)}" if whole else f"{low / 10}-{low / 10 + 1.5:.1f}"
        return self._rng.choice((text, f"({text})", text.replace("-", " - ")))
