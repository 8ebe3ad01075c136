"""What the demo's shop sells and from whom it buys: all of it made up, prices as one meets them."""

import msgspec


class Goods(msgspec.Struct, frozen=True):
    """An item, what it costs and sells for in rupiah, how many go over the counter on a day, and how long it keeps."""

    code: str
    name: str
    category: str
    unit: str
    cost: int
    price: int
    pace: int
    days: int = 0  # shelf life; none for what keeps
    box: int = 0  # how many a box holds


class Trader(msgspec.Struct, frozen=True):
    """A supplier of the shop, and the categories it delivers."""

    code: str
    name: str
    contact: str
    terms: int
    lead: int
    categories: tuple[str, ...]
    account: str
    pkp: bool = True


GOODS = (
    Goods("BRS-05", "Beras pulen 5 kg", "Sembako", "sak", 64_000, 72_500, 6),
    Goods("BRS-10", "Beras pulen 10 kg", "Sembako", "sak", 126_000, 141_000, 3),
    Goods("GLA-01", "Gula pasir 1 kg", "Sembako", "bks", 15_400, 17_500, 9, box=20),
    Goods("MNY-01", "Minyak goreng 1 l", "Sembako", "pcs", 16_200, 18_500, 8, box=12),
    Goods("MNY-02", "Minyak goreng 2 l", "Sembako", "pcs", 32_000, 36_500, 4, box=6),
    Goods("TPG-01", "Tepung terigu 1 kg", "Sembako", "bks", 10_800, 12_500, 5, box=12),
    Goods("TLR-10", "Telur ayam 10 butir", "Sembako", "pak", 22_500, 26_000, 7, days=21),
    Goods("KCP-01", "Kecap manis 520 ml", "Sembako", "btl", 17_900, 21_000, 3, box=12),
    Goods("MIE-01", "Mi instan goreng", "Makanan ringan", "pcs", 2_750, 3_300, 30, box=40),
    Goods("MIE-02", "Mi instan kuah", "Makanan ringan", "pcs", 2_650, 3_200, 24, box=40),
    Goods("BSK-01", "Biskuit kelapa 300 g", "Makanan ringan", "pcs", 9_400, 11_500, 5, box=12),
    Goods("KRP-01", "Keripik singkong 150 g", "Makanan ringan", "pcs", 7_200, 9_500, 4),
    Goods("WFR-01", "Wafer cokelat 110 g", "Makanan ringan", "pcs", 5_900, 7_500, 6, box=24),
    Goods("ROT-01", "Roti tawar", "Makanan ringan", "pcs", 12_000, 15_500, 6, days=6),
    Goods("AIR-06", "Air mineral 600 ml", "Minuman", "btl", 2_300, 3_500, 28, box=24),
    Goods("AIR-19", "Air mineral galon", "Minuman", "gln", 17_000, 21_000, 5),
    Goods("TEH-01", "Teh botol 350 ml", "Minuman", "btl", 3_400, 5_000, 14, box=24),
    Goods("KPI-01", "Kopi bubuk 165 g", "Minuman", "bks", 13_600, 16_500, 4, box=20),
    Goods("SUS-01", "Susu UHT 1 l", "Minuman", "ktk", 16_800, 19_900, 6, days=120, box=12),
    Goods("YOG-01", "Yogurt stroberi 250 ml", "Minuman", "btl", 9_800, 12_500, 3, days=28),
    Goods("SBN-01", "Sabun mandi 85 g", "Perawatan", "pcs", 3_600, 4_500, 8, box=72),
    Goods("SPO-01", "Sampo 170 ml", "Perawatan", "btl", 21_500, 25_500, 2, box=24),
    Goods("PSG-01", "Pasta gigi 190 g", "Perawatan", "pcs", 13_900, 16_900, 3, box=36),
    Goods("DET-01", "Deterjen bubuk 770 g", "Rumah tangga", "bks", 18_700, 22_500, 4, box=12),
    Goods("PCR-01", "Sabun cuci piring 755 ml", "Rumah tangga", "pcs", 13_200, 15_900, 4, box=12),
    Goods("TSU-01", "Tisu wajah 250 lembar", "Rumah tangga", "pak", 9_900, 12_900, 5),
    Goods("LLN-01", "Lilin isi 6", "Rumah tangga", "pak", 8_500, 12_000, 0),
    Goods("PYG-01", "Payung lipat", "Rumah tangga", "pcs", 31_000, 49_000, 0),
)
SUPPLIES = (
    Goods("ATK-01", "Kertas A4 70 g", "Perlengkapan", "rim", 48_000, 0, 0),
    Goods("ATK-02", "Gulungan struk 58 mm", "Perlengkapan", "rol", 4_200, 0, 0),
    Goods("ATK-03", "Kantong belanja besar", "Perlengkapan", "pak", 18_500, 0, 0),
)
TRADERS = (
    Trader("SPJ", "PT Sembako Prima Jatim", "Ibu Rini", 14, 3, ("Sembako",), "0881234567"),
    Trader("MKB", "CV Makmur Berkah", "Pak Anton", 30, 5, ("Makanan ringan", "Minuman"), "1400098765432"),
    Trader("RBA", "UD Rumah Bersih Abadi", "Pak Yusuf", 21, 7, ("Perawatan", "Rumah tangga"), "0391122334", pkp=False),
)
PLACES = (("PSR", "Toko Pasar Baru", "store"), ("DRM", "Toko Darmo", "store"), ("GDG", "Gudang Rungkut", "warehouse"))
CASHIERS = ("Ningsih", "Agus")
