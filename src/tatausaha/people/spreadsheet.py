"""The columns of a spreadsheet of employees: how they are named, in Indonesian and English, and how a cell is read."""

import re
from collections.abc import Sequence

from tatausaha.core.i18n import Text, text
from tatausaha.core.imports.cells import Parser, account, choice, day, digits, email, normalised, rupiah, words, yes_no
from tatausaha.core.imports.fields import Field, match_columns
from tatausaha.core.masking import DOTS
from tatausaha.people.rules import NIK_DIGITS, NPWP_DIGITS
from tatausaha.people.secrets import SECRETS

MOST = 10**13 - 1
ALLOWANCE = "allowance:"
"""Begins the field name of an allowance that bears the client's own name."""

_NAMED = re.compile(r"(tunjangan|allowance)\b|.*\ballowance$")

PTKP: dict[str, tuple[str, ...]] = {
    f"{marriage}/{children}": (f"{marriage}/{children}", f"{marriage}{children}")
    for marriage in ("TK", "K")
    for children in range(4)
}
GENDERS = {
    "female": ("Female", "Perempuan", "Wanita", "P", "F"),
    "male": ("Male", "Laki-laki", "Laki laki", "Lelaki", "Pria", "L", "M"),
}
TAX_METHODS = {
    "gross": ("Gross", "Bruto", "Ditanggung karyawan"),
    "gross_up": ("Gross-up", "Grossup", "Tunjangan pajak"),
    "net": ("Net", "Nett", "Neto", "Ditanggung perusahaan"),
}
CONTRACT_KINDS = {
    "permanent": ("PKWTT", "Permanent", "Tetap", "Karyawan tetap"),
    "fixed_term": ("PKWT", "Fixed term", "Kontrak", "Karyawan kontrak", "Tidak tetap", "Contract"),
}
JKK_CLASSES = {
    "I": ("I", "1", "Kelas I", "Sangat rendah"),
    "II": ("II", "2", "Kelas II", "Rendah"),
    "III": ("III", "3", "Kelas III", "Sedang"),
    "IV": ("IV", "4", "Kelas IV", "Tinggi"),
    "V": ("V", "5", "Kelas V", "Sangat tinggi"),
}

# The same parsers read a form's fields, so that both doors accept and refuse the same.
PARSERS: dict[str, Parser] = {
    "number": words(40),
    "name": words(200),
    "nik": digits(NIK_DIGITS),
    "npwp": digits(NPWP_DIGITS),
    "email": email(),
    "phone": words(40),
    "address": words(500),
    "department": words(100),
    "position": words(100),
    "bpjs_kesehatan_number": words(40),
    "bpjs_tk_number": words(40),
    "bank": words(60),
    "bank_account": account(),
    "bank_holder": words(200),
}


def _or_masked(parse: Parser) -> Parser:
    """Lets through what an export masked; whether it is still the same number is for the comparison to tell."""
    return lambda cell: cell if isinstance(cell, str) and cell.startswith(DOTS) else parse(cell)


def _field(name: str, label: Text, parse: Parser, aliases: str, example: str = "", *, required: bool = False) -> Field:
    read = _or_masked(parse) if name in SECRETS else parse
    return Field(name, label, read, required, tuple(aliases.split(", ")), example)


FIELDS = (
    _field(
        "number",
        text("Number"),
        PARSERS["number"],
        "nomor, nomor karyawan, no karyawan, nip, employee number, employee id, id karyawan, kode karyawan, no induk",
        "A-001",
        required=True,
    ),
    _field(
        "name",
        text("Name"),
        PARSERS["name"],
        "nama, nama lengkap, nama karyawan, full name, employee name",
        "Sari Dewi",
        required=True,
    ),
    _field(
        "nik",
        text("NIK"),
        PARSERS["nik"],
        "nik ktp, no ktp, nomor ktp, ktp, no nik, nomor induk kependudukan, national id",
        "3171014705900001",
    ),
    _field(
        "npwp",
        text("NPWP"),
        PARSERS["npwp"],
        "no npwp, nomor npwp, npwp 16 digit, tax number, tax id",
        "3171014705900001",
    ),
    _field("email", text("E-mail"), PARSERS["email"], "email, surel, alamat email, email address", "sari@example.com"),
    _field(
        "phone",
        text("Telephone"),
        PARSERS["phone"],
        "telepon, telp, no hp, nomor hp, hp, handphone, no telepon, nomor telepon, mobile, phone, phone number",
        "081234567890",
    ),
    _field("gender", text("Gender"), choice(GENDERS), "jenis kelamin, kelamin, sex, l p", "Perempuan"),
    _field(
        "born_on", text("Date of birth"), day(), "tanggal lahir, tgl lahir, birth date, birthdate, dob", "07/05/1990"
    ),
    _field("address", text("Address"), PARSERS["address"], "alamat, alamat ktp, alamat rumah", "Jl. Melati 1, Jakarta"),
    _field(
        "department",
        text("Department"),
        PARSERS["department"],
        "departemen, bagian, divisi, unit, unit kerja, division",
        "Produksi",
    ),
    _field("position", text("Position"), PARSERS["position"], "jabatan, posisi, job title, title", "Operator"),
    _field("ptkp", text("PTKP status"), choice(PTKP), "ptkp, status ptkp, status pajak, tax status", "TK/0"),
    _field(
        "tax_method",
        text("Tax method"),
        choice(TAX_METHODS),
        "metode pajak, metode pph 21, metode pph, pph 21",
        "Gross",
    ),
    _field(
        "joined_on",
        text("First day"),
        day(),
        "tanggal masuk, tgl masuk, tanggal bergabung, mulai bekerja, mulai kerja, join date, joined, start date, hire date, tmt",
        "05/01/2026",
    ),
    _field(
        "ended_on",
        text("Last day"),
        day(),
        "tanggal keluar, tgl keluar, tanggal berhenti, berhenti, end date, resign date, tanggal resign",
        "",
    ),
    _field(
        "contract_kind",
        text("Contract"),
        choice(CONTRACT_KINDS),
        "jenis kontrak, status karyawan, jenis karyawan, kontrak, contract type, contract kind, employment type, status kerja",
        "PKWT",
    ),
    _field(
        "contract_starts_on",
        text("Contract from"),
        day(),
        "mulai kontrak, awal kontrak, tanggal mulai kontrak, contract start",
        "05/01/2026",
    ),
    _field(
        "contract_ends_on",
        text("Contract until"),
        day(),
        "akhir kontrak, kontrak berakhir, tanggal akhir kontrak, habis kontrak, contract end",
        "04/01/2027",
    ),
    _field(
        "basic",
        text("Basic salary"),
        rupiah(0, MOST),
        "gaji pokok, gapok, gaji, upah pokok, basic, basic pay, salary",
        "5.000.000",
    ),
    _field(
        "fixed_allowance", text("Fixed allowance"), rupiah(0, MOST), "tunjangan tetap, tunjangan, allowance", "500.000"
    ),
    _field(
        "pay_from", text("Pay from"), day(), "berlaku mulai, gaji berlaku mulai, pay effective from, effective from", ""
    ),
    _field("bpjs_kesehatan", text("BPJS Kesehatan"), yes_no(), "ikut bpjs kesehatan, bpjs kes", "Ya"),
    _field("bpjs_jht", text("JHT"), yes_no(), "bpjs jht, ikut jht", "Ya"),
    _field("bpjs_jp", text("JP"), yes_no(), "bpjs jp, ikut jp", "Ya"),
    _field("bpjs_jkm", text("JKM"), yes_no(), "bpjs jkm, ikut jkm", "Ya"),
    _field(
        "jkk_class",
        text("JKK risk class"),
        choice(JKK_CLASSES),
        "jkk, kelas jkk, kelas risiko, kelas risiko jkk, risiko jkk, jkk class",
        "II",
    ),
    _field(
        "bpjs_kesehatan_number",
        text("BPJS Kesehatan number"),
        PARSERS["bpjs_kesehatan_number"],
        "no bpjs kesehatan, nomor bpjs kesehatan, no bpjs kes",
        "0001234567890",
    ),
    _field(
        "bpjs_tk_number",
        text("BPJS Ketenagakerjaan number"),
        PARSERS["bpjs_tk_number"],
        "no bpjs ketenagakerjaan, nomor bpjs ketenagakerjaan, no bpjs tk, kpj, no kpj, nomor kpj",
        "12345678901",
    ),
    _field("bpjs_wage", text("Registered wage"), rupiah(0, MOST), "upah terdaftar, upah bpjs, upah dilaporkan", ""),
    _field("bank", text("Bank"), PARSERS["bank"], "nama bank, bank name", "BCA"),
    _field(
        "bank_account",
        text("Account"),
        PARSERS["bank_account"],
        "rekening, no rekening, nomor rekening, account number, bank account",
        "1234567890",
    ),
    _field(
        "bank_holder",
        text("Account holder"),
        PARSERS["bank_holder"],
        "nama rekening, atas nama, nama pemilik rekening, pemilik rekening, holder",
        "Sari Dewi",
    ),
)
"""Optional columns and empty cells leave what is stored; a new employee needs what NEEDED names."""

HIDDEN = SECRETS
"""Masked wherever a page shows them."""

NEEDED = ("ptkp", "joined_on", "basic")
MONEY = ("basic", "fixed_allowance", "bpjs_wage")
DAYS = ("born_on", "joined_on", "ended_on", "contract_starts_on", "contract_ends_on", "pay_from")


def fields_for(headers: Sequence[str]) -> list[Field]:
    """The known fields, and a fixed allowance for each further column that is named "Tunjangan …" or "… allowance"."""
    matched = set(match_columns(headers, FIELDS).values())
    named = [
        Field(f"{ALLOWANCE}{header[:100]}", text("{name}", name=header), rupiah(0, MOST))
        for index, header in enumerate(headers)
        if index not in matched and _NAMED.match(normalised(header))
    ]
    return [*FIELDS, *named]
