"""Reading bank files: what each format says, what is refused by its line, and what nobody can do harm with."""

import datetime as dt
import time
from decimal import Decimal

import pytest

from arportal.receivables.bank import camt as camt_module
from arportal.receivables.bank import reading as module
from arportal.receivables.bank.reading import Format, NoStatement, read
from arportal.receivables.bank.tokens import canonical, is_strong, is_written_out, tokens
from arportal.receivables.tables.table import Unreadable

DAY = dt.date(2026, 11, 28)
MT940 = """{1:F01BANK}{4:
:20:STARTUMS
:25:DE89 3704 0044 0532 0130 00
:60F:C261127EUR1000,00
:61:2611281128C250,00NTRFNONREF//BANK77
:86:166?00SEPA?20EREF+E2E-5?21SVWZ+Rechnung INV-001814 ?22danke?31DE123?32ACME?33 GMBH
:61:2611281128D10,NCHGNONREF
:86:Bank charges
:61:2611301128RC5,00NTRFNONREF
:86:/EREF/E2E-9/NAME/Jansen BV/IBAN/NL91 ABNA 0417/REMI/INV 1900/
:62F:C261128EUR1235,00
-}
"""
ENTRY = (
    '<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts>'
    "<BookgDt><Dt>2026-11-28+01:00</Dt></BookgDt>{details}</Ntry>\n"
)
DETAILS = (
    '<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs><Amt Ccy="EUR">{amount}</Amt>'
    "<RltdPties><Dbtr><Nm>شركة</Nm></Dbtr><DbtrAcct><Id><IBAN>DE1</IBAN></Id></DbtrAcct></RltdPties>"
    "<RmtInf><Ustrd>INV 7</Ustrd><Ustrd>and 8</Ustrd></RmtInf></TxDtls>"
)
BAI2 = """01,BANK,US,261128,2300,1,80,1,2/
02,US,BANK,1,261128,2300,{currency},2/
03,4000123,,010,500000,,/
16,142,25000,V,261130,,B1,C1,ORIG NAME:ACME INC/
88,INV-1814
16,475,1000,,B2,C2,CHECK/
49,{total},5/
98,{total},1,7/
99,{total},1,9/
"""
OFX = """OFXHEADER:100
DATA:OFXSGML
<OFX><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>999</BANKACCTFROM>
<STMTTRN><TRNTYPE>Credit<DTPOSTED>20261128233000[-5:EST]<TRNAMT>{amount}<FITID>F1<NAME>A &amp; B<MEMO>INV 1</STMTTRN>
</STMTRS></OFX>
"""


def camt(*entries: str) -> str:
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><BkToCstmrDbtCdtNtfctn><Ntfctn>'
        f"<Acct><Id><IBAN>DE1</IBAN></Id></Acct>\n{''.join(entries)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )


def problems(text: str) -> list[tuple[int, str]]:
    return [(problem.number, problem.reason) for problem in read(text.encode()).problems]


def test_mt940():
    statement = read(MT940.encode())
    first, charge, reversal = statement.entries
    assert (statement.format, statement.encoding, statement.problems) == (Format.MT940, "UTF-8", [])
    assert (first.account, first.currency, first.amount) == ("DE89370400440532013000", "EUR", Decimal(250))
    assert (first.payer_name, first.payer_account, first.reference) == ("ACME GMBH", "DE123", "E2E-5")
    assert (first.text, first.bank_id, first.number) == ("Rechnung INV-001814 danke", "BANK77", 5)
    assert (charge.amount, charge.text) == (-10, "Bank charges")
    # A reversed credit is money out, whatever the letter C says.
    assert (reversal.amount, reversal.is_reversal, reversal.value_on) == (-5, True, dt.date(2026, 11, 30))
    assert (reversal.booked_on, reversal.payer_account, reversal.text) == (DAY, "NL91ABNA0417", "INV 1900")


def test_camt_in_one_and_in_many():
    two = "".join(DETAILS.format(reference=f"R{each}", amount="50.00") for each in (1, 2))
    text = camt(
        ENTRY.format(amount="70", status="BOOK", details=""),
        ENTRY.format(amount="100.00", status="BOOK", details=f"<NtryDtls>{two}</NtryDtls>"),
        ENTRY.format(amount="99.00", status="BOOK", details=f"<NtryDtls>{two}</NtryDtls>"),
        ENTRY.format(amount="9", status="PDNG", details=""),
    )
    entries = read(text.encode()).entries
    assert [(entry.amount, entry.reference) for entry in entries] == [(70, ""), (50, "R1"), (50, "R2")]
    assert (entries[1].payer_name, entries[1].payer_account, entries[1].text) == (
        "شركة",
        "DE1",
        "INV 7 and 8",
    )
    assert problems(text) == [
        (4, "Its transactions do not add up to its amount."),
        (5, "It is not booked yet (PDNG)."),
    ]


def test_bai2():
    for currency, amount in (("USD", "250.00"), ("JPY", "25000"), ("KWD", "25.000")):
        first, cheque = read(BAI2.format(currency=currency, total=526000).encode()).entries
        assert (first.amount, first.currency, first.account) == (Decimal(amount), currency, "4000123")
        assert (first.payer_name, first.bank_id, first.booked_on) == ("ACME INC", "B1", DAY)
        assert ("INV-1814" in first.text, first.value_on) == (True, dt.date(2026, 11, 30))
        assert cheque.amount < 0
    assert problems(BAI2.format(currency="USD", total=526001))[0][0] == 7


def test_ofx():
    [entry] = read(OFX.format(amount="+250,50").encode()).entries
    assert (entry.amount, entry.booked_on, entry.account) == (Decimal("250.50"), DAY, "999")
    assert (entry.payer_name, entry.bank_id, entry.is_unique, entry.number) == ("A & B", "F1", True, 4)


def test_unreadable_lines_are_refused_by_their_number_and_never_nought():
    amounts = ("x", "", "1.2.3", "1,000,50", "1 000", "1e3", "0.00", "-", "٣", "1.234", "NaN", "9" * 16)
    failures = []
    for amount in amounts:
        files = {
            "mt940": (MT940.replace("C250,00N", f"C{amount.replace('.', ',')}N"), 5),
            "camt": (camt(ENTRY.format(amount=amount, status="BOOK", details="")), 2),
            "ofx": (OFX.format(amount=amount), 4),
            "bai2": (BAI2.format(currency="USD", total=526000).replace(",25000,", f",{amount},"), 4),
        }
        for name, (text, number) in files.items():
            if (name, amount) == ("bai2", "9" * 16):
                continue
            statement = read(text.encode())
            refused = [problem.number for problem in statement.problems]
            if number not in refused or any(entry.number == number for entry in statement.entries):
                failures.append((name, amount, statement))
    assert not failures, failures[:2]
    lines = MT940.splitlines()
    assert problems(MT940.replace("1235,00", "1236,00")) == [
        (11, "The lines do not add up to this closing balance: a line may be missing.")
    ]
    assert lines[10].startswith(":62F:")
    # No day is moved to one that there is.
    assert problems(MT940.replace(":61:2611281128C", ":61:2602300228C"))[0][0] == 5


def test_hostile_files_are_refused_in_time():
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    trn = "<STMTTRN><TRNAMT>" + "<A><![CDATA[" * 200_000
    hostile = {
        "bomb": f"<!DOCTYPE d [{bomb}]>" + camt(),
        "entity": entity + camt(ENTRY.format(amount="&x;", status="BOOK", details="")),
        "namespace": camt(ENTRY.format(amount="1", status="BOOK", details="")).replace("iso:std", "is}o:std"),
        "deep": "<BkToCstmrStmt>" + "<a>" * 100_000,
        "unclosed": camt()[:-30],
        "large": "x" * (5 * 1024**2 + 1),
        "zip": "PK\x03\x04",
        "cdata": OFX.format(amount="1")[:-20] + trn,
        "mt940": ":20:X\n:25:1\n:60F:C261127EUR0,00\n" + ":61:" + "C" * 3_000_000,
        "nothing": "",
        "text": "Dear bank,",
        "nul": ":20:X\n:25:1\n\x00",
    }
    began = time.monotonic()
    for name, text in hostile.items():
        try:
            statement = read(text.encode())
        except Unreadable:
            continue
        assert statement.problems, name
        assert all(entry.amount == 1 for entry in statement.entries), name
    assert time.monotonic() - began < 20
    with pytest.raises(Unreadable, match="takes too long"):
        read(MT940.encode(), seconds=-1)
    with pytest.raises(Unreadable, match="larger than 5 MB"):
        read(hostile["large"].encode())
    with pytest.raises(Unreadable, match="a ZIP archive"):
        read(hostile["zip"].encode())


def test_what_just_keeps_to_a_limit_is_read(monkeypatch):
    content = MT940.replace("D10,N", "D1x,N").encode()
    for name, has in (("MOST_BYTES", len(content)), ("MOST_LINES", 2), ("MOST_PROBLEMS", 1)):
        with monkeypatch.context() as limits:
            limits.setattr(module, name, has)
            statement = read(content)
            assert (len(statement.entries), len(statement.problems)) == (2, 1), name
            limits.setattr(module, name, has - 1)
            with pytest.raises(Unreadable):
                read(content)


def test_encodings_are_told():
    umlaut = MT940.replace("ACME", "MÜLLER")
    for encoding, told in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16")):
        statement = read(umlaut.encode(encoding))
        assert (statement.encoding, statement.entries[0].payer_name) == (told, "MÜLLER GMBH")


def test_whole_references_alone():
    same = (
        "INV-001814",
        "inv 1814",
        "INV1814",
        "Inv #1814",
        "\uff29\uff2e\uff36\uff0d\uff11\uff18\uff11\uff14",
    )
    assert all(canonical("INV-1814") in tokens(f"Re {text}, thanks") for text in same)
    for text in ("2 1814", "order 1814 14th", "21814", "vom 14.10.2026", "2026-10-14", "181,400"):
        assert not {"14", "21814", "14102026", "181400", "20261014"} & set(tokens(text)) - {text}, text
    assert all(map(is_strong, ("123456", "inv7")))
    assert not any(map(is_strong, ("14", "4711", "12345", "a1", "ab1")))
    assert is_written_out("00001193", "Re 00001193.")
    # A word without a digit is nobody's reference, nor is one that is longer than any.
    assert tokens("Thanks, order A-12 of 0", "9" * 40, "8" * 41, "re B7") == ["12", "9" * 40, "a12", "b7"]
    assert [is_written_out(each, f"Re {each}.") for each in ("001193", "01193")] == [True, False]
    assert not any(
        is_written_out("00001193", text) for text in ("Re 1193", "100001193", "000011930", "x00001193")
    )


def test_what_camt_says_of_a_line():
    parts = {
        "AcctSvcrRef": "<AcctSvcrRef>ENTRY</AcctSvcrRef>",
        "RvslInd": "<RvslInd>true</RvslInd>",
        "ValDt": "<ValDt><Dt>2026-11-30</Dt></ValDt>",
    }
    about = "".join(parts.values())
    own = "<Refs><AcctSvcrRef>OWN{n}</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt>50</Amt></TxAmt></AmtDtls>"
    own += "<RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
    nothing = "<AmtDtls><TxAmt><Amt>50</Amt></TxAmt></AmtDtls>"
    told = "<AddtlNtryInf>Charges</AddtlNtryInf>"
    text = camt(
        ENTRY.format(amount="70", status="BOOK", details=about + told),
        ENTRY.format(
            amount="70",
            status="BOOK",
            details=f"{about}<NtryDtls><TxDtls>{own.format(n=0)}</TxDtls></NtryDtls>{told}",
        ),
        ENTRY.format(
            amount="100",
            status="BOOK",
            details=f"{parts['AcctSvcrRef']}<NtryDtls><TxDtls>{own.format(n=1)}</TxDtls>"
            f"<TxDtls>{nothing}</TxDtls></NtryDtls>{told}",
        ),
    )
    statement = read(text.encode())
    alone, one, first, second = statement.entries
    assert statement.problems == []
    assert (alone.bank_id, alone.is_identified, alone.text, alone.is_reversal) == (
        "ENTRY",
        True,
        "Charges",
        True,
    )
    assert (alone.value_on, alone.booked_on, first.value_on) == (dt.date(2026, 11, 30), DAY, DAY)
    assert (one.bank_id, one.text, one.number) == ("OWN0", "RF18", 3)
    # The id of the whole is not that of a part of it: it would make one of two.
    assert (first.bank_id, second.bank_id, second.is_identified) == ("OWN1", "", False)
    assert (first.is_reversal, second.text) == (False, "Charges")
    # Of an entry that is one transaction, its id is that of the whole; and a debit takes money away.
    same = ENTRY.format(
        amount="50",
        status="BOOK",
        details=f"{parts['AcctSvcrRef']}<NtryDtls><TxDtls>{nothing}</TxDtls></NtryDtls>",
    )
    [debit] = read(camt(same.replace("CRDT", "DBIT")).encode()).entries
    assert (debit.bank_id, debit.amount) == ("ENTRY", -50)
    declared = text.replace("<Document", "<!DOCTYPE d><Document")
    with pytest.raises(Unreadable, match="declares a document type"):
        read(declared.encode())
    other = ENTRY.format(
        amount="100",
        status="BOOK",
        details=f"<NtryDtls>{DETAILS.format(reference='A', amount='50')}"
        f"{DETAILS.format(reference='B', amount='50').replace('EUR', 'USD')}</NtryDtls>",
    )
    assert problems(camt(other)) == [(2, "Its transactions do not add up to its amount.")]


def test_only_the_account_of_the_statement_is_that_of_its_lines():
    inner = (
        "<NtryDtls><TxDtls><RltdPties><Acct><Id><IBAN>DE9</IBAN></Id></Acct></RltdPties></TxDtls></NtryDtls>"
    )
    entries = [ENTRY.format(amount=amount, status="BOOK", details=inner) for amount in ("1", "2")]
    assert {entry.account for entry in read(camt(*entries).encode()).entries} == {"DE1"}


def test_what_ofx_says_of_a_line():
    more = "<REFNUM>{reference}<CHECKNUM>77<CORRECTFITID>F0<DTAVAIL>20261130120000"
    more += "<BANKACCTTO><BANKID>2<ACCTID>de 5</BANKACCTTO>"
    text = OFX.format(amount="-10.50").replace("<FITID>", more.format(reference="R1") + "<FITID>")
    second = text[text.index("<STMTTRN>") : text.index("</STMTRS>")].replace("R1", "").replace("-10", "10")
    first, next_ = read(text.replace("</STMTRS>", f"{second}</STMTRS>").encode()).entries
    # Who is named in a line is not whose statement it is.
    assert (first.account, next_.account, first.payer_account) == ("999", "999", "DE5")
    assert (first.amount, next_.amount) == (Decimal("-10.50"), Decimal("10.50"))
    assert (first.reference, next_.reference, first.text) == ("R1", "77", "INV 1")
    assert (first.value_on, first.booked_on) == (dt.date(2026, 11, 30), DAY)
    assert (first.is_reversal, first.is_identified) == (True, True)
    [plain] = read(OFX.format(amount="1").replace("<FITID>F1", "").encode()).entries
    assert (plain.is_reversal, plain.is_identified, plain.is_unique, plain.reference) == (
        False,
        False,
        False,
        "",
    )
    cut = OFX.format(amount="1").split("<MEMO>")[0]
    assert problems(cut) == [(4, "The file ends within this line.")]
    for long in ("<MEMO>" + "x" * 4_000, "<A>1" * 101):
        assert problems(OFX.format(amount="1").replace("<MEMO>INV 1", long)) == [
            (4, "This line is too long.")
        ]


def test_what_bai2_says_of_a_line():
    text = BAI2.format(currency="USD", total=526000)
    first, cheque = read(text.encode()).entries
    assert (first.reference, first.text, cheque.text) == ("C1", "ORIG NAME:ACME INC,INV-1814", "CHECK")
    assert (cheque.amount, cheque.value_on, cheque.bank_id) == (-10, DAY, "B2")
    longer = text.replace("NAME:ACME INC/", "NAME:ACME INC  ID:77/")
    assert read(longer.encode()).entries[0].payer_name == "ACME INC"
    # Without a trailer its last line is a line all the same; an amount that is none, and one of no sign.
    last = text.split("49,")[0]
    assert len(read(last.encode()).entries) == 2
    refused = {
        "16,475,0,,B2,C2,CHECK/": "Its amount is zero.",
        "16,010,1000,,B2,C2,CHECK/": "Type 010 is neither money in nor money out.",
        "16,475": "“” is not an amount.",
        "16,475,1,000,,B2,C2,CHECK/": "This line cannot be read as BAI2.",
    }
    for line, reason in refused.items():
        # And no sum is drawn over lines that are not all there.
        assert problems(text.replace("16,475,1000,,B2,C2,CHECK/", line)) == [(6, reason)]
    assert read(text.replace("16,475,1000,", "16,475,1,").replace("526000", "525001").encode()).problems == []


def test_no_line_of_bai2_goes_to_the_account_before():
    text = BAI2.format(currency="USD", total=526000)
    head, lines = text.index("03,"), text.index("98,")
    account = text[head:lines]
    for other in (account.replace("4000123", ""), account.replace(",500000,", ",x,")):
        twice = text[:lines] + other + text[lines:]
        statement = read(twice.encode())
        assert {entry.number for entry in statement.entries} == {4, 6}, other
        assert [problem.number for problem in statement.problems] == [8, 9, 11], other
    group = text.index("02,")
    foot = text.index("99,")
    again = text[group:foot].replace("261128,2300", "x,2300")
    statement = read((text[:foot] + again + text[foot:]).encode())
    assert {entry.number for entry in statement.entries} == {4, 6}


def test_what_mt940_says_of_a_line():
    def first(details: str, text: str = MT940):
        begin = text.index(":86:166")
        return read((text[:begin] + details + text[text.index("\n:61:2611281128D") :]).encode()).entries[0]

    wrapped = first(":86:166?00SEPA?20SVWZ+Rechnung\n?21INV-1814?32ACME\n?33GMBH")
    assert ("INV-1814" in wrapped.text, wrapped.payer_name) == (True, "ACMEGMBH")
    assert first(":86:/NAME/Jan/REMI/INV\n1900/").text == "INV1900"
    begun = MT940.replace("//BANK77\n", "//BANK77\nSCT 4711\n").replace("0130 00\n", "0130 00\nEUR\n")
    supplement = read(begun.replace("GMBH\n", "GMBH\n{5:{CHK:1}}\n").encode()).entries[0]
    assert (supplement.text.endswith("danke SCT 4711"), supplement.payer_name) == (True, "ACME GMBH")
    assert supplement.account == "DE89370400440532013000"
    assert problems(MT940.replace("?22danke", "?22" + "x" * 4_000)) == [(5, "This line is too long.")]
    debit = MT940.replace(":60F:C261127EUR1000,00", ":60F:D261127EUR1000,00")
    assert problems(debit.replace(":62F:C261128EUR1235,00", ":62F:D261128EUR765,00")) == []
    # Interim reports say the currency alone; no sum is drawn over lines that are not all there.
    interim = MT940.replace(":60F:C261127EUR1000,00", ":34F:EURD0,").replace(":62F:C261128EUR1235,00\n", "")
    assert {entry.currency for entry in read(interim.encode()).entries} == {"EUR"}
    assert problems(MT940.replace("D10,N", "D1x,N")) == [
        (7, "This line does not begin as MT940 says: date, sign, amount.")
    ]


def test_each_format_is_known_by_what_no_other_file_has():
    alone = camt(ENTRY.format(amount="70", status="BOOK", details=""))
    without_names = alone.replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"', "")
    assert read(without_names.encode()).format == Format.CAMT
    for text in (
        '<?xml version="1.0"?><Document><Ntry/></Document>',
        "01,Acme,5.00\n03,Bolt,6.00\n",
        "Day;Time;Sum\n2026-11-03;08:20:15;5.00\n2026-11-04;09:31:00;6.00\n",
        # Times within a line are no tags of MT940: such a table has columns to be explained.
        "Day;Time;Sum\n2026-11-03;08:20:15;5.00\n2026-11-04;09:25:00;6.00\n",
    ):
        with pytest.raises(NoStatement):
            read(text.encode())


@pytest.mark.parametrize("mark", ["</MEMO>", "</A></A>", "<MEMO>x</MEMO>y", "</A><B>1"])
def test_a_line_of_ofx_whose_marks_do_not_match_is_refused_and_those_beside_it_are_read(mark):
    text = OFX.format(amount="1")
    good = text[text.index("<STMTTRN>") : text.index("</STMTRS>")]
    statement = read(text.replace("<MEMO>INV 1", mark).replace("</STMTRS>", f"{good}</STMTRS>").encode())
    assert [(each.number, each.reason) for each in statement.problems] == [
        (4, "This line cannot be read as OFX.")
    ]
    assert [entry.number for entry in statement.entries] == [5]


def test_a_line_is_as_long_as_may_be_and_no_longer(monkeypatch):
    ofx = OFX.format(amount="1")
    transaction = ofx[ofx.index("<STMTTRN>") + 9 : ofx.index("</STMTTRN>")]
    bai2 = BAI2.format(currency="USD", total=526000)
    record = bai2[bai2.index("16,142") : bai2.index("16,475")].replace("\n", "")
    entry = (
        MT940[MT940.index("2611281128C250") : MT940.index(":61:2611281128D")].replace("\n:86:", "").strip()
    )
    for text, number, before, filling, count in (
        (ofx, 4, "<MEMO>", "x", 4_000 - len(transaction)),
        (ofx, 4, "<FITID>F1", "<A>1", 100 - transaction.count("<")),
        (bai2, 4, "INV-1814", "x", 4_000 - len(record)),
        (MT940, 5, "?22", "x", 4_000 - len(entry)),
    ):
        assert problems(text.replace(before, before + filling * count)) == []
        longer = text.replace(before, before + filling * (count + 1))
        assert problems(longer)[0] == (number, "This line is too long.")
    two = "".join(DETAILS.format(reference=f"R{each}", amount="50.00") for each in (1, 2))
    collective = camt(ENTRY.format(amount="100", status="BOOK", details=f"<NtryDtls>{two}</NtryDtls>"))
    monkeypatch.setattr(camt_module, "MOST_IN_ONE", 2)
    assert len(read(collective.encode()).entries) == 2
    monkeypatch.setattr(camt_module, "MOST_IN_ONE", 1)
    assert problems(collective) == [(2, "It is made of too many transactions.")]


def test_where_it_stands_is_told_and_of_what_is_wrong_the_beginning():
    parts = "\n".join(DETAILS.format(reference=f"R{each}", amount="50.00") for each in (1, 2))
    entry = ENTRY.format(amount="100", status="BOOK", details=f"\n<NtryDtls>\n{parts}</NtryDtls>")
    assert [each.number for each in read(camt(entry).encode()).entries] == [4, 5]
    assert problems(camt(ENTRY.format(amount="9", status="12345678901", details=""))) == [
        (2, "It is not booked yet (1234567890).")
    ]
    with pytest.raises(Unreadable, match=r"not well-formed XML \(line 3\)"):
        read(camt(entry).replace("<NtryDtls>", "<NtryDtls></Ntry>").encode())
    assert [each.number for each in read(("\n" + OFX.format(amount="1")).encode()).entries] == [5]
    long = "x" * 41
    assert problems(BAI2.format(currency="USD", total=526000).replace(",25000,", f",{long},")) == [
        (4, f"“{long[:40]}” is not an amount.")
    ]


def test_mt940_beyond_the_purpose_and_with_an_amount_that_the_library_cuts():
    more = MT940.replace("?22danke", "?22danke?60INV-9")
    assert "INV-9" in read(more.encode()).entries[0].text
    assert read(MT940.replace("NCHGNONREF", "NCHGREF-8").encode()).entries[1].reference == "REF-8"
    # The library takes the first fifteen characters of an amount for all of it.
    assert problems(MT940.replace("C250,00N", "C1234567890123,45N")) == [
        (5, "This line cannot be read as MT940.")
    ]


def test_bai2_adds_up_what_its_records_say_and_nothing_else():
    text = BAI2.format(currency="USD", total=26000).replace("010,500000", "010,")
    assert problems(text) == []
    # A line that is no record of it goes to nobody's text.
    strange = read(text.replace("88,INV-1814\n", "88,INV-1814\nPage 2\n").encode())
    assert [entry.text for entry in strange.entries] == ["ORIG NAME:ACME INC,INV-1814", "CHECK"]
    assert problems(text.replace("49,26000,5/\n", "49,26000,5/\n88,more\n")) == []
