"""The places of the demo companies: towns, streets, postcodes, tax and currency of each country."""

# ruff: noqa: RUF001 - names in other scripts are meant to look as they do

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Place:
    """zip_code: # is a digit, @ a letter; tax in per mille; towns are (city, state)."""

    country: str
    currency: str
    tax: int
    zip_code: str
    phone: str
    streets: tuple[str, ...]
    towns: tuple[tuple[str, str], ...]


PLACES = {
    "US": Place(
        "United States",
        "USD",
        72,
        "#####",
        "+1 ###-555-01##",
        ("Harbor Road", "Mill Street", "Foundry Avenue", "Depot Lane", "Commerce Drive", "Old Quarry Road"),
        (
            ("Toledo", "Ohio"),
            ("Tacoma", "Washington"),
            ("Savannah", "Georgia"),
            ("Duluth", "Minnesota"),
            ("El Paso", "Texas"),
            ("Reno", "Nevada"),
            ("Albany", "New York"),
        ),
    ),
    "CA": Place(
        "Canada",
        "USD",
        50,
        "K#@ #@#",
        "+1 ###-555-01##",
        ("Lakeshore Road", "Industrial Parkway", "King Street"),
        (("Hamilton", "Ontario"), ("Surrey", "British Columbia"), ("Halifax", "Nova Scotia")),
    ),
    "DE": Place(
        "Germany",
        "EUR",
        190,
        "#####",
        "+49 30 55 5####",
        ("Gewerbestraße", "Hafenallee", "Am Güterbahnhof", "Lindenweg"),
        (("Kassel", "Hessen"), ("Rostock", "Mecklenburg-Vorpommern"), ("Köln", "Nordrhein-Westfalen")),
    ),
    "FR": Place(
        "France",
        "EUR",
        200,
        "#####",
        "+33 1 55 55 ## ##",
        ("rue des Forges", "avenue de la Gare", "quai du Commerce"),
        (("Lyon", "Auvergne-Rhône-Alpes"), ("Nantes", "Pays de la Loire"), ("Lille", "Hauts-de-France")),
    ),
    "ES": Place(
        "Spain",
        "EUR",
        210,
        "#####",
        "+34 955 55 ## ##",
        ("Calle del Puerto", "Avenida de la Industria", "Polígono Sur"),
        (("Zaragoza", "Aragón"), ("Vigo", "Galicia"), ("Málaga", "Andalucía")),
    ),
    "GR": Place(
        "Greece",
        "EUR",
        240,
        "### ##",
        "+30 21 0555 ####",
        ("Οδός Λιμένος", "Λεωφόρος Βιομηχανίας", "Οδός Εμπορίου"),
        (("Πάτρα", "Αχαΐα"), ("Βόλος", "Μαγνησία"), ("Αθήνα", "Αττική")),
    ),
    "BG": Place(
        "Bulgaria",
        "EUR",
        200,
        "####",
        "+359 2 555 ###",
        ("ул. Индустриална", "бул. Черни връх", "ул. Пристанищна"),
        (("Пловдив", "Пловдив"), ("Варна", "Варна"), ("Русе", "Русе")),
    ),
    "JP": Place(
        "Japan",
        "JPY",
        100,
        "###-####",
        "+81 3 5555 ####",
        ("中央町", "港南", "栄町", "工業団地"),
        (("大阪市", "大阪府"), ("浜松市", "静岡県"), ("仙台市", "宮城県")),
    ),
    "KW": Place(
        "Kuwait",
        "KWD",
        0,
        "#####",
        "+965 2555 ####",
        ("شارع الخليج", "شارع الصناعة", "طريق الميناء"),
        (("الكويت", "العاصمة"), ("الفحيحيل", "الأحمدي"), ("حولي", "حولي")),
    ),
    "TW": Place(
        "Taiwan",
        "USD",
        50,
        "###",
        "+886 2 5555 ####",
        ("工業路", "中山路", "港口街"),
        (("高雄市", "三民區"), ("臺中市", "西屯區"), ("臺北市", "內湖區")),
    ),
}

LETTERS = "ABCEGHJKLMNPRSTVXY"


def filled(pattern: str, dice: Random) -> str:
    pick = {"#": "0123456789", "@": LETTERS}
    return "".join(dice.choice(pick[mark]) if mark in pick else mark for mark in pattern)
