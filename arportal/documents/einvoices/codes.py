"""Code lists of EN 16931 as far as this program writes them; the official rules say the rest."""

import re

from arportal.documents.einvoices.countries import is_country

# Which party an electronic address is one of (EAS): four digits, or two letters.
ADDRESS_SCHEMES = frozenset(
    """
    0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190
    0191 0192 0193 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216
    0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922
    9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944
    9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959 AN AQ AS AU EM
    """.split()
)
# Registers of companies (ICD) are numbered through, with gaps.
REGISTERS = frozenset(f"{number:04d}" for number in range(2, 249)) - {"0092", "0103", "0181", "0182"}
# Kinds of VATEX; each country and article of the directive has codes of its own.
EXEMPTION = re.compile(r"VATEX-(EU|FR|IT|DE|BE)-[A-Z0-9-]{1,20}")
# What a category of tax says by itself, where nobody says more.
EXEMPTION_OF = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
# In the names of rules; the category K was called IC when they were written.
RULES_OF = {"S": "S", "Z": "Z", "E": "E", "AE": "AE", "K": "IC", "G": "G", "O": "O"}
# Before VAT ids stand the letters of a country, or these: of Greece, and of Northern Ireland.
OTHER_PREFIXES = ("EL", "XI")


def has_country(vat_id: str) -> bool:
    """True if a VAT id begins with the country that gave it."""
    return vat_id[:2] in OTHER_PREFIXES or is_country(vat_id[:2])
