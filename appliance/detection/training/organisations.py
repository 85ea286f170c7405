"""Organisations, and nationalities, religions and political groups. Written for this project."""

from __future__ import annotations

from appliance.detection.training.places import _split

KNOWN = _split("""
Google, Apple, Microsoft, Amazon, Facebook, Meta, Twitter, Netflix, Tesla, IBM, Intel, Oracle, Samsung, Sony, Nokia,
Siemens, Bosch, BMW, Volkswagen, Daimler, Toyota, Honda, Nissan, Ford, General Motors, Boeing, Airbus, Shell, BP,
ExxonMobil, Gazprom, Lukoil, Rosneft, Yukos, Total, Nestlé, Unilever, Danone, Coca-Cola, PepsiCo, McDonald's,
Starbucks, KFC, Walmart, Target, Costco, Tesco, Sainsbury's, Aldi, Lidl, Carrefour, IKEA, H&M, Zara, Nike, Adidas,
Puma, Goldman Sachs, JPMorgan Chase, Morgan Stanley, Citigroup, HSBC, Barclays, Lloyds, Deutsche Bank, BNP Paribas,
UBS, Credit Suisse, ING, Santander, UniCredit, Wells Fargo, Bank of America, American Express, Visa, Mastercard,
PayPal, Uber, Airbnb, Spotify, YouTube, Instagram, LinkedIn, Reddit, Wikipedia, Yahoo, eBay, Alibaba, Tencent, Huawei,
Xiaomi, Baidu, Reliance, Tata Steel, Infosys, Wipro, Pfizer, Novartis, Roche, Bayer, Merck, GlaxoSmithKline,
AstraZeneca, Sanofi, Moderna, Johnson & Johnson, Medtronic, Philips, Ericsson, Vodafone, Orange, T-Mobile, Verizon,
AT&T, Comcast, Disney, Warner Bros, Paramount, Universal Music, BBC, BBC News, CNN, Fox News, NBC, ABC, CBS, ITV, Sky
News, Al Jazeera, Reuters, Associated Press, AFP, The New York Times, The Washington Post, The Guardian, The Times,
Der Spiegel, Le Monde, Bloomberg, Forbes, TIME, ESPN, MTV, Lufthansa, British Airways, Air France, KLM, Ryanair,
EasyJet, Emirates, Aeroflot, FedEx, UPS, DHL, Royal Mail, Deloitte, KPMG, PwC, Ernst & Young, McKinsey, Accenture,
Allianz, AXA, Prudential, Aetna, Blue Cross, Harvard, Harvard University, Yale University, Stanford, MIT, Princeton
University, Columbia University, UCLA, Oxford University, the University of Oxford, the University of Cambridge,
Imperial College London, the London School of Economics, the Sorbonne, Heidelberg University, ETH Zürich, Moscow State
University, Tsinghua University, the University of Tokyo, Cairo University, Mayo Clinic, Cleveland Clinic, Johns
Hopkins Hospital, Massachusetts General Hospital, St Thomas' Hospital, Charité, United Nations, the United Nations,
UN, UNICEF, UNESCO, UNHCR, WHO, the World Health Organization, the World Bank, IMF, the International Monetary Fund,
NATO, the European Union, EU, the European Commission, the European Parliament, OSCE, OPEC, the Council of Europe, the
Red Cross, the International Committee of the Red Cross, Amnesty International, Human Rights Watch, Greenpeace, Oxfam,
Save the Children, Médecins Sans Frontières, the World Trade Organization, the African Union, Interpol, Europol, FBI,
CIA, NSA, NASA, FDA, CDC, NHS, MI5, MI6, KGB, FSB, IRS, the Pentagon, Congress, the Senate, the House of
Representatives, the House of Commons, the House of Lords, Parliament, the Bundestag, the Knesset, the State Duma, the
Supreme Court, the White House, the Kremlin, the Home Office, the Foreign Office, the Treasury, Scotland Yard, the
Metropolitan Police, the LAPD, NYPD, the Labour Party, the Conservative Party, the Republican Party, the Democratic
Party, the Communist Party, Hamas, Hezbollah, the Taliban, the PKK, ETA, the IRA, Fatah, the Muslim Brotherhood,
Al-Qaeda, ISIS, SWAPO, FIFA, UEFA, NBA, NFL, MLB, NHL, IOC, the Premier League, Manchester United, Man Utd, Manchester
City, Liverpool FC, Arsenal, Chelsea, Tottenham, Everton, Real Madrid, FC Barcelona, Bayern Munich, Borussia Dortmund,
Juventus, AC Milan, Inter, PSG, Ajax, Benfica, Celtic, Rangers, Leeds United, the New York Yankees, the Yankees, the
Red Sox, the Lakers, the Celtics, the Chicago Bulls, the Dallas Cowboys, the Packers, the Patriots, the Steelers, the
Broncos, the Rangers, the Maple Leafs, the Dodgers, the Cubs, the Beatles, Beatles, the Rolling Stones, Pink Floyd,
Led Zeppelin, Queen, U2, Coldplay, Radiohead, Metallica, Nirvana, Oasis, ABBA, One Direction, BTS, the Vienna
Philharmonic, the Metropolitan Opera, the Royal Shakespeare Company, the Smithsonian, Tate Modern
""")

COURTS = _split("""
the Regional Court, the District Court, the City Court, the High Court, the Crown Court, the County Court, the
Magistrates' Court, the Court of First Instance, the Military Court, the State Security Court, the Labour Court, the
Presidium of the {city} Regional Court, the Commercial Court, the Court of Audit, the Federal Court, the Juvenile
Court, the Criminal Division of the Supreme Court, the Supreme Court, the Supreme Court of {country}, the
Constitutional Court, the Federal Constitutional Court, the Court of Appeal, the Court of Cassation, the
Administrative Court, the Supreme Administrative Court, the {city} District Court, the {city} Regional Court, the
{city} City Court, the {city} Court of Appeal, the {city} Administrative Court, the {city} Assize Court, the {city}
High Court, the {city} Magistrates' Court, the {city} Criminal Court, the {city} State Security Court, the {city}
Military Court, the {city} Labour Court, the {city} Court of First Instance, the {city} tribunal de grande instance,
the {city} County Court, the {city} Crown Court, the {city} Juvenile Court, the District Court of {city}, the Regional
Court of {city}, the Court of Appeal of {city}, the Municipal Court, the High Court of Justice, the Court of Session,
the Conseil d'État, the European Court of Human Rights, the European Commission of Human Rights, the Court of Justice
of the European Union, the International Criminal Court, the Judicial Committee of the House of Lords, the United
States District Court for {region}, the Ninth Circuit Court of Appeals, the Second Circuit, the Superior Court of
{region}, the Assize Court, the Bundesgerichtshof, the Verwaltungsgericht {city}, the Oberlandesgericht {city}, the
Amtsgericht {city}, the Central Criminal Court, the Divisional Court
""")

BODIES = _split("""
the Ministry of Justice, the Ministry of the Interior, the Ministry of Foreign Affairs, the Ministry of Defence, the
Ministry of Health, the Ministry of Education, the Ministry of Finance, the Ministry of Labour, Ministry of
Agriculture, the Department of Justice, the Department of Health, the Department of Homeland Security, the State
Department, the Department for Work and Pensions, HM Revenue and Customs, the Crown Prosecution Service, the {city}
Public Prosecutor's Office, the {city} Prosecutor's Office, the Prosecutor General's Office, the Principal Public
Prosecutor, the {city} Police Department, the {city} police, the {city} Police Headquarters, the {city} Bar
Association, the Bar Council, the {city} City Council, the {city} Municipality, the {city} Municipal Council, the
{city} Land Registry, the {city} Tax Office, the {city} Enforcement Office, the {city} Prison, {city} Prison, the
{city} remand prison, {city} City Hall, the Immigration Service, the Migration Board, the Immigration and Nationality
Directorate, the Social Security Administration, the Securities and Exchange Commission, the Federal Reserve, the
European Central Bank, the National Bank of {country}, the Environmental Protection Agency, the Youth Welfare Office,
the {city} Youth Office, the Board of Education, the Medical Council, the General Medical Council, the Electoral
Commission, the Parliamentary Assembly, the National Assembly, the Committee of Ministers, the Court Registry, the
Chamber of Deputies, the Federal Assembly, the Governorship of {city}, the {region} Police, {region} Police, the Coast
Guard, the National Security Council, the Human Rights Committee, the Ombudsman's Office, the Central Bank, the
Forensic Medicine Institute
""")

CLUB_ENDS = _split("""
United, City, FC, F.C., Rovers, Wanderers, Athletic, Town, Rangers, Tigers, Eagles, Bears, Wolves, Hawks, Lions,
Sharks, Warriors, Knights, Giants, Rugby Club, RFC, Cricket Club, Dynamo, Sporting, Hockey Club
""")
COMPANY_ENDS = _split("""
Ltd, Ltd., Limited, Inc, Inc., LLC, PLC, plc, Corp., Corporation, Company, & Co., Group, Holdings, GmbH, AG, S.A., SA,
SARL, S.p.A., S.r.l., B.V., NV, A/S, AB, Oy, Kft., d.o.o., a.s., sp. z o.o., OOO, ZAO, OAO, A.Ş., Pty Ltd, Pvt. Ltd.,
& Sons, Brothers, Bros, Partners, Associates, LLP, Solicitors, Consulting
""")
COMPANY_WORDS = _split("""
Systems, Technologies, Solutions, Software, Logistics, Pharma, Pharmaceuticals, Insurance, Bank, Capital, Energy,
Foods, Motors, Media, Airlines, Steel, Textiles, Electronics, Robotics, Analytics, Networks, Labs, Dynamics,
Industries, Construction, Trading, Transport, Telecom, Healthcare, Medical, Diagnostics, Security, Investments,
Properties, Realty, Publishing, Press, Records, Studios, Entertainment, Hotels, Travel
""")
COINED_STARTS = _split("""
Acme, Nova, Zen, Blue, Cyber, Data, Info, Omni, Pan, Quant, Syn, Tele, Terra, Tri, Uni, Vita, Xeno, Alta, Apex, Astra,
Cloud, Core, Deep, Ever, Gen, Green, Hyper, Inno, Lumi, Meta, Neo, North, Opti, Pro, Red, Silver, Smart, Sol, Star,
True, Ultra, Verde, Vertex, West, Zeta, Kali, Mira, Orbi, Brava, Nexo, Poly, Riva, Sera, Tango, Volt
""")
COINED_ENDS = _split("""
tech, soft, corp, ware, net, gen, sys, logic, cast, link, path, works, point, stream, wave, line, base, mind, med,
bio, chem, lab, trade, pay, bit, grid, sense, scope, dyne, tron, nix, via, ora, ium, eon, ify, ly, io, list, made
""")

NATIONS = _split("""
American, British, English, Scottish, Welsh, Irish, Northern Irish, French, German, Italian, Spanish, Portuguese,
Dutch, Belgian, Swiss, Austrian, Danish, Swedish, Norwegian, Finnish, Icelandic, Polish, Czech, Slovak, Hungarian,
Romanian, Bulgarian, Greek, Cypriot, Greek Cypriot, Turkish Cypriot, Maltese, Turkish, Serbian, Croatian, Bosnian,
Slovenian, Slovene, Macedonian, Albanian, Kosovar, Montenegrin, Russian, Ukrainian, Belarusian, Moldovan, Lithuanian,
Latvian, Estonian, Georgian, Armenian, Azerbaijani, Azeri, Chechen, Ingush, Ossetian, Tatar, Kurdish, Yazidi,
Assyrian, Kazakh, Uzbek, Turkmen, Kyrgyz, Tajik, Afghan, Iranian, Persian, Iraqi, Syrian, Lebanese, Jordanian,
Palestinian, Israeli, Saudi, Saudi Arabian, Yemeni, Omani, Emirati, Qatari, Kuwaiti, Bahraini, Egyptian, Libyan,
Tunisian, Algerian, Moroccan, Sahrawi, Sudanese, South Sudanese, Ethiopian, Eritrean, Somali, Djiboutian, Kenyan,
Ugandan, Tanzanian, Rwandan, Burundian, Congolese, Gabonese, Cameroonian, Nigerian, Chadian, Malian, Senegalese,
Gambian, Guinean, Sierra Leonean, Liberian, Ivorian, Ghanaian, Togolese, Beninese, Angolan, Zambian, Zimbabwean,
Malawian, Mozambican, Namibian, Botswanan, South African, Malagasy, Mauritian, Pakistani, Indian, Bangladeshi, Sri
Lankan, Tamil, Sinhalese, Nepalese, Nepali, Bhutanese, Maldivian, Burmese, Rohingya, Thai, Cambodian, Khmer, Laotian,
Vietnamese, Malaysian, Malay, Singaporean, Indonesian, Filipino, Filipina, Chinese, Taiwanese, Tibetan, Uyghur,
Mongolian, Korean, North Korean, South Korean, Japanese, Australian, Aboriginal, New Zealander, Kiwi, Maori, Māori,
Fijian, Samoan, Tongan, Canadian, French Canadian, Québécois, Mexican, Cuban, Jamaican, Haitian, Dominican, Puerto
Rican, Guatemalan, Honduran, Salvadoran, Nicaraguan, Costa Rican, Panamanian, Colombian, Venezuelan, Ecuadorian,
Peruvian, Bolivian, Chilean, Argentine, Argentinian, Uruguayan, Paraguayan, Brazilian, Guyanese, Barbadian,
Trinidadian, Bahamian, Belizean, Greenlander, Greenlandic, Inuit, Sami, Roma, Romani, Basque, Catalan, Breton,
Flemish, Walloon, Sicilian, Bavarian, African-American, African American, Asian American, Afro-Caribbean,
Afro-American, Hispanic, Latino, Latina, Caucasian, Arab, Arabic, Berber, Slavic, Scandinavian, Nordic, Native
American, Cherokee, Navajo, Zulu, Xhosa, Yoruba, Igbo, Hausa, Hutu, Tutsi, Soviet, Yugoslav, Prussian, Ottoman,
Byzantine, European, African, Asian
""")
PLURALS = _split("""
Americans, Germans, Italians, Russians, Ukrainians, Serbs, Croats, Bosniaks, Turks, Kurds, Greeks, Armenians,
Georgians, Poles, Czechs, Slovaks, Hungarians, Romanians, Swedes, Danes, Norwegians, Finns, Brits, Scots, Spaniards,
Mexicans, Cubans, Brazilians, Canadians, Australians, New Zealanders, Indians, Pakistanis, Afghans, Iranians, Iraqis,
Syrians, Israelis, Palestinians, Egyptians, Nigerians, Kenyans, Somalis, Ethiopians, Koreans, Filipinos, Arabs,
Tamils, Chechens, Tatars, Paraguayans, Belizeans, Peruvians, Chileans, Colombians, Argentinians, Englishmen, Irishmen,
Frenchmen, Dutchman
""")
RELIGIONS = _split("""
Muslim, Muslims, Christian, Christians, Jewish, Jew, Jews, Hindu, Hindus, Buddhist, Buddhists, Sikh, Sikhs, Catholic,
Catholics, Roman Catholic, Protestant, Protestants, Orthodox, Greek Orthodox, Russian Orthodox, Eastern Orthodox,
Anglican, Lutheran, Lutherans, Methodist, Baptist, Southern Baptist, Evangelical, Evangelicals, Pentecostal,
Presbyterian, Calvinist, Quaker, Quakers, Mormon, Mormons, Jehovah's Witness, Jehovah's Witnesses, Seventh-day
Adventist, Adventist, Scientologist, Sunni, Shia, Shiite, Alevi, Alawite, Ahmadi, Sufi, Druze, Coptic, Copts,
Maronite, Jain, Zoroastrian, Bahá'í, Baha'i, Taoist, Shinto, Wiccan, Pagan, Atheist, atheist, agnostic, Salafist,
Hasidic, Islamic, Islamist, Judaism, Islam, Christianity, Hinduism, Buddhism, Catholicism, Protestantism
""")
POLITICS = _split("""
Republican, Republicans, Democrat, Democrats, Democratic, Conservative, Conservatives, Tory, Tories, Labour, Liberal,
Liberals, Liberal Democrat, Liberal Democrats, Green, Social Democrat, Social Democrats, Christian Democrat, Christian
Democrats, Socialist, Socialists, Communist, Communists, Marxist, Marxists, Leninist, Trotskyist, Maoist, anarchist,
Anarchists, Nationalist, Fascist, fascists, Nazi, Nazis, neo-Nazi, Libertarian, Unionist, Loyalist, Zionist, Islamist,
Peronist, Gaullist, Bolshevik, Bolsheviks, Menshevik, Whig, Federalist, Zapatista, Sandinista, Kemalist, Baathist,
Thatcherite, feminist
""")
