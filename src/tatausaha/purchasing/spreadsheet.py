"""The columns of a spreadsheet of suppliers with their price lists: one row for each price, or one for a supplier alone."""

from collections.abc import Sequence

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import Cell, CellError, Parser, day, quantity, rupiah, words, yes_no
from tatausaha.core.imports.fields import Field
from tatausaha.core.masking import DOTS
from tatausaha.purchasing.secrets import SECRETS
from tatausaha.purchasing.service.suppliers import PARSERS

MOST = 10**13 - 1
SUPPLIER = (
    "code", "name", "contact", "email", "phone", "address", "npwp", "pkp", "terms_days", "lead_days", "bank",
    "bank_account", "bank_holder",
)  # fmt: skip
"""Columns about the supplier; further rows of the same supplier may leave them empty."""


def _open(parse: Parser) -> Parser:
    """A number that left the house masked says nothing when it comes back."""

    def parsed(cell: Cell) -> object:
        if str(cell).startswith(DOTS):
            raise CellError(text("is masked; write it whole, or leave the cell empty"))
        return parse(cell)

    return parsed


def _field(name: str, label: Text, parse: Parser, aliases: str, example: str = "", *, required: bool = False) -> Field:
    parse = _open(parse) if name in SECRETS else parse
    return Field(name, label, parse, required, tuple(one.strip() for one in aliases.split(",")), example)


FIELDS: tuple[Field, ...] = (
    _field("code", text("Code"), PARSERS["code"], "kode, kode supplier, kode pemasok, supplier code", "S-01", required=True),
    _field("name", text("Name"), PARSERS["name"], "nama, supplier, pemasok, nama supplier, nama pemasok", "CV Sumber Pangan"),
    _field("contact", text("Contact"), PARSERS["contact"], "kontak, pic, narahubung", "Budi"),
    _field("email", text("E-mail"), PARSERS["email"], "email, surel", "budi@example.test"),
    _field("phone", text("Telephone"), PARSERS["phone"], "telepon, telp, hp, no hp, phone", "022-123456"),
    _field("address", text("Address"), PARSERS["address"], "alamat", "Jl. Braga 1, Bandung"),
    _field("npwp", text("NPWP"), PARSERS["npwp"], "no npwp, nomor npwp", "0123456789012345"),
    _field("pkp", text("Registered for PPN (PKP)"), yes_no(), "pkp, status pkp", "Ya"),
    _field("terms_days", text("Terms of payment"), PARSERS["terms_days"], "termin, tempo, jatuh tempo, top, terms", "30"),
    _field("lead_days", text("Lead time"), PARSERS["lead_days"], "waktu kirim, lama kirim, lead time days", "7"),
    _field("bank", text("Bank"), PARSERS["bank"], "nama bank", "BCA"),
    _field("bank_account", text("Account number"), PARSERS["bank_account"], "no rekening, rekening", "1234567890"),
    _field("bank_holder", text("Account holder"), PARSERS["bank_holder"], "atas nama, nama rekening", "CV Sumber Pangan"),
    _field("item", text("Item"), words(80), "kode barang, barang, sku, barcode, item code", "BRG-001"),
    _field("supplier_code", text("Supplier's code"), words(60), "kode di supplier, kode pabrik, supplier item code", "SP-77"),
    _field("unit", text("Unit"), words(20), "satuan", "dus"),
    _field("pack", text("Pack"), quantity(1), "kelipatan, isi kemasan", "1"),
    _field("minimum", text("Least order"), quantity(), "minimal order, minimum order, moq", "2"),
    _field("price", text("Price of one unit"), rupiah(0, MOST), "harga, harga satuan, harga beli, price, unit price", "120.000"),
    _field("minimum_quantity", text("From quantity"), quantity(), "mulai jumlah, qty minimal, minimum quantity", ""),
    _field("starts_on", text("First day"), day(), "berlaku mulai, mulai, valid from, tanggal mulai", "01/01/2026"),
    _field("ends_on", text("Last day"), day(), "berlaku sampai, sampai, valid until, tanggal akhir", ""),
)  # fmt: skip


def fields_for(_headers: Sequence[str]) -> list[Field]:
    """The known fields."""
    return list(FIELDS)
