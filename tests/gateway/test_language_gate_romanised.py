"""Languages of other scripts typed in Latin letters are seen too; lists of places, drugs and results are not them."""

from __future__ import annotations

import pytest

from appliance.gateway.language import is_foreign

ROMANISED = {
    "Hindi": "Mareez ko teen din se tez sirdard hai aur usne aaj subah se kuch nahi khaya hai, uski beti bhi aayi.",
    "Urdu": "Yeh mera bhai hai, woh Karachi mein rehta hai aur hospital mein kaam karta hai, aap kya chahte ho?",
    "Russian": "Ona zhaluetsya na sil'nuyu golovnuyu bol', segodnya yeshcho nichego ne yela, moya sestra byla s ney.",
    "Japanese": "Kanojo wa mikka mae kara atama ga itakute, kyou wa mada nani mo tabete imasen, kono ato kusuri desu.",
    "Chinese": "Bingren zuotian kaishi touteng, ta shuo jintian hai meiyou chi fan, ta de zhangfu shi yisheng, dou.",
    "Korean": "Hwanjaneun sahul jeonbuteo duutongi itgo oneul amugeotdo meokji anhasseumnida, byeongwon eseo mannatda "
              "jeoneun uisa imnida.",
    "Greek": "I astheneis ponaei to kefali tis edo kai treis meres kai den exei faei tipota, mou eipe oti einai kala.",
    "Arabic": "Al marida tashku min suda' shadid, hiya lam ta'kul shay'an al yawm, wa kana zawjuha ma'aha fi al bayt.",
    "Bengali": "Rogi tin din dhore matha byatha korche ebong aaj kichu khay ni, tumi amar bhai ke phone korte paro.",
}

READ = {
    "states": "VA, GA, WA, AZ, LA, MI, KY, NE, CO, ME, MO, NA, KS, MA, NH, MN, ID, OK, OR, PA, RI, SC, TN, TX, UT, VT, "
              "WI, WY, NV, NM, NY, NC, ND, OH, DE, DC, CT, CA, AR, AL, AK",
    "results": "Na 138 K 4.9 Cl 101 Ca 8.9 Mg 1.9 Fe 40 Phos 3.1 Glucose 187 Creatinine 2.3 Albumin 3.4 Ferritin 9 Ka",
    "names": "Yuki Ono, Kana Sato, Ana Moya, Aziz Khan, Mein Ho Kim, Kara Ona, Ta Van Minh, Moya Kelly, Bara Zai",
    "dishes": "Kara age, miso ramen, kono mono, aloo gobi, dal makhani, chana masala, ghee, paratha, biryani, raita",
}


@pytest.mark.parametrize("language", ROMANISED)
def test_a_sentence_typed_in_latin_letters_is_seen(language: str) -> None:
    assert is_foreign(ROMANISED[language])


@pytest.mark.parametrize("kind", READ)
def test_lists_are_not_taken_for_it(kind: str) -> None:
    assert not is_foreign(READ[kind])
