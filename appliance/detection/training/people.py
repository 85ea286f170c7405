"""Names of people of many peoples, and every way in which a text writes one."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from appliance.detection.training.places import _split

# Latin-script locales of Faker; those whose names are only in another script are covered by the lists below.
LOCALES = ("en_US", "en_GB", "en_AU", "en_IN", "en_IE", "en_NG", "en_NZ", "en_PK", "en_KE", "en_TH", "en_CA", "cs_CZ",
    "da_DK",
           "de_DE", "de_AT", "de_CH", "es_ES", "es_MX", "es_AR", "es_CL", "es_CO", "et_EE", "fi_FI", "fr_FR", "fr_CA",
           "fr_BE",
           "fr_DZ", "ga_IE", "ha_NG", "hr_HR", "hu_HU", "id_ID", "ig_NG", "is_IS", "it_IT", "lt_LT", "lv_LV", "nl_NL",
           "nl_BE",
           "no_NO", "pl_PL", "pt_BR", "pt_PT", "ro_RO", "sk_SK", "sl_SI", "sv_SE", "tr_TR", "tw_GH", "uz_UZ", "yo_NG",
           "zu_ZA")
# Read through a transliteration, as texts in English write them.
CYRILLIC = ("ru_RU", "uk_UA", "bg_BG")
# Read in their own script, now and then: names stay names in Greek or Arabic letters.
FOREIGN = ("el_GR", "ru_RU", "uk_UA", "bg_BG", "ar_SA", "fa_IR", "he_IL", "zh_CN", "ja_JP", "ko_KR", "hi_IN", "hy_AM",
    "ka_GE")
_ROMAN = dict(zip("абвгдезийклмнопрстуфыэіїєґъьё",
                  ["a", "b", "v", "g", "d", "e", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f",
                      "y", "e",
                   "i", "yi", "ye", "g", "", "", "yo"], strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya"}

FIRST = _split("""
Mohammed, Muhammad, Mohamed, Ahmed, Ahmad, Ali, Hassan, Hussein, Omar, Khalid, Yusuf, Ibrahim, Abdullah, Abdul,
Mustafa, Tariq, Bilal, Karim, Rashid, Samir, Nabil, Walid, Faisal, Hamza, Fatima, Aisha, Khadija, Maryam, Leila,
Layla, Zainab, Noor, Amina, Huda, Rania, Salma, Yasmin, Dalia, Farid, Reza, Mehdi, Hossein, Parisa, Shirin, Nasrin,
Farhad, Behrouz, Giorgi, Nino, Tamar, Levan, Davit, Irakli, Ketevan, Armen, Hayk, Anahit, Tigran, Gayane, Vardan,
Elchin, Rashad, Leyla, Ilgar, Wei, Ming, Li, Xiao, Jun, Hui, Jing, Yan, Fang, Lei, Hao, Mei, Xin, Yifan, Zhiwei,
Guangming, Min-jun, Ji-hoon, Seo-yeon, Soo-jin, Hyun-woo, Young-ho, Eun-ji, Kyung-soo, Hiroshi, Kenji, Takashi, Yuki,
Haruto, Sakura, Akira, Naoko, Satoshi, Kazuo, Yoko, Haruki, Nguyen, Linh, Tuan, Minh, Thanh, Huong, Duc, Somchai,
Niran, Arun, Raj, Rahul, Priya, Anjali, Sanjay, Vijay, Deepak, Sunita, Lakshmi, Ravi, Arjun, Krishna, Amit, Neha,
Pooja, Suresh, Ramesh, Harpreet, Gurpreet, Manpreet, Imran, Asif, Nadeem, Shazia, Ayesha, Farah, Chinedu, Emeka,
Ngozi, Chiamaka, Oluwaseun, Tunde, Folake, Ade, Kwame, Kofi, Ama, Akosua, Abena, Thabo, Sipho, Nomvula, Lindiwe,
Tendai, Tatenda, Wanjiru, Kamau, Otieno, Achieng, Mwangi, Juma, Bakari, Mariam, Tesfaye, Abebe, Haile, Selam,
Mekonnen, Ousmane, Mamadou, Fatou, Aminata, Moussa, Ibrahima, Avi, Moshe, Yitzhak, Shlomo, Rivka, Miriam, Noa, Ehud,
Dov, Dimitris, Giorgos, Kostas, Nikos, Eleni, Panagiotis, Vasilis, Stavros, Katerina, Despina, Jean-Pierre,
Marie-Claire, Anne-Marie, Jean-Luc, Juan Carlos, José María, Maria José, Ana Paula, Karl-Heinz, Hans-Peter, Mary Ann,
Billy Joe, Sergey, Vladimir, Dmitry, Yevgeny, Mikhail, Aleksandr, Oksana, Svetlana, Tatyana, Zhanna, Zarema, Ruslan,
Aslan, Movsar, Zelimkhan, Khava, Malika, Mehmet, Ayşe, Hüseyin, Zeynep, Abdulkadir, Selahattin, Hope, Faith, Grace,
Rose, Lily, Daisy, Violet, Ivy, Iris, Dawn, Summer, Autumn, April, May, June, August, Destiny, Joy, Charity, Chance,
Mark, Grant, Bill, Rob, Will, Chase, Jack, Frank, Art, Drew, Dean, Gene, Guy, Jimmy, Skip, Rusty, Sonny, Dick, Pat,
Penny, Ruby, Pearl, Amber, Jade, Crystal, Melody, Harmony, Brook, Brooke, Cliff, Forrest, Heath, Reed, Glen, Dale,
Sandy, Rocky, Stormy, Sunny, Christian, Angel, Jesus, Jordan, Israel, Chelsea, Paris, London, Austin, Dallas, Houston,
Madison, Brooklyn, Savannah, Sydney, Florence, Georgia, Virginia, Carolina, Dakota, Devon, Chad, Kenya, India,
Lourdes, Milan, Kingston, Boston, Bristol, Lincoln, Washington, Denver, Phoenix, Preston, Chester, Tyrone, Liam, Noah,
Olivia, Emma, Ava, Mia, Isla, Ethan, Lucas, Mason, Logan, Aiden, Zoe, Chloe, Kayla, Jayden, Tyler, Kyle, Brandon,
Dylan, Justin, Britney, Tiffany, Ashley, Courtney, Jessie, Jess, Kate, Katie, Kim, Jo, Joe, Jon, Dave, Dan, Danny,
Mike, Mikey, Nick, Tom, Tommy, Tim, Ben, Matt, Steve, Chris, Alex, Sam, Max, Leo, Bob, Bobby, Ed, Eddie, Ted, Ron,
Ronnie, Ken, Kenny, Jim, Jerry, Larry, Gary, Barry, Terry, Harry, Becky, Abby, Debbie, Sue, Suzie, Liz, Lizzie, Beth,
Meg, Peggy, Nell, Kitty, Molly, Polly, Sally, Betty, Bella, Ella, Lola, Lulu, Coco, Zac, Zayn, Niall, Louis
""")
LAST = _split("""
Al-Rashid, al-Hassan, Al-Sayed, El-Masri, El Amrani, Haddad, Khoury, Nasser, Mansour, Saleh, Hamid, Aziz, Farouk,
Qureshi, Siddiqui, Malik, Hussain, Chaudhry, Butt, Bhatti, Rahman, Chowdhury, Ahmadi, Hosseini, Karimi, Tehrani,
Rezaei, Mousavi, Ghorbani, Beridze, Kapanadze, Gelashvili, Saakashvili, Assanidze, Lomidze, Petrosyan, Hakobyan,
Sargsyan, Khachatryan, Aliyev, Mammadov, Huseynov, Guliyev, Wang, Li, Zhang, Liu, Chen, Yang, Huang, Zhao, Wu, Zhou,
Xu, Sun, Ma, Zhu, Hu, Guo, He, Lin, Luo, Tang, Deng, Feng, Cheung, Wong, Chan, Leung, Lau, Ng, Kwok, Tan, Lim, Goh,
Kim, Lee, Park, Choi, Jung, Kang, Cho, Yoon, Jang, Lim, Han, Shin, Tanaka, Suzuki, Sato, Watanabe, Yamamoto, Nakamura,
Kobayashi, Kato, Yoshida, Yamada, Sasaki, Matsumoto, Inoue, Kimura, Hayashi, Shimizu, Murakami, Nguyen, Tran, Le,
Pham, Hoang, Phan, Vu, Dang, Bui, Do, Srisai, Patel, Shah, Singh, Kaur, Kumar, Sharma, Gupta, Verma, Mehta, Desai,
Joshi, Iyer, Iyengar, Nair, Menon, Pillai, Reddy, Rao, Naidu, Mukherjee, Banerjee, Chatterjee, Das, Ghosh, Bose, Sen,
Gill, Dhillon, Sandhu, Perera, Fernando, Jayawardene, Okafor, Okonkwo, Nwosu, Adeyemi, Adebayo, Okeke, Eze, Balogun,
Mensah, Owusu, Boateng, Asante, Osei, Ndlovu, Dlamini, Nkosi, Khumalo, Mokoena, Moyo, Mandela, Botha, van der Merwe,
du Plessis, Kamau, Odhiambo, Mutua, Njoroge, Kiprop, Diallo, Diop, Ndiaye, Sow, Traoré, Keita, Touré, Coulibaly,
Camara, Tesfaye, Bekele, Gebremariam, Cohen, Levy, Mizrahi, Peretz, Katz, Goldberg, Rosenberg, Friedman, Shapiro,
Papadopoulos, Papadakis, Georgiou, Nikolaidis, Christodoulou, Ioannou, Loizidou, Karagiannis, Pavlou, Yılmaz, Kaya,
Demir, Şahin, Çelik, Öcalan, Akkoç, Özgür, Doğan, O'Brien, O'Connor, O'Neill, O'Sullivan, McCarthy, McDonald, MacLeod,
McKenzie, McGinley, Fitzgerald, FitzPatrick, St. John, St John, de la Cruz, de Souza, da Silva, dos Santos, van Dijk,
van den Berg, van der Heijden, de Vries, von Hannover, von Trapp, zu Guttenberg, Di Stefano, De Luca, Della Rovere, Lo
Presti, D'Angelo, D'Souza, Le Pen, Du Bois, ben Khalifa, bin Laden, bint Saud, ibn Battuta, Khashiyev, Akayeva,
Isayeva, Bazorkina, Umarov, Kadyrov, Magomadov, Estamirov, Chitayev, Ivanov, Petrov, Sidorov, Smirnov, Kuznetsov,
Popov, Volkov, Sokolova, Morozova, Lebedeva, Shevchenko, Kovalenko, Bondarenko, Tkachenko, Melnyk, Kovács, Nagy,
Szabó, Tóth, Horváth, Kowalski, Kowalska, Nowak, Wiśniewski, Wójcik, Novák, Svoboda, Dvořák, Müller, Schmidt,
Schneider, Fischer, Weber, Becker, Hoffmann, Schäfer, Koch, Bauer, Wolf, Andersson, Johansson, Nilsson, Hansen, Olsen,
Larsen, Jensen, Nielsen, Virtanen, Korhonen, Mäkinen, Jónsdóttir, Sigurðsson, Rossi, Russo, Ferrari, Esposito,
Bianchi, García, Rodríguez, Martínez, Hernández, López, González, Pérez, Sánchez, Ramírez, Torres, Flores, Silva,
Santos, Oliveira, Pereira, Costa, Dubois, Durand, Leroy, Moreau, Lefèvre, Popescu, Ionescu, Dumitru, Stoica, Hoxha,
Berisha, Krasniqi, Jovanović, Petrović, Nikolić, Horvat, Novak, Kovačević, Young, White, Black, Brown, Green, Gray,
Grey, Rose, King, Prince, Bishop, Pope, Church, Wood, Woods, Stone, Hill, Fields, Rivers, Lake, Banks, Bush, Ford,
Bridges, Bell, Cook, Baker, Butler, Carpenter, Mason, Fisher, Hunter, Hunt, Farmer, Gardener, Page, Price, Rich,
Sharp, Short, Long, Best, Good, Love, Hope, Joy, Day, Weeks, March, May, Snow, Winter, Summers, Frost, Fox, Wolfe,
Byrd, Bird, Bull, Lamb, Fish, Pike, Marsh, Nash, West, North, Moon, Starr, Law, Judge, Justice, Case, Swift, Cruise,
Bale, Drake, Tyson, Cash, Penny, Power, Powers, Strong, Armstrong, Wise, Savage, Blunt, Grant, Marks, Rush, Burns
""")
# Known from the news and from encyclopaedias: informal texts are full of them, often in lower case.
KNOWN = _split("""
Barack Obama, Obama, Donald Trump, Trump, Hillary Clinton, Clinton, George Bush, Vladimir Putin, Putin, Angela Merkel,
Merkel, Tony Blair, David Cameron, Boris Johnson, Nelson Mandela, Gandhi, Mahatma Gandhi, Winston Churchill,
Churchill, Napoleon, Hitler, Stalin, Lenin, Mao, Shakespeare, William Shakespeare, Einstein, Albert Einstein, Newton,
Darwin, Freud, Marx, Mozart, Beethoven, Bach, Picasso, Van Gogh, Leonardo da Vinci, Michelangelo, Justin Bieber,
Bieber, Lady Gaga, Taylor Swift, Beyoncé, Rihanna, Kanye West, Kanye, Jay-Z, Eminem, Drake, Katy Perry, Miley Cyrus,
Britney Spears, Michael Jackson, Madonna, Elvis Presley, Elvis, Bob Dylan, John Lennon, Paul McCartney, Freddie
Mercury, David Bowie, Kim Kardashian, Oprah, Ellen, Brad Pitt, Angelina Jolie, Tom Cruise, Leonardo DiCaprio, Will
Smith, Johnny Depp, Harry Styles, Harry Potter, Niall Horan, Zayn Malik, Selena Gomez, Ariana Grande, Adele, Ed
Sheeran, Nicki Minaj, Lil Wayne, Snoop Dogg, 50 Cent, Cristiano Ronaldo, Ronaldo, Lionel Messi, Messi, Neymar, Wayne
Rooney, Rooney, David Beckham, Beckham, Zidane, Pelé, Maradona, LeBron James, LeBron, Kobe Bryant, Kobe, Michael
Jordan, Tiger Woods, Roger Federer, Federer, Rafael Nadal, Nadal, Serena Williams, Usain Bolt, Muhammad Ali, Steve
Jobs, Bill Gates, Mark Zuckerberg, Elon Musk, Jeff Bezos, Stephen Hawking, J.K. Rowling, Stephen King, George R. R.
Martin, Tolkien, Hemingway, Dickens, Tolstoy, Dostoevsky, Jane Austen, Oscar Wilde, Edgar Allan Poe, Steven Spielberg,
Quentin Tarantino, Pope Francis, Dalai Lama, Mother Teresa, Prince William, Prince Harry, Princess Diana, Queen
Elizabeth, Queen Victoria, King Charles, Henry VIII, Louis XIV
""")
TITLES = _split("""
Mr, Mr., Mrs, Mrs., Ms, Ms., Miss, Dr, Dr., Prof., Professor, Sir, Judge, Justice, Rev., Father, Sister, Captain,
Capt., Sgt., Sergeant, Officer, Detective, Lt., Colonel, General, Lord, Lady, Senator, President, Sheikh, Imam, Rabbi,
Fr., Mme, Herr, Frau
""")
COMMON_TITLES = ("Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Dr", "Dr.")


@dataclass(frozen=True, slots=True)
class Person:
    """One person: every mention in a record comes from here."""

    first: str
    middle: str
    last: str
    title: str


@dataclass
class People:
    """Draws persons; the pools are filled once from Faker and from the lists above.

    Args:
        seed: for Faker; equal seeds give equal pools.
        per_locale: names drawn from each locale.
    """

    seed: int = 7
    per_locale: int = 400
    first: dict[str, list[str]] = field(default_factory=dict)
    last: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from faker import Faker

        for number, locale in enumerate((*LOCALES, *CYRILLIC)):
            faker = Faker(locale)
            faker.seed_instance(self.seed + number)
            self.first[locale] = sorted({latin(faker.first_name()) for _ in range(self.per_locale)} - {""})
            self.last[locale] = sorted({latin(faker.last_name()) for _ in range(self.per_locale)} - {""})
        for number, locale in enumerate(FOREIGN):
            faker = Faker(locale)
            faker.seed_instance(self.seed + number)
            self.first[f"{locale} script"] = [faker.first_name() for _ in range(60)]
            self.last[f"{locale} script"] = [faker.last_name() for _ in range(60)]
        self.first["own"], self.last["own"] = list(FIRST), list(LAST)

    def locale(self, rng: random.Random) -> str:
        """A third each: English, the lists above, everything else."""
        if rng.random() < 0.02:
            return f"{rng.choice(FOREIGN)} script"
        return rng.choice((rng.choice(("en_US", "en_US", "en_GB", "en_AU")), "own", rng.choice((*LOCALES, *CYRILLIC))))

    def person(self, rng: random.Random) -> Person:
        """Someone new; three in ten persons have mixed origins, one in sixteen a name nobody bears."""
        locale = self.locale(rng)
        other = self.locale(rng) if rng.random() < 0.3 else locale
        first, last = rng.choice(self.first[locale]), rng.choice(self.last[other])
        if rng.random() < 0.06:
            last = coined(rng)
        if rng.random() < 0.04:
            last = f"{last}-{rng.choice(self.last[locale])}"
        if rng.random() < 0.03:
            first = coined(rng)
        return Person(first, rng.choice(self.first[locale]), last,
                      rng.choice(COMMON_TITLES if rng.random() < 0.8 else TITLES))


def latin(name: str) -> str:
    """A name in Latin letters without titles; empty when it has letters of another script."""
    roman = "".join(_ROMAN.get(letter.lower(), letter) if letter.islower() or letter.lower() not in _ROMAN
                    else _ROMAN[letter.lower()].capitalize() for letter in name)
    return roman if re.fullmatch(r"[\u0041-\u024f\u1e00-\u1eff' \-.’]+", roman) else ""


_ONSETS = _split("""
b, br, c, ch, d, dr, f, g, gr, h, j, k, kh, kl, l, m, mb, n, nd, p, ph, pr, q, r, s, sh, sk, st, t, th, tr, ts, v, vl,
w, x, y, z, zh
""")
_VOWELS = _split("a, a, e, e, i, i, o, o, u, y, ai, au, ei, ia, ou, aa, ö, ü, á, é")
_CODAS = _split("""
b, ck, d, ff, k, l, ll, m, n, n, ng, nk, nt, r, r, rd, s, ss, st, t, tt, v, x, z, tz, dze, shvili, yan, ov, ski, sen,
son, ez, ić, oğlu, dóttir, enko
""")


def coined(rng: random.Random) -> str:
    """A name-like word that no list holds, so that the model leans on the context."""
    word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) for _ in range(rng.choice((1, 1, 2))))
    return (word + rng.choice(_ONSETS) + rng.choice(("a", "o", "i", "u", "")) + rng.choice(_CODAS)
            if rng.random() < 0.5 else word + rng.choice(_CODAS)).capitalize()


def written(person: Person, rng: random.Random) -> str:
    """One way of writing a person in running text: full, title inside, initials, surname first, given name alone."""
    first, last, middle = person.first, person.last, person.middle
    layouts = (
        (34, f"{first} {last}"), (14, first), (7, f"{person.title} {last}"), (7, f"{person.title} {first} {last}"),
        (6, f"{first} {middle[0]}. {last}"), (2, f"{first} {middle[0]} {last}"), (7, f"{first[0]}. {last}"),
        (3, f"{first[0]}.{middle[0]}. {last}"), (2, f"{first[0]}. {middle[0]}. {last}"), (6, last),
        (4, f"{last}, {first}"),
        (1, f"{last}, {first[0]}."), (1, f"{last} {first[0]}."), (3, f"{first} {middle} {last}"),
        (2, f"{first[0]}.{last[0]}."),
        (1, f"{first[0]}."), (1, f"{last.upper()} {first}"), (1, f"{first} {last.upper()}"), (1, f"{last} {first}"),
        (1, f"{first} {last} {rng.choice(('Jr.', 'Jr', 'Sr.', 'III', 'II'))}"), (1, f"{first[0]} {last}"),
        (2, f"{person.title} {first[0]}. {last}"), (1, f"{person.title} {first}"),
    )
    weights, names = zip(*layouts, strict=True)
    return str(rng.choices(names, weights)[0])


def named(person: Person, form: str) -> str:
    """One asked-for form: full, first, last, formal (title and surname), initialled, initials, upper, reversed."""
    forms = {
        "full": f"{person.first} {person.last}", "first": person.first, "last": person.last,
        "formal": f"{person.title} {person.last}", "initialled": f"{person.first[0]}. {person.last}",
        "initials": f"{person.first[0]}.{person.last[0]}.", "upper": f"{person.first[0]}. {person.last}".upper(),
        "titled": f"{person.title} {person.first[0]}. {person.last}",
        "two": f"{person.title} {person.first[0]}.{person.middle[0]}. {person.last}",
        "headline": f"{person.last.upper()}", "letter": f"{person.last[0]}.",
        "reversed": f"{person.last}, {person.first}",
        "long": f"{person.first} {person.middle} {person.last}",
        "middled": f"{person.first} {person.middle[0]}. {person.last}",
        "capitals": f"{person.first} {person.last}".upper(),
        "surname_capitals": f"{person.last.upper()}, {person.first}",
    }
    return forms[form]
