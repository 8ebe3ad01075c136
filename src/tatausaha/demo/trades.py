"""The positions of six trades and what they pay, as plain as a demo needs them."""

import msgspec

from tatausaha.payroll.rules.model import Method


class Post(msgspec.Struct, frozen=True):
    """A position: how many in a hundred hold it, and the monthly basic pay between which they earn, in rupiah."""

    department: str
    name: str
    share: int
    lowest: int
    highest: int
    office: int = 0  # allowance of the position, paid whatever happens
    tax_method: Method = "gross"


RESTAURANTS = (
    Post("Dapur", "Juru masak", 22, 5_750_000, 7_200_000),
    Post("Dapur", "Pembantu dapur", 16, 5_730_000, 5_900_000),
    Post("Dapur", "Kepala dapur", 5, 9_500_000, 13_000_000, 1_000_000),
    Post("Layanan", "Pramusaji", 28, 5_730_000, 6_300_000),
    Post("Layanan", "Kasir", 10, 5_800_000, 6_500_000),
    Post("Layanan", "Kepala gerai", 6, 10_000_000, 15_000_000, 1_500_000),
    Post("Gudang", "Petugas gudang", 6, 5_750_000, 6_400_000),
    Post("Kantor pusat", "Staf administrasi", 4, 6_500_000, 9_000_000, 500_000),
    Post("Kantor pusat", "Manajer operasional", 2, 22_000_000, 34_000_000, 3_000_000, "gross_up"),
    Post("Kantor pusat", "Direktur", 1, 55_000_000, 75_000_000, 7_500_000, "net"),
)
SHOPS = (
    Post("Toko", "Pramuniaga", 48, 5_290_000, 5_800_000),
    Post("Toko", "Kasir", 20, 5_300_000, 5_900_000),
    Post("Toko", "Kepala toko", 10, 7_500_000, 10_500_000, 1_000_000),
    Post("Distribusi", "Sopir", 12, 5_350_000, 6_200_000),
    Post("Kantor", "Staf pembelian", 7, 6_500_000, 9_500_000, 500_000),
    Post("Kantor", "Manajer", 3, 17_000_000, 26_000_000, 2_500_000),
)
HOTEL = (
    Post("Kamar", "Petugas kamar", 28, 3_800_000, 4_600_000),
    Post("Kantor depan", "Resepsionis", 16, 4_300_000, 6_000_000),
    Post("Makanan dan minuman", "Pramusaji", 20, 3_800_000, 4_700_000),
    Post("Makanan dan minuman", "Juru masak", 14, 4_800_000, 8_500_000, 500_000),
    Post("Teknik", "Teknisi", 10, 4_500_000, 6_500_000),
    Post("Manajemen", "Kepala bagian", 9, 11_000_000, 18_000_000, 2_000_000),
    Post("Manajemen", "General manager", 3, 38_000_000, 60_000_000, 6_000_000, "gross_up"),
)
FREIGHT = (
    Post("Armada", "Sopir truk", 40, 4_300_000, 6_500_000),
    Post("Armada", "Mekanik", 10, 4_500_000, 7_000_000),
    Post("Gudang", "Petugas bongkar muat", 28, 3_930_000, 4_600_000),
    Post("Kantor", "Staf pengiriman", 16, 4_800_000, 7_500_000, 400_000),
    Post("Kantor", "Manajer cabang", 6, 14_000_000, 21_000_000, 2_000_000),
)
CLINIC = (
    Post("Medis", "Dokter umum", 18, 13_000_000, 22_000_000, 2_500_000),
    Post("Medis", "Perawat", 36, 5_500_000, 8_500_000, 500_000),
    Post("Farmasi", "Apoteker", 14, 7_000_000, 11_000_000, 750_000),
    Post("Administrasi", "Petugas pendaftaran", 24, 4_450_000, 5_600_000),
    Post("Administrasi", "Kepala klinik", 8, 25_000_000, 32_000_000, 3_000_000),
)
CONSTRUCTION = (
    Post("Proyek", "Tukang", 42, 3_800_000, 5_500_000),
    Post("Proyek", "Mandor", 16, 6_500_000, 9_000_000, 750_000),
    Post("Proyek", "Insinyur sipil", 18, 10_000_000, 17_000_000, 1_500_000),
    Post("Kantor", "Staf keuangan", 16, 6_000_000, 9_000_000, 500_000),
    Post("Kantor", "Direktur proyek", 8, 30_000_000, 42_000_000, 5_000_000, "gross_up"),
)
