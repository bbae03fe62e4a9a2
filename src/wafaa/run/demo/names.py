"""Names of people and places for the demo shop, each in Arabic and in Latin letters."""

# First names: Arabic, Latin
MEN: tuple[tuple[str, str], ...] = (
    ("عبدالله", "Abdullah"), ("محمد", "Mohammed"), ("فهد", "Fahad"), ("سلطان", "Sultan"),
    ("خالد", "Khalid"), ("تركي", "Turki"), ("فيصل", "Faisal"), ("ناصر", "Nasser"), ("سعود", "Saud"),
    ("بندر", "Bandar"), ("ماجد", "Majed"), ("عبدالعزيز", "Abdulaziz"), ("عبدالرحمن", "Abdulrahman"),
    ("يوسف", "Yousef"), ("إبراهيم", "Ibrahim"), ("أحمد", "Ahmed"), ("علي", "Ali"), ("حسن", "Hassan"),
    ("طلال", "Talal"), ("مشاري", "Meshari"), ("راكان", "Rakan"), ("زياد", "Ziyad"), ("عمر", "Omar"),
    ("وليد", "Waleed"), ("بدر", "Badr"), ("نواف", "Nawaf"), ("هشام", "Hisham"), ("رائد", "Raed"),
    ("صالح", "Saleh"), ("مازن", "Mazen"),
)  # fmt: skip
WOMEN: tuple[tuple[str, str], ...] = (
    ("نورة", "Noura"), ("سارة", "Sarah"), ("ريم", "Reem"), ("هيفاء", "Haifa"), ("لطيفة", "Latifa"),
    ("منيرة", "Munira"), ("العنود", "Alanoud"), ("مها", "Maha"), ("جواهر", "Jawaher"), ("دانة", "Dana"),
    ("لمى", "Lama"), ("شهد", "Shahad"), ("غادة", "Ghada"), ("أمل", "Amal"), ("هند", "Hind"),
    ("نوف", "Nouf"), ("رنا", "Rana"), ("بشاير", "Bashayer"), ("أسماء", "Asma"), ("عبير", "Abeer"),
    ("فاطمة", "Fatimah"), ("مريم", "Maryam"), ("خلود", "Khulood"), ("وجدان", "Wijdan"),
    ("ابتسام", "Ibtisam"), ("لينا", "Lina"), ("جود", "Joud"), ("رهف", "Rahaf"), ("سمية", "Sumaya"),
    ("أروى", "Arwa"),
)  # fmt: skip
FAMILIES: tuple[tuple[str, str], ...] = (
    ("القحطاني", "Alqahtani"), ("العتيبي", "Alotaibi"), ("الحربي", "Alharbi"), ("الشهري", "Alshehri"),
    ("الدوسري", "Aldosari"), ("الغامدي", "Alghamdi"), ("الزهراني", "Alzahrani"), ("المطيري", "Almutairi"),
    ("الشمري", "Alshammari"), ("العنزي", "Alanazi"), ("السبيعي", "Alsubaie"), ("المالكي", "Almalki"),
    ("البقمي", "Albogami"), ("القرني", "Alqarni"), ("الرشيدي", "Alrashidi"), ("التميمي", "Altamimi"),
    ("السهلي", "Alsahli"), ("الخالدي", "Alkhaldi"), ("العمري", "Alomari"), ("الحازمي", "Alhazmi"),
    ("الجهني", "Aljohani"), ("البلوي", "Albalawi"), ("اليامي", "Alyami"), ("العسيري", "Alasiri"),
    ("الفيفي", "Alfaifi"), ("الحمدان", "Alhamdan"), ("السالم", "Alsalem"), ("العمر", "Alomar"),
    ("الناصر", "Alnasser"), ("الصالح", "Alsaleh"),
)  # fmt: skip

# People who came from elsewhere and write English: first and family names
GUEST_FIRST: tuple[str, ...] = (
    "James", "Maria", "Priya", "John", "Grace", "Rahul", "Anna", "Daniel", "Aisha", "Michael", "Emma",
    "Joseph", "Fatima", "David", "Angelica", "Arjun", "Sophie", "Imran", "Laura", "Rosa", "Peter", "Neha",
    "Mark", "Elena",
)  # fmt: skip
GUEST_FAMILY: tuple[str, ...] = (
    "Santos", "Fernandes", "Khan", "Smith", "Reyes", "Thomas", "Patel", "Wilson", "Cruz", "Sharma",
    "Mathew", "Brown", "Garcia", "Nair", "Malik", "Evans", "Silva", "Hussain", "Clarke", "Joseph", "Rossi",
    "Kumar", "Walker", "Mendoza",
)  # fmt: skip

# Cities: Arabic, Latin, country, share of customers; only the first two have a branch nearby
CITIES: tuple[tuple[str, str, str, float], ...] = (
    ("الرياض", "Riyadh", "SA", 0.76), ("الدرعية", "Diriyah", "SA", 0.06), ("الخرج", "Al Kharj", "SA", 0.04),
    ("جدة", "Jeddah", "SA", 0.05), ("الدمام", "Dammam", "SA", 0.03), ("بريدة", "Buraydah", "SA", 0.02),
    ("الكويت", "Kuwait City", "KW", 0.015), ("دبي", "Dubai", "AE", 0.015),
    ("المنامة", "Manama", "BH", 0.01),
)  # fmt: skip
NEAR_CITIES = 2
