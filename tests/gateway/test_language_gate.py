"""The language gate: what the detectors cannot read is refused; names, tables, code and drugs are not taken for it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from appliance.gateway.language import is_foreign, unread_language
from appliance.policy.model import Policy

FOREIGN = {
    "German": "Die Patientin klagt seit drei Tagen über starke Kopfschmerzen und hat heute noch nichts gegessen.",
    "French": "La patiente se plaint depuis trois jours de fortes douleurs et n'a pas pris ses médicaments ce matin.",
    "Spanish": "La paciente se queja desde hace tres días de un fuerte dolor de cabeza y hoy no ha comido nada.",
    "Italian": "La paziente lamenta da tre giorni un forte mal di testa e oggi non ha ancora mangiato niente.",
    "Portuguese": "A paciente queixa-se há três dias de fortes dores de cabeça e hoje ainda não comeu nada.",
    "Dutch": "De patiënte klaagt al drie dagen over hevige hoofdpijn en heeft vandaag nog niets gegeten.",
    "Swedish": "Patienten klagar sedan tre dagar över svår huvudvärk och har inte ätit någonting i dag.",
    "Danish": "Patienten har i tre dage klaget over stærk hovedpine og har ikke spist noget i dag.",
    "Norwegian": "Pasienten har klaget over sterk hodepine i tre dager og har ikke spist noe i dag.",
    "Finnish": "Potilas on valittanut kolmen päivän ajan kovaa päänsärkyä eikä ole syönyt tänään mitään.",
    "Polish": "Pacjentka od trzech dni skarży się na silny ból głowy i nie jadła jeszcze dzisiaj niczego.",
    "Czech": "Pacientka si již tři dny stěžuje na silnou bolest hlavy a dnes ještě nic nejedla ani nepila.",
    "Hungarian": "A beteg három napja erős fejfájásra panaszkodik, és ma még nem evett és nem ivott semmit.",
    "Romanian": "Pacienta se plânge de trei zile de dureri puternice de cap și nu a mâncat nimic astăzi.",
    "Turkish": "Hasta üç gündür şiddetli baş ağrısından şikayet ediyor ve bugün henüz hiçbir şey yemedi.",
    "Croatian": "Pacijentica se već tri dana žali na jaku glavobolju i danas još nije ništa jela ni pila.",
    "Indonesian": "Pasien mengeluh sakit kepala yang hebat sejak tiga hari dan belum makan apa pun hari ini.",
    "Vietnamese": "Bệnh nhân bị đau đầu dữ dội trong ba ngày và hôm nay chưa ăn gì, cũng không uống thuốc.",
    "Russian": "Пациентка три дня жалуется на сильную головную боль.",
    "Greek": "Η ασθενής παραπονιέται για έντονο πονοκέφαλο.",
    "Arabic": "تشكو المريضة من صداع شديد منذ ثلاثة أيام",
    "Hebrew": "המטופלת מתלוננת על כאב ראש חזק",
    "Hindi": "मरीज को तीन दिन से तेज सिरदर्द है",
    "Chinese": "患者头痛三天,今天没有吃东西。",
    "Japanese": "患者は三日前から頭痛を訴えています。",
    "Korean": "환자는 사흘 동안 두통을 호소하고 있습니다.",
    "Thai": "ผู้ป่วยปวดศีรษะมาสามวัน",
}
LATIN = [name for name, text in FOREIGN.items() if any("a" <= letter <= "z" for letter in text)]
ENGLISH = ("Thank you for your letter about the appointment. We have moved it to the second week of the month, and you "
           "will find the new time at the end of this page. Please bring your card and a list of what you take.")

READ = {
    "short": "Grazie mille, bis bald!",
    "a name": "Jean-Baptiste Lefèvre, Åsa Björklund",
    "names": "Juan Carlos Rodríguez, María del Carmen Núñez, Jürgen Müller, Søren Kierkegård, Łukasz Wiśniewski, "
             "François Lemaître, Zoltán Kovács, Siobhán Ní Bhriain, Nguyễn Văn An, Işıl Yılmaz",
    "drugs": "Metformin 500 mg bid, lisinopril 10 mg qd, atorvastatin 40 mg qhs, gabapentin 300 mg tid, omeprazole, "
             "salbutamol, ipratropium, clopidogrel, bisoprolol, ramipril, furosemide, spironolactone, warfarin",
    "shorthand": "54 y.o. M s/p CABG x3, DM2, HTN, HLD, CKD III. c/o SOB, DOE, PND. PE: NAD, RRR, CTAB, NTND. "
                 "Labs: WBC 11.2, Hgb 9.8, Cr 1.9. A/P: ACS r/o MI, serial trops, EKG q6h, hep gtt, ASA 81, NPO p MN.",
    "anatomy": "musculus sternocleidomastoideus, arteria carotis communis, vena jugularis interna, nervus vagus, "
               "glandula thyreoidea, os hyoideum, musculus trapezius, plexus brachialis, fossa supraclavicularis",
    "code": "def charge(self, amount, currency='eur'):\n    if amount <= 0: raise ValueError\n    return "
            "self.gateway.post('/v1/charges', json={'amount': amount, 'currency': 'eur'})\nfor i in range(10): x += i",
    "table": "id|age|bmi|hba1c\n1|54|31.2|7.9\n2|61|28.4|8.1\n3|47|35.0|9.3\ncolumn_one\tcolumn_two\tn_total",
    "numbers": "4000 1234 5678 9010, 12/04/1998, 3.14159, +1 415 555 0132, 10.0.0.1, 2024-01-02T03:04:05Z " * 4,
    "addresses": "Rua das Flores 12, Lisboa; Calle de Alcalá 45, Madrid; Hauptstraße 7, Berlin; Via Roma 3, Torino; "
                 "ul. Marszałkowska 10, Warszawa; Rue de la Paix 5, Paris",
    "a German title": "She read Die Leiden des jungen Werthers and Also sprach Zarathustra by heart when young.",
    "emoji and faces": "so good 😀😀 ツ ʕ•ᴥ•ʔ ಠ_ಠ (◕‿◕) β-blocker, 5 µg, α-synuclein, ΔΨm, Ω",
    "one word in Greek": "The letter came from 654 Rua Ana Caciola, ΣΤΡΟΒΟΛΟΣ, Cyprus, and nobody had opened it.",
    "a Russian name": "Alexander Gradsky (Russian: Александр Градский) is a rock singer, bard and composer.",
    "hex": "a9f3e1c0 deadbeef cafebabe 7f3a9c1d " * 8,
    "shouting": "PLEASE RETURN THE FORM TO THE FRONT DESK BEFORE NOON, OR THE REQUEST CANNOT BE HANDLED THIS WEEK",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_text_in_another_language_is_seen(language: str) -> None:
    assert is_foreign(FOREIGN[language])


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("mixed", ["{english}\n\n{foreign}", "{foreign}\n{english}", "{english} {foreign} {english}"])
def test_a_foreign_paragraph_or_sentence_in_an_english_letter_is_seen(language: str, mixed: str) -> None:
    assert is_foreign(mixed.format(english=ENGLISH, foreign=FOREIGN[language]))


# Turkish in capitals has no word of the lists left, and no letter in lower case that says more.
@pytest.mark.parametrize("language", [name for name in LATIN if name != "Turkish"])
def test_capitals_hide_nothing_and_short_lines_are_read_together(language: str) -> None:
    assert is_foreign(FOREIGN[language].upper())
    words = FOREIGN[language].split()
    assert is_foreign("\n".join(" ".join(words[start:start + 3]) for start in range(0, len(words), 3)))


@pytest.mark.parametrize("kind", READ)
def test_what_is_no_other_language_is_not_taken_for_one(kind: str) -> None:
    assert not is_foreign(READ[kind])
    assert not is_foreign(f"{ENGLISH}\n{READ[kind]}")


def test_english_in_look_alike_letters_is_read_as_english_because_the_detectors_read_it_so() -> None:
    assert not is_foreign("Му nаmе іs Јоhn аnd І lіvе аt thе соrnеr оf thе раrk wіth mу brоthеr аnd hіs dоgs.")


def test_fields_are_judged_together_and_the_policy_decides() -> None:
    words = FOREIGN["German"].split()
    fields = [" ".join(words[:5]), " ".join(words[5:10]), " ".join(words[10:])]
    policy = Policy(name="t", version=1)
    assert [False] * 3 == [is_foreign(field) for field in fields]
    assert unread_language(fields, policy)
    assert unread_language([ENGLISH, "", FOREIGN["Thai"]], policy)
    assert not unread_language([ENGLISH, "", " \n"], policy)
    lax = policy.model_copy(update={"detector": policy.detector.model_copy(update={"other_language": "send_unread"})})
    assert not unread_language([FOREIGN["German"], FOREIGN["Thai"]], lax)


def test_it_is_cheap() -> None:
    record = ENGLISH + READ["shorthand"][:300 - len(ENGLISH)]
    is_foreign(FOREIGN["German"])  # the classifier is loaded once
    best = min(_seconds_each(record) for _ in range(5))
    assert best < 0.0003


def _seconds_each(record: str) -> float:
    start = time.process_time()
    for _ in range(200):
        is_foreign(record)
    return (time.process_time() - start) / 200


def test_a_long_text_takes_no_more_than_its_length() -> None:
    start = time.process_time()
    for text in ("a" * 200_000, "a " * 100_000, "。" * 200_000, "\n" * 200_000, ". " * 100_000, "é'" * 100_000):
        is_foreign(text)
    assert time.process_time() - start < 5


def test_no_english_text_of_the_public_sets_is_refused(shared_data: Path) -> None:
    rows = json.loads((shared_data / "chatdoctor" / "chatdoctor5k.json").read_text())[:1500]
    synthetic = json.loads((shared_data / "presidio-research" / "synth_dataset_v2.json").read_text())
    notes = [json.loads(line)["text"] for line in (shared_data / "obi-ehr" / "notes.jsonl").read_text().splitlines()]
    texts = ["\n".join(map(str, row.values())) for row in rows] + [row["full_text"] for row in synthetic] + notes
    # An address of which more letters are Greek than Latin.
    assert ["3565 Πλατεία"] == [text[:12] for text in texts if is_foreign(text)]
