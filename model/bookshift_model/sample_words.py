"""Words and dice for the sample: invented companies, ordinary people, real places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class City(NamedTuple):
    """A place of customers and CSMs."""

    name: str
    region: str
    language: str
    timezone: float
    weight: float
    """Share of the accounts."""


CITIES: Final = (
    City("New York", "North America", "English", -5, 0.15),
    City("Chicago", "North America", "English", -6, 0.10),
    City("San Francisco", "North America", "English", -8, 0.13),
    City("Toronto", "North America", "English", -5, 0.05),
    City("Montreal", "North America", "French", -5, 0.04),
    City("London", "EMEA", "English", 0, 0.10),
    City("Paris", "EMEA", "French", 1, 0.07),
    City("Berlin", "EMEA", "German", 1, 0.08),
    City("Madrid", "EMEA", "Spanish", 1, 0.04),
    City("Stockholm", "EMEA", "English", 1, 0.03),
    City("Singapore", "APAC", "English", 8, 0.06),
    City("Tokyo", "APAC", "Japanese", 9, 0.04),
    City("Sydney", "APAC", "English", 10, 0.05),
    City("Mexico City", "LATAM", "Spanish", -6, 0.03),
    City("Sao Paulo", "LATAM", "Portuguese", -3, 0.03),
)
REGIONS: Final = tuple(
    (region, sum(one.weight for one in CITIES if one.region == region))
    for region in dict.fromkeys(one.region for one in CITIES)
)
SKILLS: Final = ("Analytics", "API integration", "Change management", "Data migration", "Security review")

_TRADES: Final = {
    "Software": "Software Systems Labs Cloud Digital Data Apps Networks Interactive Platforms",
    "Financial Services": "Capital Insurance Credit Savings Finance Payments Wealth Leasing Assurance Trust",
    "Healthcare": "Health Clinics Diagnostics Pharma Care Medical Therapeutics Hospitals Biotech Dental",
    "Manufacturing": "Industries Works Machinery Components Tooling Castings Polymers Steel Motors Precision",
    "Retail": "Stores Outfitters Markets Grocers Homeware Fashion Sports Furnishings Books Toys",
    "Logistics": "Logistics Freight Shipping Cargo Couriers Haulage Warehousing Transport Lines Express",
    "Energy": "Energy Power Solar Grid Renewables Utilities Gas Wind Storage Hydro",
    "Education": "Learning Academy College Schools Campus Institute Training Tutors Press University",
}
INDUSTRIES: Final = tuple(_TRADES)

_STEM: Final = _words(
    "Ald Ambr Ard Barr Bel Bram Brun Cald Carn Corv Dal Darn Dov Dun Eld Elv Fald Farr Fenn Garn Gelt "
    "Hald Harv Hels Ist Jarl Jor Kald Kelv Kest Lanv Lor Lund Mald Marv Melk Nald Norv Orm Osk Pald "
    "Pelt Quill Rav Rost Sarn Selv Skarl Tarn Thal Torv Uld Valt Verr Wald Wynd Yarl Zel"
)
_END: Final = _words(
    "aby acre agate aldo ander ango anta aris aro aske astra atora avelle avia beck berra bourne bridge "
    "brook bury by combe cott dale den echo ellis endra enna era eston ette evo field ford gate gren "
    "ham holm hurst ia ica idge illo imar ina ington inova iris isle ison iva"
)
_FIRST: Final = _words(
    "Ada Adam Aisha Alan Alma Amir Anna Anton Asha Bea Ben Bruno Cara Carlos Chloe Clara Dana David "
    "Diego Dina Elena Elias Emma Eric Fatima Felix Fiona Gita Grace Hana Hugo Ines Ivan Jana Jonas Joy "
    "Julia Kai Karim Kofi Lara Leo Lena Liam Lucia Maja Marco Maria Mei Mila Nadia Nina Noah Nora Omar "
    "Oscar Petra Priya Rafael Rosa Sam Sara Sven Tara Theo Tom Uma Vera Victor Wei Yara Yuki Zoe"
)
_LAST: Final = _words(
    "Abbott Adeyemi Ahmed Almeida Andersson Bauer Becker Bell Bianchi Brandt Brooks Castro Chen Clarke "
    "Costa Cruz Dubois Dunn Evans Fischer Flores Foster Garcia Gomez Grant Gupta Haas Hansen Hayes "
    "Hoffman Ito Ivanova Jansen Jensen Joshi Kapoor Keller Khan Kim Klein Kowalski Lambert Larsen Lee "
    "Lindgren Lopez Maier Mensah Meyer Mori Murphy Nakamura Nguyen Novak Okafor Olsen Ortiz Osei Park "
    "Patel Perez Petrov Quinn Ramos Reyes Rossi Santos Sato Schmidt Shah Silva Singh Soto Tanaka Torres "
    "Vargas Vogel Walsh Weber Wong Yilmaz"
)


def person_names(rng: Generator, count: int) -> list[str]:
    """Different names of people; after some thousands, numbered ones."""
    return [
        f"{_FIRST[code % len(_FIRST)]} {_LAST[code // len(_FIRST)]}{suffix}"
        for code, suffix in _different(rng, count, len(_FIRST) * len(_LAST))
    ]


def company_names(rng: Generator, industry: NDArray[np.int64], family: NDArray[np.int64]) -> list[str]:
    """Different names of companies that fit their industry; members of a family share the first word."""
    trades = [words.split() for words in _TRADES.values()]
    stems = len(_STEM) * len(_END)
    names = [""] * len(industry)
    for one, words in enumerate(trades):
        alone = np.flatnonzero((industry == one) & (family < 0))
        for i, (code, suffix) in zip(
            alone, _different(rng, len(alone), (stems - 1) * len(words) // 2), strict=True
        ):
            names[i] = f"{_stem(code // len(words))} {words[code % len(words)]}{suffix}"
    # Families take the second half of the stems, so that nobody else shares their first word.
    number = family.max() + 1
    heads = [
        (_stem(stems // 2 + code) + suffix)
        for code, suffix in _different(rng, int(number), stems - stems // 2)
    ]
    seen = np.zeros(number, dtype=np.int64)
    for i in np.flatnonzero(family >= 0):
        words = trades[industry[i]]
        names[i] = f"{heads[family[i]]} {words[(seen[family[i]] + family[i]) % len(words)]}"
        seen[family[i]] += 1
    return names


def chance(rng: Generator, rate: float | NDArray[np.float64], count: int) -> NDArray[np.bool_]:
    """(count,) booleans that are true at `rate`, one for all or one for each."""
    return np.asarray(rng.random(count) < rate, dtype=np.bool_)


def _stem(code: int) -> str:
    return _STEM[code % len(_STEM)] + _END[code // len(_STEM)]


def _different(rng: Generator, count: int, available: int) -> list[tuple[int, str]]:
    """So many different codes below `available`, each with a suffix that numbers further rounds."""
    code = rng.permutation(available)
    return [
        (int(code[k % available]), f" {k // available + 1}" if k >= available else "") for k in range(count)
    ]
