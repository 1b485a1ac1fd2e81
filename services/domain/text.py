"""Text that people typed: what of it can be seen."""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
"""Unicode categories of characters that leave no ink."""

INKLESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Others that leave none, although letters and marks by category: the rest of Unicode's
Default_Ignorable_Code_Point, which the standard library does not know (fillers of Hangul, variation selectors
and the like), and the Braille pattern without a dot."""


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing."""
    return all(unicodedata.category(character) in INVISIBLE for character in INKLESS.sub("", text))
