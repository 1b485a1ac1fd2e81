"""Names of licences: people know products, the tenant knows part numbers."""

from __future__ import annotations

from types import MappingProxyType

PRODUCTS = MappingProxyType(
    {
        "ENTERPRISEPREMIUM": "Office 365 E5",
        "MCOEV": "Teams Phone Standard",
        "MCOPSTN1": "Domestic Calling Plan",
        "MCOPSTN2": "Domestic and International Calling Plan",
        "MCOPSTNC": "Communications Credits",
        "MCOTEAMS_ESSENTIALS": "Teams Phone with Calling Plan",
        "Microsoft_Teams_Enterprise_New": "Microsoft Teams Enterprise",
        "Office_365_E3_(no_Teams)": "Office 365 E3 (no Teams)",
        "SPE_E5": "Microsoft 365 E5",
    }
)
"""Product names by part number (learn.microsoft.com, product names and service plan identifiers)."""


def product(part_number: str) -> str:
    """The product's name, or the part number in words where it is not known."""
    return PRODUCTS.get(part_number, part_number.replace("_", " "))
