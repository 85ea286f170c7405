"""Small words that hold sentences together, by language: lists of names, drugs or numbers have none of them.

Written for this project from general knowledge of each language. A word that is also English, an abbreviation of
clinical notes or common on the web in English text is left out on purpose.
"""

from __future__ import annotations

_ENGLISH = """
    the and that this with you your are from which would there their they been his she were when what who could should
    about after because but my not have has had it be is of to for on as was by will can how all if any our its we he
    at or than then these those through during before between under over no only more most some such into out up down
    off again here where why both each few other do does did please i'm don't it's am him her them me us
    """
ENGLISH = frozenset(_ENGLISH.split())

_BY_LANGUAGE = {
    "de": "der die das und ist nicht ich ein eine einen einer mit auf für von dem den des zu im sich wird wurde bei "
          "nach oder aber auch wie wir sie haben hat sind war kann noch nur über aus durch sein werden",
    "fr": "le la les et est une des du dans que qui pas pour sur avec au aux ce cette sont il elle nous vous je mais "
          "ou plus été être à ses son leur par depuis très",
    "es": "el los las y es una que del por con para se su sus lo como más pero está son fue muy desde cuando ha sin "
          "también entre hay yo mi",
    "it": "il lo gli e è una che di della dei delle nel per con sono ha non si più anche come dal alla questo questa "
          "stato molto ma da",
    "pt": "o os e é uma que da do dos das em não para com por se mais foi são ao como muito também está ele ela você "
          "há seu sua",
    "nl": "de het een en van niet ik dat zijn met voor op aan te bij ook naar maar om uit door wordt heeft hij zij "
          "deze dit werd nog wel geen",
    "sv": "och att det som en är på av för med den inte jag till har om ett han hon vi men var från kan efter hade",
    "da": "og det at en er på af for med den ikke jeg til har om et han hun vi men var fra kan efter der havde blev",
    "no": "og det at en er på av for med den ikke jeg til har om et han hun vi men var fra kan etter som ble hadde",
    "fi": "ja on ei se että oli hän mutta kun ovat olen tai myös kuin niin joka jonka mukaan ole sitä tämä potilas",
    "pl": "i w na z że się nie do jest to o jak po co dla od przez jego jej był była są który która oraz przy",
    "cs": "a v na se že je to s z do o i ve po jako jsem byl byla jsou pro při který která není také",
    "sk": "a v na sa že je to s z do o aj vo po ako som bol bola sú pre pri ktorý ktorá nie tiež",
    "hu": "a az és hogy nem is egy van volt meg de csak ez azt már még ha mint vagy után majd",
    "ro": "și în de la cu că nu este un pe se care mai a fost din pentru sunt sau dar după am ai lui",
    "tr": "ve bir bu için ile da de ne çok var olarak daha gibi ama o ben değil olan sonra kadar mi",
    "hr": "i u na je se da su za od s o kao ne što bio bila koji koja nije sam ali ili nakon",
    "sl": "in v na je se da so za od s o kot ne ki bil bila ni sem ali ter po pri",
    "et": "ja on ei ta oli et see ning kui ka oma mis aga või kes pärast olid",
    "lv": "un ir ar no par ka uz bija tas nav pēc kas vai pie to arī",
    "lt": "ir yra buvo su kad iš į ne tai jis ji po bet ar nuo apie",
    "id": "yang dan di ini itu dengan untuk tidak dari ke pada saya ada akan dalam adalah karena oleh juga sudah telah",
    "vi": "và của là có không được cho người với trong một các những này đã tôi bị từ khi đến",
    "ca": "el la els les i és una que del per amb no en als va són més però aquest aquesta",
    "sq": "dhe në të e që një për me nga është ka nuk por kjo ai ajo",
    "sw": "na ya wa kwa ni la katika za hii kuwa lakini yake sana huyu baada alikuwa",
    "tl": "ang ng sa na at mga ay si ko hindi niya siya ito po may para kung",
    "af": "die en van nie het is in wat vir met dat op sy te ek om was by hy",
}
# Languages of other scripts, as they are typed on a Latin keyboard; without words that are names too.
_ROMANISED = {
    "ar": "fi huwa hiya hatha hadha kanat allathi lakin laysa",
    "bn": "ami tumi ebong kintu ache achi korte holo theke",
    "el": "kai einai ton tin stin ston sto mou apo otan tous",
    "fa": "baraye hastam hastand nist khod shod mikonam mikonad",
    "hi": "hai hain nahi nahin aur kya yeh woh mera mere aap apne apni uske uska usne unka thi raha rahi "
          "rahe karna karte liye bhi bahut kuch phir lekin kyunki saath ke ka ki ko",
    "ja": "desu masu deshita mashita arimasu watashi kanojo shita shite imasu wa ni",
    "ko": "imnida isseumnida hamnida seumnida eseo jeoneun naneun geurigo",
    "ru": "chto eto kak menya moy moey yego yeyo byl byla bylo yest ili uzhe dlya ochen kotoryy kotoraya "
          "posle tozhe ya",
    "ta": "naan enna oru avan aval irukku illai enakku",
    "uk": "shcho vona buv bula dlya pislya mene",
    "zh": "shi women tade zhe nage meiyou bu hen dou hui zuotian jintian yinwei wo ge",
}
# Part of names of people, streets and places in English text.
_IN_NAMES = ("de del della dei der den des di da do dos das du d el al la las le les los lo van von zu te ter af av y "
             "e i san santa rue via")
# English too, or an abbreviation of notes and tables.
_ALSO_ENGLISH = ("a an as at by do i in is it me no of on or so to was we he am die man war hat son par pour per con "
                 "pro non en es et o s v x z ha ai po pr mi ni si se ne na co op om ta")
_ABBREVIATIONS = "i o s v x z po pr op ai co mi ni"

_EVERY = frozenset(" ".join((*_BY_LANGUAGE.values(), *_ROMANISED.values())).split()) - ENGLISH - set(_IN_NAMES.split())
FOREIGN = _EVERY - set(_ALSO_ENGLISH.split())
"""Words of the other languages that no English text has by itself."""
FOREIGN_WITHOUT_ENGLISH = _EVERY - set(_ABBREVIATIONS.split())
"""The same and those that are English words too: they count where no word is certainly English."""
