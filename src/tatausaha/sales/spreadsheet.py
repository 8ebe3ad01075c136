"""The columns of a till's file: how tills name them, in Indonesian and English, and how a cell is read."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from tatausaha.core.dates import EARLIEST, LATEST
from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import Cell, CellError, Parser, choice, day, quantity, rupiah, whole_number, words
from tatausaha.core.imports.fields import Field
from tatausaha.sales.rules.methods import method_of
from tatausaha.sales.rules.receipts import MOST_LINES

MOST = 10**12
KINDS = {
    "sale": ("Sale", "Penjualan", "Jual", "Sales", "Selesai", "Completed", "Paid", "Lunas", "Normal"),
    "refund": ("Refund", "Retur", "Return", "Pengembalian", "Retur penjualan"),
    "void": ("Void", "Batal", "Dibatalkan", "Cancelled", "Canceled"),
}
_CLOCK = re.compile(r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:\.\d+)?)?", re.ASCII)
_MOMENT = re.compile(
    rf"(?P<day>.*\d{{4}}|\d{{4}}\S+)[ T]+(?P<clock>{_CLOCK.pattern})(?P<zone>Z|[+-]\d\d:?\d\d)?", re.ASCII
)
_DAY = day(EARLIEST, LATEST)


def moment() -> Parser:
    """A day, or a day with a clock: gives a date or a datetime, with a zone only where the cell names it."""

    def parse(cell: Cell) -> date | datetime:
        match = _MOMENT.fullmatch(cell) if isinstance(cell, str) else None
        if match is None:
            return _day(cell)
        return datetime.combine(_day_again(match["day"]), _time(match), _zone(match["zone"]))

    return parse


def _zone(written: str | None) -> timezone | None:
    if written is None:
        return None
    minutes = 0 if written == "Z" else int(written[1:3]) * 60 + int(written[-2:])
    if minutes >= 24 * 60:
        raise CellError(text("is not a time of day, such as 14.30"))
    return timezone(timedelta(minutes=-minutes if written[0] == "-" else minutes))


def clock() -> Parser:
    """The hour and minute of a sale."""

    def parse(cell: Cell) -> time:
        match = _CLOCK.fullmatch(cell) if isinstance(cell, str) else None
        if match is None:
            raise CellError(text("is not a time of day, such as 14.30"))
        return _time(match)

    return parse


def _day(cell: Cell) -> date:
    found = _DAY(cell)
    assert isinstance(found, date)
    return found


@lru_cache(64)
def _day_again(written: str) -> date:
    """Thousands of receipts bear the same day, each with another hour."""
    return _day(written)


def _time(match: re.Match[str]) -> time:
    return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))


def _method() -> Parser:
    read = words(60)
    return lambda cell: method_of(str(read(cell)))


def _field(name: str, label: Text, parse: Parser, aliases: str, example: str = "", *, required: bool = False) -> Field:
    return Field(name, label, parse, required, tuple(aliases.split(", ")), example)


FIELDS = (
    _field(
        "day",
        text("Day"),
        moment(),
        "tanggal, tgl, date, tanggal transaksi, tgl transaksi, transaction date, tanggal penjualan, datetime, waktu,"
        " tanggal jam, timestamp, sold at, tanggal struk",
        "21/11/2026",
        required=True,
    ),
    _field("time", text("Time"), clock(), "jam, pukul, time, jam transaksi, waktu transaksi", "14.30"),
    _field(
        "receipt",
        text("Receipt number"),
        words(60),
        "struk, no struk, nomor struk, nota, no nota, nomor nota, receipt, receipt no, no transaksi,"
        " nomor transaksi, id transaksi, transaction id, transaction, invoice, invoice no, no faktur, bill, bill no",
        "A-000123",
    ),
    _field("line", text("Line"), whole_number(1, MOST_LINES), "baris, no baris, line number, line no, item no", "1"),
    _field(
        "item",
        text("Item"),
        words(200),
        "kode barang, kode item, kode produk, sku, plu, barcode, ean, item code, product code, kode, barang, item id,"
        " nama barang, nama item, nama produk, produk, product, item name, product name, description, keterangan",
        "KOPI-01",
        required=True,
    ),
    _field(
        "quantity",
        text("Quantity"),
        quantity(-MOST, MOST),
        "qty, jumlah, kuantitas, banyak, banyaknya, jml, terjual, quantity sold",
        "2",
        required=True,
    ),
    _field(
        "price",
        text("Unit price"),
        rupiah(0, MOST),
        "harga, harga satuan, harga jual, price, sale price, @",
        "10.000",
    ),
    _field("discount", text("Discount"), rupiah(0, MOST), "diskon, potongan, disc, potongan harga", "0"),
    _field(
        "amount",
        text("Amount"),
        rupiah(-MOST, MOST),
        "total, subtotal, sub total, nilai, total harga, jumlah harga, jumlah rp, net, net sales, penjualan, omzet",
        "20.000",
    ),
    _field(
        "method",
        text("Payment method"),
        _method(),
        "metode, metode pembayaran, metode bayar, pembayaran, cara bayar, bayar, payment, payment type, tender",
        "Tunai",
    ),
    _field("cashier", text("Cashier"), words(200), "kasir, nama kasir, operator, user, pengguna", "Sari"),
    _field("shift", text("Shift"), words(60), "no shift, nomor shift, sesi, shift no", "1"),
    _field("till", text("Till"), words(40), "mesin, mesin kasir, terminal, register, pos, kassa, no mesin", "K1"),
    _field("kind", text("Kind"), choice(KINDS), "jenis, jenis transaksi, tipe, status, type, transaction type", "Jual"),
)


def fields_for(_headers: Sequence[str] = ()) -> list[Field]:
    """The columns that a till's file may have; what else is in it is left out."""
    return list(FIELDS)
