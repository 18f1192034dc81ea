"""The names of the demo companies and their people."""

# ruff: noqa: RUF001 - names in other scripts are meant to look as they do

from random import Random

# (name, country, part of an e-mail address)
NAMED = (
    ("Northgate Industrial Supply", "US", "northgate"),
    ("Halvorsen & Sons Plumbing", "US", "halvorsen"),
    ("株式会社みなと機工", "JP", "minato-kiko"),
    ("Blue Heron Hospitality Group", "US", "blueheron"),
    ("Weidemann Werkzeughandel GmbH", "DE", "weidemann"),
    ("شركة الخليج للتجهيزات الصناعية ذ.م.م", "KW", "gulf-fittings"),
    ("Prairie Wind Cooperative", "US", "prairiewind"),
    ("Αφοί Παπαδάκη Εμπορική Α.Ε.", "GR", "papadaki"),
    ("Tideline Marine Outfitters", "US", "tideline"),
    ("Quincaillerie Marchetti et Fils", "FR", "marchetti"),
    ("高雄聯合五金有限公司", "TW", "kaohsiung-hardware"),
    ("Granite Peak Builders", "US", "granitepeak"),
    (
        "Consolidated Fasteners, Bearings, Seals & Power Transmission Products of the Great Lakes Region, Inc.",
        "US",
        "cfb-greatlakes",
    ),
    ("Техника Юг ООД", "BG", "tehnika-yug"),
    ("Sakura Office Systems K.K.", "JP", "sakura-office"),
    ("Redbud School District Purchasing", "US", "redbud"),
    ("Suministros Industriales del Ebro, S.L.", "ES", "sumi-ebro"),
    ("Cedar & Slate Interiors", "CA", "cedarslate"),
    ("Al Manara Trading Co. W.L.L.", "KW", "almanara"),
    ("O'Rourke Electrical Contractors", "US", "orourke"),
    ("Lindqvist Laborbedarf KG", "DE", "lindqvist"),
    ("Ironbark Fabrication", "US", "ironbark"),
    ("有限会社北浜製作所", "JP", "kitahama"),
    ("Harrow Street Kitchens", "CA", "harrowstreet"),
    ("Kestrel Aviation Ground Services", "US", "kestrel"),
    ("Société Nantaise de Matériel Électrique", "FR", "sn-materiel"),
    ("Bayou City Janitorial", "US", "bayoucity"),
    ("Zeppelin Verpackungen AG & Co. KGaA", "DE", "zeppelin-vp"),
    ("مؤسسة البحر الأزرق للتجارة العامة", "KW", "bluesea"),
    ("Copperline Breweries", "US", "copperline"),
    ("Mountain States Dental Alliance", "US", "msdental"),
    ("Talleres Roca Hermanos", "ES", "rocahermanos"),
    ("Four Corners Farm & Ranch", "US", "fourcorners"),
    ("Βιομηχανική Εφοδιαστική Πατρών", "GR", "patras-supply"),
    ("Evergreen Fleet Maintenance", "CA", "evergreenfleet"),
    ("Juniper & Vale Apothecary", "US", "junipervale"),
    ("臺中精密工具股份有限公司", "TW", "taichung-tools"),
    ("St. Brendan's Regional Hospital", "US", "stbrendan"),
    ("Motor City Machine & Die", "US", "mcmachine"),
    ("Old Dominion Textile Rental", "US", "odtextile"),
)

FIRST_WORDS = (
    "Amber",
    "Beacon",
    "Cascade",
    "Delta",
    "Ember",
    "Falcon",
    "Garnet",
    "Harbor",
    "Indigo",
    "Jasper",
    "Keystone",
    "Lumen",
    "Meridian",
    "Nimbus",
    "Orchard",
    "Pioneer",
    "Quartz",
    "Ridge",
    "Sterling",
    "Timber",
    "Union",
    "Vista",
)
SECOND_WORDS = (
    "Building Supply",
    "Catering",
    "Clinics",
    "Electric",
    "Engineering",
    "Equipment",
    "Foods",
    "Freight",
    "Hardware",
    "Logistics",
    "Machining",
    "Mechanical",
    "Packaging",
    "Paints",
    "Safety",
    "Tooling",
    "Workwear",
)
ENDINGS = {
    "US": "Inc.",
    "CA": "Ltd.",
    "DE": "GmbH",
    "FR": "SARL",
    "ES": "S.L.",
    "GR": "Α.Ε.",
    "BG": "ООД",
    "JP": "K.K.",
    "KW": "W.L.L.",
    "TW": "Co., Ltd.",
}
COUNTRY_MIX = ("US",) * 10 + ("CA", "DE", "DE", "FR", "ES", "GR", "BG", "JP", "JP", "KW", "KW", "TW")

PEOPLE = {
    "US": (
        ("Dana", "Whitlock"),
        ("Marcus", "Oyelaran"),
        ("Priya", "Raman"),
        ("Tom", "Lindgren"),
        ("Rosa", "Quiñones"),
    ),
    "CA": (("Élise", "Gagnon"), ("Owen", "MacAulay"), ("Harpreet", "Gill")),
    "DE": (("Jürgen", "Preuß"), ("Anke", "Sommerfeld"), ("Mehmet", "Yıldız")),
    "FR": (("Maëlle", "Rivière"), ("Karim", "Benhaddou")),
    "ES": (("Íñigo", "Etxeberria"), ("Lucía", "Ferrer")),
    "GR": (("Ελένη", "Δημητρίου"), ("Νίκος", "Παπαδάκης")),
    "BG": (("Иван", "Тодоров"), ("Мария", "Колева")),
    "JP": (("美咲", "高橋"), ("健太", "小林")),
    "KW": (("نورة", "العنزي"), ("فيصل", "الرشيدي")),
    "TW": (("怡君", "陳"), ("志豪", "林")),
}


def company(index: int, dice: Random) -> tuple[str, str, str]:
    """The first companies are the named ones; after them names are put together, each with its number."""
    if index < len(NAMED):
        return NAMED[index]
    country = dice.choice(COUNTRY_MIX)
    first, second = dice.choice(FIRST_WORDS), dice.choice(SECOND_WORDS)
    return f"{first} {second} {index} {ENDINGS[country]}", country, f"{first}-{index}".lower()
