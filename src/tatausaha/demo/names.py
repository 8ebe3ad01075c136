"""Names and numbers of people who do not exist."""

WOMEN = (
    *("Ayu", "Dewi", "Sari", "Putri", "Rina", "Wulan", "Indah", "Fitri", "Nur Aini", "Ratna", "Yuliana", "Maya"),
    *("Citra", "Lestari", "Mega", "Novita", "Siti Aminah", "Kartika", "Dian", "Intan", "Anisa", "Ni Made Ayu"),
    *("Ni Luh Sekar", "Andi Nurhaliza", "Yosephina", "Maria", "Debora", "Rahma", "Tri Wahyuni", "Laila"),
)
MEN = (
    *("Budi", "Agus", "Eko", "Joko", "Rizky", "Fajar", "Hendra", "Dimas", "Bayu", "Arif", "Wahyu", "Yoga", "Slamet"),
    *("Ahmad", "Muhammad Iqbal", "Rudi", "Teguh", "Gilang", "Ilham", "Andi Baso", "I Wayan Gede", "I Ketut Adi"),
    *("Yohanes", "Markus", "Frans", "Stefanus", "Ardi", "Surya", "Taufik", "Doni", "Galih", "Rahmat"),
)
FAMILIES = (
    *("Wijaya", "Santoso", "Pratama", "Saputra", "Hidayat", "Kurniawan", "Setiawan", "Nugroho", "Permata", "Rahayu"),
    *("Siregar", "Simanjuntak", "Nasution", "Harahap", "Lubis", "Tampubolon", "Mangunsong", "Utami", "Anggraini"),
    *("Suryadi", "Maulana", "Firmansyah", "Hasibuan", "Gunawan", "Susanto", "Halim", "Tandi", "Palimbong", "Rumbiak"),
    *("Wanggai", "Kambu", "Suardana", "Wirawan", "Adnyana", "Daeng Sitaba", "Mappasessu", "Lamba", "Rante", "Syahrani"),
    *("Noor", "Iskandar", "Purnomo", "Budiarto", "Wibowo", "Handayani", "Sulistyo", "Prakoso", "Aditya", "Mahendra"),
)

# How Indonesian households are taxed, in parts of a hundred.
PTKP = {"TK/0": 37, "TK/1": 4, "TK/2": 1, "K/0": 15, "K/1": 21, "K/2": 15, "K/3": 7}

# Banks with the number of digits of their accounts.
BANKS = {"BCA": 10, "Mandiri": 13, "BRI": 15, "BNI": 10, "BSI": 10}

LOAN, MEALS, OFFICE, FAMILY_COMPANY = (
    "Cicilan koperasi",
    "Uang makan dan transpor",
    "Tunjangan jabatan",
    "Tunjangan tetap",
)
