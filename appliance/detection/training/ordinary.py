"""Words that are not private although they look it: drugs, diseases, products, technical terms, headings."""

from __future__ import annotations

from appliance.detection.training.places import _split

DRUGS = _split("""
metronidazole, cefadroxil, ibuprofen, paracetamol, acetaminophen, aspirin, amoxicillin, azithromycin, ciprofloxacin,
doxycycline, prednisone, prednisolone, metformin, insulin, lisinopril, atorvastatin, simvastatin, omeprazole,
pantoprazole, ranitidine, amlodipine, losartan, warfarin, heparin, clopidogrel, levothyroxine, gabapentin, pregabalin,
sertraline, fluoxetine, citalopram, escitalopram, diazepam, lorazepam, alprazolam, zolpidem, tramadol, codeine,
morphine, fentanyl, oxycodone, naproxen, diclofenac, cetirizine, loratadine, fexofenadine, salbutamol, albuterol,
budesonide, fluticasone, montelukast, furosemide, spironolactone, hydrochlorothiazide, bisoprolol, metoprolol,
propranolol, digoxin, fluconazole, clotrimazole, ketoconazole, terbinafine, acyclovir, valacyclovir, oseltamivir,
ivermectin, albendazole, hydroxychloroquine, methotrexate, sulfasalazine, azathioprine, cyclosporine, tacrolimus,
rituximab, infliximab, adalimumab, trastuzumab, tamoxifen, letrozole, cisplatin, doxorubicin, clindamycin, vancomycin,
gentamicin, cephalexin, ceftriaxone, nitrofurantoin, trimethoprim, isotretinoin, tretinoin, hydrocortisone,
betamethasone, mupirocin, lactulose, loperamide, ondansetron, domperidone, meclizine, betahistine, sumatriptan,
topiramate, lamotrigine, levetiracetam, carbamazepine, valproate, lithium, quetiapine, olanzapine, risperidone,
haloperidol, donepezil, memantine, levodopa, finasteride, tamsulosin, sildenafil, clomiphene, letrozole, progesterone,
estradiol, norethisterone, misoprostol, tranexamic acid, folic acid, ferrous sulfate, vitamin D, vitamin B12, calcium
carbonate, magnesium, zinc, Tylenol, Advil, Motrin, Aleve, Zantac, Nexium, Prilosec, Lipitor, Crestor, Zoloft, Prozac,
Lexapro, Xanax, Valium, Ambien, Augmentin, Zithromax, Cipro, Flagyl, Bactrim, Benadryl, Claritin, Zyrtec, Allegra,
Ventolin, Symbicort, Advair, Singulair, Lasix, Plavix, Coumadin, Lantus, Humalog, Glucophage, Synthroid, Neurontin,
Lyrica, Humira, Botox, Viagra, Accutane, Retin-A, Lamisil, Diflucan, Voltaren, Betadine, Vaseline, Cetaphil, Gaviscon,
Imodium, Dulcolax, Mirena, Depo-Provera, Tamiflu, Keflex, Lomotil
""")
DISEASES = _split("""
diabetes, hypertension, asthma, pneumonia, bronchitis, tuberculosis, malaria, dengue, typhoid, hepatitis B, hepatitis
C, HIV, AIDS, COVID-19, influenza, Parkinson's disease, Alzheimer's disease, Crohn's disease, Hodgkin's lymphoma,
non-Hodgkin lymphoma, Graves' disease, Hashimoto's thyroiditis, Addison's disease, Cushing's syndrome, Down syndrome,
Down's syndrome, Turner syndrome, Marfan syndrome, Tourette syndrome, Guillain-Barré syndrome, Bell's palsy, Raynaud's
phenomenon, Kawasaki disease, Behçet's disease, Sjögren's syndrome, Wilson's disease, Paget's disease, Huntington's
disease, Meniere's disease, Barrett's esophagus, Baker's cyst, Peyronie's disease, Lyme disease, Lou Gehrig's disease,
Asperger's syndrome, Ewing's sarcoma, Kaposi's sarcoma, Wilms tumor, Burkitt lymphoma, Colles' fracture, Achilles
tendon, Fallopian tube, Eustachian tube, Broca's area, Bartholin cyst, Helicobacter pylori, H. pylori, E. coli,
Staphylococcus aureus, Streptococcus pyogenes, Candida albicans, Salmonella, Clostridium difficile, epilepsy,
migraine, stroke, myocardial infarction, angina, heart failure, atrial fibrillation, anemia, leukemia, melanoma,
psoriasis, eczema, rheumatoid arthritis, osteoarthritis, gout, lupus, fibromyalgia, multiple sclerosis, sciatica,
scoliosis, herniated disc, kidney stones, cystitis, UTI, endometriosis, PCOS, fibroids, preeclampsia, menopause,
depression, anxiety, bipolar disorder, schizophrenia, autism, ADHD, OCD, PTSD, insomnia, sleep apnea, GERD, gastritis,
peptic ulcer, irritable bowel syndrome, ulcerative colitis, appendicitis, gallstones, pancreatitis, cirrhosis, hernia,
hemorrhoids, conjunctivitis, glaucoma, cataract, tinnitus, vertigo, sinusitis, tonsillitis, otitis media, chickenpox,
shingles, measles, mumps, rubella, scabies, ringworm, acne, rosacea, vitiligo, alopecia, urticaria, cellulitis,
sepsis, varicose veins, deep vein thrombosis, pulmonary embolism, sarcoidosis, chronic obstructive pulmonary disease,
COPD, cystic fibrosis, hypothyroidism, hyperthyroidism, osteoporosis, plantar fasciitis, carpal tunnel syndrome
""")
TESTS = _split("""
MRI, CT scan, X-ray, chest X-ray, ECG, EKG, EEG, EMG, ultrasound, endoscopy, colonoscopy, biopsy, CBC, ESR, CRP, TSH,
HbA1c, LFT, PSA, INR, Pap smear, mammogram, echocardiogram, lumbar puncture, urinalysis, PCR, ELISA, Doppler, PET
scan, DEXA scan, angiogram, Glasgow Coma Scale, Apgar score, Romberg test, Holter monitor, Foley catheter, Cobb angle,
Mantoux test, Coombs test, Gram stain, Babinski sign, Murphy's sign, Heimlich maneuver, Kegel exercises, BMI
""")
SYMPTOMS = _split("""
fever, headache, nausea, vomiting, diarrhea, constipation, chest pain, back pain, abdominal pain, joint pain, cough,
sore throat, shortness of breath, fatigue, dizziness, rash, itching, swelling, numbness, tingling, blurred vision,
palpitations, night sweats, weight loss, loss of appetite, bloating, heartburn, cramps, bleeding, discharge, dry
mouth, hair loss, muscle weakness, stiffness, tremors, burning sensation, insomnia, chills, runny nose
""")
SPECIALISTS = _split("""
dermatologist, cardiologist, neurologist, gynecologist, psychiatrist, orthopedic surgeon, ENT specialist,
gastroenterologist, urologist, oncologist, endocrinologist, pulmonologist, ophthalmologist, pediatrician,
nephrologist, rheumatologist, physiotherapist, dentist, general practitioner, Chat Doctor, allergist, podiatrist,
dietitian, pharmacist, midwife, nurse, doctor, surgeon, radiologist, hematologist, GP, obstetrician
""")
PRODUCTS = _split("""
Windows 10, Windows, Linux, Ubuntu, Android, iOS, iPhone, iPhone 6, iPad, MacBook Pro, Galaxy S7, Kindle, Xbox,
PlayStation 4, Nintendo Switch, Excel, Word, PowerPoint, Outlook, Photoshop, Chrome, Firefox, Safari, Internet
Explorer, Java, JavaScript, Python, Ruby, Rust, Swift, Kotlin, C++, PHP, SQL, MySQL, PostgreSQL, MongoDB, Redis,
Docker, Kubernetes, Jenkins, Git, GitHub Actions, Terraform, Apache, Nginx, React, Angular, Django, Flask, Spark,
Hadoop, Kafka, TensorFlow, PyTorch, Bluetooth, USB, HDMI, Wi-Fi, WiFi, GPS, Alexa, Siri, Camry, Corolla, Civic,
Mustang, Golf, Fiesta, Model 3, Prius, Boeing 747, Airbus A320, Coke, Pepsi, Nutella, Lego, Barbie, Monopoly,
Minecraft, Fortnite, Tetris, Pokémon, Star Wars, Game of Thrones, Breaking Bad, The Matrix, Titanic, Hamlet, Bible,
Quran, Aspirin, Post-it, Velcro
""")
TECHNICAL = _split("""
HTTP, HTTPS, TCP/IP, DNS, API, JSON, XML, HTML, CSS, SSH, VPN, LAN, RAM, CPU, GPU, SSD, PDF, CSV, URL, SQL, REST API,
OAuth, JWT, SSL, TLS, UTF-8, ASCII, Unicode, regex, null pointer exception, stack trace, load balancer, garbage
collector, Bayes theorem, Fourier transform, Gaussian distribution, Markov chain, Monte Carlo method, Newton's method,
Euclidean distance, Boolean, Turing machine, Dijkstra's algorithm, Bloom filter, Pareto front, Nash equilibrium, Ohm's
law, Celsius, Fahrenheit, Kelvin, Bernoulli trial, Poisson process, Pythagorean theorem, Heisenberg uncertainty
principle, Doppler effect, Higgs boson, DNA, RNA, CO2, pH, LED, AC, DC, kWh, MHz, Mbps
""")
FOODS = _split("""
rice, pasta, chicken, broccoli, spinach, apple, banana, turkey, cheddar, French fries, Greek yogurt, Brussels sprouts,
Swiss cheese, Caesar salad, hamburger, Danish pastry, English muffin, Turkish delight, Spanish omelette, Earl Grey,
champagne, Bordeaux wine, Bolognese sauce, Worcestershire sauce, olive oil, garlic, ginger, basil, rosemary, sage,
thyme, coriander, honey, sugar, flour, butter, milk, eggs, oats, almonds, walnuts, lentils, tofu, salmon, tuna,
shrimp, potatoes, tomatoes, onions, Bloody Mary, Margarita
""")
JOBS = _split("""
accountant, engineer, nurse, teacher, lawyer, solicitor, barrister, judge, prosecutor, police officer, journalist,
photographer, farmer, driver, chef, waiter, plumber, electrician, carpenter, mechanic, software developer, data
analyst, project manager, sales manager, HR manager, CEO, CFO, director, consultant, architect, designer, musician,
singer, actor, actress, writer, poet, painter, sculptor, politician, diplomat, soldier, officer, professor, scientist,
historian, economist, psychologist, priest
""")
HEADINGS = _split("""
History of Present Illness, Past Medical History, Social History, Family History, Review of Systems, Physical
Examination, Vital Signs, Blood Pressure, Heart Rate, Temperature, Allergies, Medications, Current Medications,
Assessment and Plan, Impression, Findings, Diagnosis, Discharge Diagnosis, Hospital Course, Chief Complaint,
Laboratory Data, Procedure, Indication, Technique, Recommendations, Follow Up, Plan, Subjective, Objective,
Assessment, Summary, Introduction, Background, Methods, Results, Discussion, Conclusion, References, The Facts, The
Law, Procedure, The Circumstances of the Case, Relevant Domestic Law, Alleged Violation of Article 6, Terms and
Conditions, Frequently Asked Questions, Table of Contents, Privacy Policy, Delivery Options, Order Summary, Payment
Method, Getting Started, Prerequisites, Installation, Troubleshooting, Known Issues, Release Notes, Steps to
Reproduce, Expected Behaviour, Actual Behaviour, Ingredients, Instructions, Directions, Serving Size, Nutrition Facts,
Side Effects, Warnings, Dosage, Education, Work Experience, Skills, Languages, Hobbies, References Available on
Request, Career Objective, Key Achievements, Early Life, Personal Life, Career, Legacy, Death, Awards and Honours,
Discography, Filmography, Selected Works, External Links, See Also, Notes, Subject, Agenda, Minutes, Action Items,
Next Steps, Attendees, Apologies
""")
ACRONYMS = _split("""
FAQ, ASAP, FYI, RSVP, ETA, TBC, N/A, PS, NB, DOB, MRN, SSN, ID, VAT, ISBN, PIN, ATM, CEO, PhD, MSc, BSc, MBA, LLM, MD,
RN, BP, HR, RR, O2, SpO2, WBC, RBC, Hgb, NSAID, SSRI, ICU, ER, OR, IV, PO, BID, TID, QID, PRN, LOL, OMG, WTF, IMO,
TBH, DM, RT, TL;DR, DIY, HD, TV, DVD, GDP, KPI, ROI, B2B, SaaS, UX, UI, QA, AI, ML, NLP, LLM
""")
# Written like a name, meant as a word.
AMBIGUOUS = _split("""
will, may, hope, rose, mark, grant, spring, bill, frank, chase, art, jack, rob, dean, guy, faith, grace, joy, dawn,
summer, autumn, march, august, reading, nice, bath, mobile, orange, apple, target, shell, gap, may, mercury, light,
stone, field, brown, young, long, king, cook, baker, rich, sunny, penny
""")
SHORTHAND = _split("""
HPI, PMH, PSH, FHx, SHx, ROS, HEENT, CVS, RESP, ABD, GU, MSK, NEURO, PSYCH, SOB, DOE, CP, N/V, n/v, c/o, s/p, r/o,
w/o, h/o, y/o, yo, Pt, pt, Pts, Dx, Rx, Tx, Hx, Sx, Fx, AAOx3, A&O x3, NAD, NKDA, WNL, RRR, CTAB, NTND, JVP, JVD,
PERRLA, EOMI, LLE, RUE, RLQ, LUQ, ROM, DVT, PE, MI, CHF, CAD, CABG, COPD, ESRD, CKD, AKI, T2DM, DM2, HTN, HLD, AFib,
A-fib, CVA, TIA, UTI, URI, GERD, BPH, OSA, OA, RA, SLE, TB, HIV, HCV, MRSA, NPO, NGT, PICC, ABG, BMP, LFTs, UA, CXR,
KUB, TTE, EGD, I&O, SW, OT, SLP, d/c, D/C, f/u, F/U, RTC, qd, qhs, q6h, q8h, prn, po, bid, tid, gtt, NS, LR, D5W, RA,
NC, BiPAP, GCS, MMSE, SI/HI, AVH, ETOH, EtOH, Foley, JP drain, Kerlix, Steri-Strips, Tegaderm, Ace wrap, afebrile,
eval, GI, ID
""")
KIN = _split("""
Mom, Mum, Dad, Grandma, Grandad, Grandpa, Granny, Nan, Auntie, Uncle, Sis, Bro, Mother, Father, Sir, Madam, Doctor,
Nurse, Coach, Professor, Your Honour, Officer, Team, All, Folks, Guys
""")
