"""The columns of a spreadsheet of items: how they are named, in Indonesian and English, and how a cell is read."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

import msgspec

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import Cell, CellError, Parser, choice, day, quantity, whole_number, words
from tatausaha.core.imports.day_order import DayOrder
from tatausaha.core.imports.fields import Field
from tatausaha.core.imports.prices import Rate, price, whole_price
from tatausaha.stock.rules.barcodes import checked_barcode

EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
"""Between these lie the days on which goods come and expire."""

METHODS = {
    "average": ("Weighted average", "Average", "Rata-rata", "Rata-rata tertimbang", "Rerata", "AVG", "WAC"),
    "fifo": ("FIFO", "First in first out", "MPKP", "Masuk pertama keluar pertama"),
}
KINDS = {
    "goods": ("Goods", "Barang dagangan", "Barang", "Dagangan", "Produk", "Product"),
    "supply": ("Supplies", "Office supplies", "Perlengkapan", "Alat tulis kantor", "ATK"),
}
STATUS = {
    True: ("Active", "Aktif", "Dijual", "In stock", "Tersedia", "Backordered", "Backorder", "Dipesan", "Kosong"),
    False: ("Discontinued", "Inactive", "Tidak aktif", "Nonaktif", "Dihentikan", "Berhenti", "Tidak dijual lagi"),
}
"""Whether an item is still bought; one that waits for its supplier is."""


def _barcode() -> Parser:
    whole = words(80)

    def parse(cell: Cell) -> str:
        try:
            return checked_barcode(str(whole(cell)))
        except ValueError:
            raise CellError(text("does not add up: some digit of this barcode is wrong")) from None

    return parse


# The same parsers read a form's fields, so that both doors accept and refuse the same.
PARSERS: dict[str, Parser] = {
    "code": words(60),
    "name": words(200),
    "category": words(100),
    "unit": words(20),
    "shelf_days": whole_number(1, 36_500),
    "warn_days": whole_number(0, 3_650),
    "note": words(500),
    "minimum": quantity(),
    "reorder_quantity": quantity(),
    "holds": quantity(1, 10**11),
    "barcode": _barcode(),
}


def _field(
    name: str,
    label: Text,
    parse: Parser,
    aliases: str,
    example: str = "",
    *,
    required: bool = False,
    days: bool = False,
) -> Field:
    survey = partial(DayOrder, "", EARLIEST, LATEST) if days else None
    return Field(name, label, parse, required, tuple(aliases.split(", ")), example, survey)


FIELDS = (
    _field(
        "code",
        text("Code"),
        PARSERS["code"],
        "kode, kode barang, kode item, kode produk, sku, item code, product code, product id, item id, plu, artikel",
        "BRS-005",
        required=True,
    ),
    _field(
        "name",
        text("Name"),
        PARSERS["name"],
        "nama, nama barang, nama item, nama produk, item name, product name, deskripsi, description, barang, product",
        "Beras Pandan 5 kg",
    ),
    _field(
        "category",
        text("Category"),
        PARSERS["category"],
        "kategori, kelompok, golongan, jenis, jenis barang, kategori barang, product category, department, group",
        "Sembako",
    ),
    _field("unit", text("Unit"), PARSERS["unit"], "satuan, unit of measure, uom, sat", "pcs"),
    _field(
        "barcode",
        text("Barcode"),
        PARSERS["barcode"],
        "kode batang, ean, ean 13, upc, gtin, barcode number, nomor barcode",
        "8991234567891",
    ),
    _field("kind", text("Kind"), choice(KINDS), "macam, tipe, tipe barang, item type", "Barang dagangan"),
    _field(
        "cost_method",
        text("Cost method"),
        choice(METHODS),
        "metode biaya, metode hpp, metode persediaan, costing method, valuation method",
        "FIFO",
    ),
    _field(
        "sale_price",
        text("Sale price"),
        whole_price(),
        "harga jual, harga eceran, selling price, sales price, retail price, price, harga",
        "78.000",
    ),
    _field(
        "shelf_days",
        text("Shelf life in days"),
        PARSERS["shelf_days"],
        "masa simpan, umur simpan, masa simpan hari, shelf life, shelf life days",
        "365",
    ),
    _field(
        "warn_days",
        text("Warning days"),
        PARSERS["warn_days"],
        "hari peringatan, peringatan kedaluwarsa, warn days, expiry warning days",
        "30",
    ),
    _field(
        "status",
        text("Status"),
        choice(STATUS),
        "keadaan, status barang, item status, product status",
        "Aktif",
    ),
    _field("note", text("Note"), PARSERS["note"], "catatan, keterangan, notes, remarks", ""),
    _field(
        "place",
        text("Place"),
        words(200),
        "tempat, gudang, lokasi, toko, cabang, warehouse, store, location, outlet, branch",
        "Toko",
    ),
    _field(
        "minimum",
        text("Minimum"),
        PARSERS["minimum"],
        "stok minimum, stok minimal, minimum stock, min stock, reorder level, reorder point, batas minimum",
        "10",
    ),
    _field(
        "reorder_quantity",
        text("Reorder quantity"),
        PARSERS["reorder_quantity"],
        "jumlah pesan ulang, jumlah pesan, order quantity, reorder qty, qty pesan",
        "24",
    ),
    _field(
        "quantity",
        text("Quantity"),
        quantity(),
        "jumlah, stok, stok awal, saldo awal, qty, stock, stock quantity, opening stock, on hand, persediaan",
        "12",
    ),
    _field(
        "unit_cost",
        text("Unit cost"),
        price(),
        "harga beli, harga pokok, hpp, harga satuan, biaya satuan, unit price, cost, cost price, purchase price",
        "70.000",
    ),
    _field(
        "total_cost",
        text("Total cost"),
        whole_price(),
        "nilai, nilai persediaan, nilai stok, total harga, jumlah harga, stock value, total value, value",
        "",
    ),
    _field(
        "batch", text("Batch"), words(60), "nomor batch, no batch, lot, nomor lot, lot number, batch number", "L2411"
    ),
    _field(
        "expires_on",
        text("Expires on"),
        day(EARLIEST, LATEST),
        "kedaluwarsa, kadaluarsa, tanggal kedaluwarsa, tgl kedaluwarsa, exp, expiry, expiry date, expiration date, best before",
        "31/12/2027",
        days=True,
    ),
    _field(
        "received_on",
        text("Received on"),
        day(EARLIEST, LATEST),
        "tanggal masuk, tanggal terima, tgl masuk, date received, received date, receipt date",
        "01/11/2026",
        days=True,
    ),
)
"""Columns without a field, such as a supplier's name, are shown as not read."""

FACTS = ("name", "category", "unit", "kind", "cost_method", "sale_price", "shelf_days", "warn_days", "note")
"""What of a row describes the item itself; an empty cell leaves what is stored."""
DAYS = ("expires_on", "received_on")
PRICES: dict[str, bool] = {"sale_price": True, "unit_cost": False, "total_cost": True}
"""The fields that are prices, and whether they are whole rupiah."""


def fields_for(_headers: Sequence[str]) -> list[Field]:
    """The same for every file."""
    return list(FIELDS)


def tune(fields: list[Field], choices: Mapping[str, str]) -> list[Field]:
    """The fields as a person has this file read: the order of its days, the currency of its prices."""
    rate = rate_of(choices)
    return [_tuned(field, choices, rate) for field in fields]


def _tuned(field: Field, choices: Mapping[str, str], rate: Rate | None) -> Field:
    if field.name in DAYS:
        survey = partial(DayOrder, choices.get(f"order:{field.name}", ""), EARLIEST, LATEST)
        return msgspec.structs.replace(field, survey=survey)
    if field.name in PRICES:
        return msgspec.structs.replace(field, parse=(whole_price if PRICES[field.name] else price)(rate))
    return field


def rate_of(choices: Mapping[str, str]) -> Rate | None:
    """At which rate the file's prices are read; None when they are in rupiah."""
    return Rate(choices["currency"], int(choices["rate"])) if choices.get("currency") else None
