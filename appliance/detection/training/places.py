"""Places by name, for synthetic records. Written for this project; facts of geography, no list was copied."""

from __future__ import annotations


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("\n", " ").split(",") if part.strip())


CITIES = _split("""
London, Paris, Berlin, Madrid, Rome, Lisbon, Vienna, Brussels, Amsterdam, Rotterdam, The Hague, Copenhagen, Stockholm,
Gothenburg, Oslo, Bergen, Helsinki, Tampere, Reykjavik, Dublin, Cork, Galway, Edinburgh, Glasgow, Aberdeen, Cardiff,
Swansea, Belfast, Manchester, Liverpool, Leeds, Sheffield, Birmingham, Bristol, Nottingham, Leicester, Newcastle upon
Tyne, Southampton, Portsmouth, Plymouth, Exeter, Bath, Oxford, Cambridge, Norwich, York, Hull, Luton, Reading,
Brighton, Dover, Strasbourg, Lyon, Marseille, Toulouse, Bordeaux, Lille, Nantes, Nice, Rennes, Montpellier, Grenoble,
Dijon, Munich, Hamburg, Cologne, Frankfurt am Main, Frankfurt, Stuttgart, Düsseldorf, Leipzig, Dresden, Hanover,
Nuremberg, Bremen, Bonn, Karlsruhe, Freiburg, Münster, Aachen, Kiel, Lübeck, Potsdam, Zürich, Geneva, Basel, Bern,
Lausanne, Lucerne, Lugano, Graz, Linz, Salzburg, Innsbruck, Prague, Brno, Ostrava, Bratislava, Košice, Budapest,
Debrecen, Szeged, Warsaw, Kraków, Cracow, Łódź, Wrocław, Poznań, Gdańsk, Lublin, Katowice, Bydgoszcz, Szczecin,
Vilnius, Kaunas, Riga, Daugavpils, Tallinn, Tartu, Moscow, St Petersburg, Saint Petersburg, Novosibirsk,
Yekaterinburg, Kazan, Nizhniy Novgorod, Rostov-on-Don, Samara, Omsk, Vladivostok, Grozny, Vladikavkaz, Murmansk,
Krasnoyarsk, Voronezh, Makhachkala, Kyiv, Kiev, Kharkiv, Odesa, Lviv, Donetsk, Zaporizhzhya, Dnipropetrovsk, Minsk,
Gomel, Brest, Chişinău, Chisinau, Tiraspol, Bucharest, Cluj-Napoca, Iaşi, Timişoara, Constanţa, Braşov, Sofia,
Plovdiv, Varna, Burgas, Belgrade, Novi Sad, Niš, Zagreb, Split, Rijeka, Osijek, Ljubljana, Maribor, Sarajevo, Banja
Luka, Mostar, Podgorica, Skopje, Bitola, Pristina, Tirana, Durrës, Athens, Thessaloniki, Patras, Heraklion, Nicosia,
Limassol, Larnaca, Kyrenia, Valletta, Istanbul, Ankara, İzmir, Izmir, Diyarbakır, Antalya, Adana, Gaziantep, Bursa,
Mersin, Şırnak, Mardin, Tbilisi, Batumi, Kutaisi, Yerevan, Gyumri, Baku, Ganja, Sumgayit, Milan, Turin, Naples,
Florence, Bologna, Genoa, Venice, Palermo, Catania, Bari, Verona, Trieste, Padua, Pisa, Reggio Calabria, Barcelona,
Seville, Valencia, Bilbao, Zaragoza, Málaga, Granada, Porto, Coimbra, Braga, Faro, Antwerp, Ghent, Liège, Bruges,
Leuven, Luxembourg, Utrecht, Eindhoven, Groningen, Maastricht, Aarhus, Odense, Malmö, Uppsala, Trondheim, Turku, Oulu,
Espoo, New York, New York City, Los Angeles, Chicago, Houston, Phoenix, Philadelphia, San Antonio, San Diego, Dallas,
San Jose, Austin, Jacksonville, Fort Worth, Columbus, Charlotte, San Francisco, Indianapolis, Seattle, Denver,
Washington, Boston, El Paso, Nashville, Detroit, Oklahoma City, Portland, Las Vegas, Memphis, Louisville, Baltimore,
Milwaukee, Albuquerque, Tucson, Fresno, Sacramento, Kansas City, Atlanta, Omaha, Miami, Minneapolis, New Orleans,
Tampa, Cleveland, Pittsburgh, Cincinnati, St. Louis, Orlando, Buffalo, Rochester, Salt Lake City, Honolulu, Anchorage,
Boise, Spokane, Tulsa, Wichita, Des Moines, Madison, Baton Rouge, Raleigh, Durham, Richmond, Norfolk, Newark,
Hartford, Providence, Albany, Syracuse, Toronto, Montreal, Montréal, Vancouver, Calgary, Edmonton, Ottawa, Winnipeg,
Halifax, Quebec City, Saskatoon, Victoria, Mexico City, Guadalajara, Monterrey, Tijuana, Puebla, Oaxaca, Havana,
Kingston, San Juan, Santo Domingo, Port-au-Prince, Guatemala City, Managua, Tegucigalpa, Panama City, Bogotá,
Medellín, Cali, Caracas, Quito, Guayaquil, Lima, Cusco, La Paz, Santiago, Valparaíso, Buenos Aires, Córdoba, Rosario,
Montevideo, Asunción, São Paulo, Rio de Janeiro, Brasília, Salvador, Recife, Porto Alegre, Curitiba, Manaus,
Fortaleza, Cairo, Alexandria, Giza, Tripoli, Tunis, Algiers, Oran, Casablanca, Rabat, Marrakesh, Fez, Dakar, Bamako,
Abidjan, Accra, Kumasi, Lagos, Abuja, Kano, Ibadan, Port Harcourt, Douala, Yaoundé, Kinshasa, Luanda, Lusaka, Harare,
Lilongwe, Maputo, Johannesburg, Cape Town, Durban, Pretoria, Soweto, Windhoek, Gaborone, Nairobi, Mombasa, Kisumu,
Kampala, Kigali, Dar es Salaam, Dodoma, Addis Ababa, Asmara, Mogadishu, Khartoum, Juba, Jerusalem, Tel Aviv, Haifa,
Gaza City, Ramallah, Bethlehem, Nablus, Beirut, Damascus, Aleppo, Homs, Amman, Baghdad, Basra, Mosul, Erbil, Kirkuk,
Tehran, Isfahan, Shiraz, Tabriz, Mashhad, Riyadh, Jeddah, Mecca, Medina, Doha, Dubai, Abu Dhabi, Sharjah, Muscat,
Manama, Kuwait City, Sana'a, Aden, Kabul, Kandahar, Herat, Karachi, Lahore, Islamabad, Rawalpindi, Peshawar, Quetta,
Delhi, New Delhi, Mumbai, Bangalore, Bengaluru, Chennai, Kolkata, Hyderabad, Pune, Ahmedabad, Jaipur, Lucknow, Kochi,
Chandigarh, Srinagar, Amritsar, Varanasi, Dhaka, Chittagong, Sylhet, Colombo, Jaffna, Kathmandu, Pokhara, Thimphu,
Yangon, Mandalay, Bangkok, Chiang Mai, Phuket, Phnom Penh, Vientiane, Hanoi, Ho Chi Minh City, Saigon, Da Nang, Kuala
Lumpur, Penang, Singapore, Jakarta, Surabaya, Bandung, Denpasar, Manila, Quezon City, Cebu, Davao, Beijing, Shanghai,
Guangzhou, Shenzhen, Chengdu, Wuhan, Nanjing, Xi'an, Hangzhou, Chongqing, Tianjin, Harbin, Kunming, Lhasa, Urumqi,
Hong Kong, Macau, Taipei, Kaohsiung, Seoul, Busan, Incheon, Pyongyang, Tokyo, Osaka, Kyoto, Yokohama, Nagoya, Sapporo,
Fukuoka, Hiroshima, Kobe, Sendai, Nagasaki, Ulaanbaatar, Astana, Almaty, Tashkent, Samarkand, Bishkek, Dushanbe,
Ashgabat, Sydney, Melbourne, Brisbane, Perth, Adelaide, Canberra, Hobart, Darwin, Gold Coast, Auckland, Wellington,
Christchurch, Dunedin, Suva, Apia
""")

COUNTRIES = _split("""
Albania, Andorra, Armenia, Austria, Azerbaijan, Belarus, Belgium, Bosnia and Herzegovina, Bulgaria, Croatia, Cyprus,
the Czech Republic, Denmark, Estonia, Finland, France, Georgia, Germany, Greece, Hungary, Iceland, Ireland, Italy,
Kosovo, Latvia, Liechtenstein, Lithuania, Luxembourg, Malta, Moldova, Monaco, Montenegro, the Netherlands, North
Macedonia, Norway, Poland, Portugal, Romania, Russia, the Russian Federation, San Marino, Serbia, Slovakia, Slovenia,
Spain, Sweden, Switzerland, Turkey, Türkiye, Ukraine, the United Kingdom, the UK, UK, Great Britain, England,
Scotland, Wales, Northern Ireland, the United States, the United States of America, USA, the US, U.S., America,
Canada, Mexico, Cuba, Jamaica, Haiti, the Dominican Republic, Guatemala, Honduras, El Salvador, Nicaragua, Costa Rica,
Panama, Colombia, Venezuela, Ecuador, Peru, Bolivia, Chile, Argentina, Uruguay, Paraguay, Brazil, Guyana, Suriname,
Trinidad and Tobago, Barbados, Morocco, Algeria, Tunisia, Libya, Egypt, Sudan, South Sudan, Ethiopia, Eritrea,
Somalia, Djibouti, Kenya, Uganda, Tanzania, Rwanda, Burundi, the Democratic Republic of the Congo, Congo, Gabon,
Cameroon, Nigeria, Niger, Chad, Mali, Burkina Faso, Senegal, the Gambia, Guinea, Guinea-Bissau, Sierra Leone, Liberia,
Ivory Coast, Côte d'Ivoire, Ghana, Togo, Benin, Angola, Zambia, Zimbabwe, Malawi, Mozambique, Botswana, Namibia, South
Africa, Lesotho, Eswatini, Madagascar, Mauritius, Cape Verde, Israel, Palestine, Lebanon, Syria, Jordan, Iraq, Iran,
Saudi Arabia, Yemen, Oman, Qatar, Bahrain, Kuwait, the United Arab Emirates, Afghanistan, Pakistan, India, Bangladesh,
Sri Lanka, Nepal, Bhutan, Maldives, Myanmar, Burma, Thailand, Cambodia, Laos, Vietnam, Malaysia, Singapore, Indonesia,
Brunei, the Philippines, Timor-Leste, China, Taiwan, Mongolia, North Korea, South Korea, Japan, Kazakhstan,
Uzbekistan, Turkmenistan, Kyrgyzstan, Tajikistan, Australia, New Zealand, Papua New Guinea, Fiji, Samoa, Tonga,
Vanuatu, the Soviet Union, the USSR, Yugoslavia, Czechoslovakia, Prussia
""")

REGIONS = _split("""
California, Texas, Florida, Ohio, Illinois, Pennsylvania, Georgia, North Carolina, South Carolina, Michigan, New
Jersey, Virginia, West Virginia, Washington State, Arizona, Massachusetts, Tennessee, Indiana, Missouri, Maryland,
Wisconsin, Colorado, Minnesota, Alabama, Louisiana, Kentucky, Oregon, Oklahoma, Connecticut, Utah, Iowa, Nevada,
Arkansas, Mississippi, Kansas, New Mexico, Nebraska, Idaho, Hawaii, New Hampshire, Maine, Montana, Rhode Island,
Delaware, South Dakota, North Dakota, Alaska, Vermont, Wyoming, D.C., Ontario, Quebec, Québec, British Columbia,
Alberta, Manitoba, Saskatchewan, Nova Scotia, Newfoundland, Queensland, New South Wales, Tasmania, Western Australia,
Bavaria, Saxony, Hesse, Lower Saxony, North Rhine-Westphalia, Brandenburg, Tyrol, Catalonia, Andalusia, Galicia, the
Basque Country, Sicily, Sardinia, Tuscany, Lombardy, Piedmont, Calabria, Brittany, Normandy, Provence, Alsace,
Lorraine, Corsica, Burgundy, Flanders, Wallonia, Silesia, Pomerania, Transylvania, Wallachia, Crimea, Donbas,
Chechnya, the Chechen Republic, Dagestan, Ingushetia, North Ossetia, Siberia, the Krasnodar Region, the Moscow Region,
the Rostov Region, Tatarstan, Karelia, Abkhazia, Nagorno-Karabakh, Transdniestria, Republika Srpska, Vojvodina,
Dalmatia, Istria, Macedonia, Thrace, Crete, Rhodes, Anatolia, Kurdistan, the West Bank, the Gaza Strip, Galilee, the
Golan Heights, Sinai, Darfur, Tigray, Biafra, Katanga, Kerala, Punjab, Gujarat, Maharashtra, Tamil Nadu, Karnataka,
West Bengal, Uttar Pradesh, Bihar, Rajasthan, Assam, Kashmir, Sindh, Balochistan, Sichuan, Guangdong, Yunnan,
Xinjiang, Tibet, Manchuria, Hokkaido, Okinawa, Java, Sumatra, Bali, Borneo, Mindanao, Luzon, Kent, Essex, Sussex,
Surrey, Norfolk, Suffolk, Devon, Cornwall, Dorset, Somerset, Wiltshire, Hampshire, Yorkshire, West Yorkshire,
Lancashire, Cumbria, Lincolnshire, Derbyshire, Cheshire, Shropshire, Oxfordshire, Buckinghamshire, Hertfordshire,
County Kerry, County Mayo, County Antrim, County Tyrone, Donegal, Connacht, Ulster, Munster, Scotland, the Midlands,
the Highlands, Orkney, Shetland, Orange County, Cook County, Harris County, Napa Valley, Silicon Valley, the Midwest,
New England, the Bay Area, the Deep South, Long Island, Cape Cod, the Upper East Side, Lower Manhattan
""")

LANDMARKS = _split("""
the Danube, the Rhine, the Thames, the Nile, the Amazon, the Mississippi River, the Ganges, the Volga, the Seine, Lake
Geneva, Lake Victoria, Lake Michigan, Lake Tahoe, Loch Ness, the Alps, the Andes, the Himalayas, the Pyrenees, the
Rocky Mountains, the Carpathians, the Caucasus, Mount Everest, Mount Kenya, Mont Blanc, Kilimanjaro, the Sahara, the
Gobi Desert, Antarctica, the Mediterranean, the Baltic Sea, the North Sea, the Black Sea, the Caspian Sea, the Red
Sea, the Atlantic, the Atlantic Ocean, the Pacific, the Pacific Ocean, the Gulf of Mexico, the Persian Gulf, the
English Channel, the Bosphorus, the Suez Canal, the Panama Canal, Gibraltar, the Balkans, Scandinavia, Iberia,
Mesopotamia, the Middle East, the Far East, North Africa, West Africa, East Africa, Southern Africa, Central Asia,
Southeast Asia, South Asia, East Asia, Latin America, South America, North America, Central America, the Caribbean,
Eastern Europe, Western Europe, Central Europe, Europe, Asia, Africa, Oceania, Manhattan, Brooklyn, Queens, the Bronx,
Staten Island, Harlem, Hollywood, Beverly Hills, Westminster, Soho, Camden, Hackney, Brixton, Kensington, Chelsea,
Notting Hill, Heathrow, Heathrow Airport, Gatwick, JFK Airport, O'Hare, Schiphol, Charles de Gaulle Airport,
Sheremetyevo Airport, Central Park, Hyde Park, Times Square, Red Square, Trafalgar Square, Wall Street, Broadway,
Fifth Avenue, Oxford Street, Abbey Road, the Golden Gate Bridge, Tower Bridge, the Eiffel Tower, Big Ben, the
Colosseum, the Empire State Building, Madison Square Garden, Wembley Stadium, Wembley, Old Trafford, Anfield, Camp
Nou, the Louvre, Disneyland, Alcatraz, Guantánamo Bay, Yellowstone, Yosemite National Park, the Grand Canyon, Niagara
Falls, Victoria Falls, Stonehenge, Machu Picchu, Auschwitz, Chernobyl, Lampedusa, Lesbos, Calais, Zanzibar, Timbuktu,
Robben Island, Easter Island, Penn Station, King's Cross, Gare du Nord, Alexanderplatz, Charing Cross, Yankee Stadium,
Fenway Park, Lord's, Silverstone
""")

STREET_KINDS = _split("""
Street, Road, Avenue, Lane, Drive, Close, Way, Court, Place, Boulevard, Crescent, Terrace, Gardens, Square, Hill, St,
St., Rd, Ave, Ave., Blvd, Dr, Ln, Pkwy, Parade, Grove, Mews, Row, Walk, Highway
""")
STREETS = _split("""
Main, High, Church, Station, Park, Mill, Victoria, King, Queen, London, Oak, Maple, Elm, Cedar, Pine, Birch, Willow,
Washington, Lincoln, Jefferson, Lake, River, Bridge, School, Chapel, North, South, West, East, Green, Manor, Castle,
Market, Albert, George, York, Windsor, Spring, Sunset, Highland, Meadow, Orchard, Forest, Ridge, Broad, Second, Third,
5th, 12th, 42nd, Dame, Baker, Abbey, Kings, Cherry, Walnut, Chestnut, Harbour
""")
FOREIGN_STREETS = (
    "rue de {}", "rue du {}", "avenue {}", "boulevard {}", "place {}", "{}straße", "{}strasse", "{}weg", "{}allee",
    "{}platz",
    "Via {}", "Piazza {}", "Viale {}", "Calle {}", "Avenida {}", "Plaza {}", "Paseo de {}", "Rua {}", "Travessa {}",
    "ul. {}", "ulica {}", "ulitsa {}", "{}gatan", "{}vägen", "{}gade", "{}vej", "{}katu", "{}straat", "{}laan",
    "{}plein",
    "{} utca", "{} Caddesi", "{} Sokak", "{} ulitsa", "bulevardul {}", "Strada {}", "{} Marg", "{} Nagar", "{} Jalan",
    "Jalan {}",
    "Lorong {}", "Odos {}", "Prospekt {}",
)
