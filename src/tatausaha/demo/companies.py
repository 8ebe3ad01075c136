"""The demo's firms: two providers with three client companies each, of different trades, regions and time zones.

All of them are made up.
"""

import msgspec

from tatausaha.demo.trades import CLINIC, CONSTRUCTION, FREIGHT, HOTEL, RESTAURANTS, SHOPS, Post


class Company(msgspec.Struct, frozen=True):
    """A client company of the demo."""

    code: str
    name: str
    address: str
    time_zone: str
    wage_region: str
    district: str  # the first six digits of its people's NIK
    jkk_class: str
    people: int
    proration: str
    posts: tuple[Post, ...]
    colour: str
    approver: str
    viewer: str
    language: str = "id"
    payslip_rule: str = "none"  # who may open a payslip: everybody, or by date of birth and NIK


class Provider(msgspec.Struct, frozen=True):
    """An outsourcing firm of the demo; its people's addresses end in `domain`."""

    name: str
    domain: str
    colour: str
    owner: str
    managers: tuple[str, ...]
    workers: tuple[str, ...]
    companies: tuple[Company, ...]


PROVIDERS = (
    Provider(
        name="Mitra Tata Usaha",
        domain="mitratata.example",
        colour="#0b6e4f",
        owner="Ratih Kusumawardani",
        managers=("Bambang Hartono", "Melati Anggraini"),
        workers=("Sekar Ayuningtyas", "Dimas Prasetyo"),
        companies=(
            Company(
                code="DAPUR",
                name="PT Dapur Sekar Nusantara",
                address="Jalan Cempaka Raya 12, Jakarta Selatan",
                time_zone="Asia/Jakarta",
                wage_region="DKI Jakarta",
                district="317404",
                jkk_class="II",
                people=86,
                proration="calendar_days",
                posts=RESTAURANTS,
                colour="#b5451b",
                approver="Surya Wirawan",
                viewer="Lina Halim",
            ),
            Company(
                code="TOKO",
                name="PT Toko Sinar Pagi",
                address="Jalan Kenanga 45, Surabaya",
                time_zone="Asia/Jakarta",
                wage_region="Jawa Timur/Kota Surabaya",
                district="357805",
                jkk_class="I",
                people=42,
                proration="working_days_6",
                posts=SHOPS,
                colour="#1a5fb4",
                approver="Hendro Susanto",
                viewer="Mira Gunawan",
            ),
            Company(
                code="RESOR",
                name="PT Pesona Bahari Resor",
                address="Jalan Pantai Kuning 8, Badung",
                time_zone="Asia/Makassar",
                wage_region="Bali/Kabupaten Badung",
                district="510306",
                jkk_class="I",
                people=58,
                proration="fixed:25",
                posts=HOTEL,
                colour="#0e7490",
                approver="Made Suardana",
                viewer="Claire Adnyana",
                language="en",
                payslip_rule="birth_nik",
            ),
        ),
    ),
    Provider(
        name="Kantor Bersama Timur",
        domain="kantortimur.example",
        colour="#4a3f9f",
        owner="Andi Rosmini",
        managers=("Yohanes Rante", "Kartini Palimbong"),
        workers=("Nurul Hikmah", "Petrus Wanggai"),
        companies=(
            Company(
                code="ANGKUT",
                name="PT Angkutan Celebes Jaya",
                address="Jalan Pelabuhan 3, Makassar",
                time_zone="Asia/Makassar",
                wage_region="Sulawesi Selatan",
                district="737103",
                jkk_class="III",
                people=36,
                proration="working_days_6",
                posts=FREIGHT,
                colour="#7a4b00",
                approver="Daeng Mappasessu",
                viewer="Rosdiana Lamba",
            ),
            Company(
                code="KLINIK",
                name="PT Klinik Sehat Cenderawasih",
                address="Jalan Danau 21, Jayapura",
                time_zone="Asia/Jayapura",
                wage_region="Papua",
                district="917101",
                jkk_class="I",
                people=27,
                proration="working_days_5",
                posts=CLINIC,
                colour="#a21c5c",
                approver="Debora Rumbiak",
                viewer="Samuel Kambu",
            ),
            Company(
                code="KARYA",
                name="PT Karya Khatulistiwa",
                address="Jalan Mahakam 90, Samarinda",
                time_zone="Asia/Makassar",
                wage_region="Kalimantan Timur",
                district="647206",
                jkk_class="IV",
                people=24,
                proration="calendar_days",
                posts=CONSTRUCTION,
                colour="#3d5a1e",
                approver="Syahrani Noor",
                viewer="Widya Iskandar",
            ),
        ),
    ),
)
