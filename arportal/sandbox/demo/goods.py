"""The products of the demo store."""

from arportal.sandbox.models import Product

# (SKU prefix, brand, name, price of the first size in US cents, sizes)
RANGES = (
    (
        "GLV-NTR",
        "Handsure",
        "Nitrile disposable gloves, powder free, box of 100",
        1490,
        ("S", "M", "L", "XL"),
    ),
    (
        "BLT-HEX",
        "Torqua",
        "Hex bolt, zinc plated, grade 8, box of 50",
        1875,
        ("M6 x 30", "M8 x 40", "M10 x 60", "M12 x 80"),
    ),
    ("BRG-6200", "Rollex", "Deep groove ball bearing, sealed", 640, ("6200", "6203", "6205", "6208")),
    ("PNT-EPX", "Coverwell", "Two-part epoxy floor paint, grey", 8950, ("5 L", "10 L", "20 L")),
    ("LED-PNL", "Lumora", "LED panel light, 4000 K, 600 x 600 mm", 4275, ("30 W", "40 W")),
    (
        "CBL-XLPE",
        "Kabelon",
        "Copper power cable, XLPE, per 100 m drum",
        21900,
        ("3 x 1.5", "3 x 2.5", "5 x 4"),
    ),
    ("PPR-A4", "Paperton", "Copy paper A4, 80 g, carton of 5 reams", 2799, ("white", "recycled")),
    (
        "CRT-FLD",
        "Boxwright",
        "Folding carton, double wall, bundle of 20",
        3150,
        ("400 x 300 x 300", "600 x 400 x 400"),
    ),
    ("VLV-BAL", "Aquaform", "Ball valve, brass, full bore", 1325, ("1/2 in", "3/4 in", "1 in", "2 in")),
    ("HSE-HYD", "Fluxor", "Hydraulic hose, two wire, per 10 m", 7480, ("DN 10", "DN 16", "DN 25")),
    ("DRL-CRD", "Makrotek", "Cordless drill driver 18 V with two batteries", 18900, ("kit", "body only")),
    ("MSK-FF2", "Handsure", "Folding respirator FFP2, box of 20", 2240, ("with valve", "without valve")),
    ("CLN-DEG", "Purelle", "Industrial degreaser concentrate", 2675, ("5 L", "25 L")),
    ("SHL-BAY", "Storwell", "Boltless shelving bay, 5 shelves, 265 kg each", 13450, ("900 mm", "1200 mm")),
    ("PLT-WRP", "Boxwright", "Pallet wrap, 23 micron, carton of 6 rolls", 4390, ("clear", "black")),
    ("TNR-LJ", "Inkwell", "Toner cartridge, high yield", 11250, ("black", "cyan", "magenta", "yellow")),
    ("CHR-TSK", "Sedera", "Task chair, mesh back, adjustable arms", 22900, ("black", "grey")),
    ("EXT-FIR", "Safegard", "Fire extinguisher, dry powder", 4860, ("2 kg", "6 kg", "9 kg")),
    ("VST-HIV", "Brightway", "High visibility vest, class 2", 745, ("M", "L", "XL", "XXL")),
    ("MTR-3PH", "Dynamo", "Three phase motor, 4 pole, foot mounted", 38900, ("1.5 kW", "3 kW", "7.5 kW")),
    ("CPL-JAW", "Rollex", "Jaw coupling with spider, complete", 5320, ("size 19", "size 24", "size 38")),
    ("COF-ESP", "Altaroma", "Espresso beans, 1 kg bag, case of 8", 11840, ("medium", "dark")),
)


def products() -> list[Product]:
    """Ids from 1, in the order of the table; each larger size costs 35 % more."""
    rows: list[Product] = []
    for prefix, brand, name, cents, sizes in RANGES:
        for step, size in enumerate(sizes):
            price = cents * (100 + 35 * step) // 100
            rows.append(
                Product(
                    id=len(rows) + 1,
                    sku=f"{prefix}-{step + 1:02d}",
                    brand=brand,
                    name=f"{name}, {size}",
                    size=size,
                    price=price * 100,
                    created_at=0,
                    updated_at=0,
                    born=0,
                )
            )
    return rows
