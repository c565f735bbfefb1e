"""Floats in hexadecimal, many at once: ``float.hex`` of each would take most of the time of a seal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

_Array = np.ndarray[Any, Any]
# A double is a sign, 11 bits of exponent and 52 of mantissa; of its 16 hexadecimal digits the last 13 are the
# mantissa. Source: IEEE 754-2019, table 3.5 (binary64), cited from memory.
_DIGITS: Final = 16
_MANTISSA: Final = 13
_BIAS: Final = 1023
_BITS: Final = 52
_ODD: Final = (
    0x7FF  # exponent of what is no number; 0 is that of zero and of what is below every normal number
)
_ONE: Final = b"0x1."
_POWERS: Final = np.array([f"p{exponent - _BIAS:+d}".encode() for exponent in range(_ODD + 1)])


def hexes(numbers: Sequence[float | None]) -> list[bytes]:
    """Return ``float.hex`` of each number, nothing where there is none.

    Examples
    --------
    >>> hexes([1.5, -2.0, 0.0, None])
    [b'0x1.8000000000000p+0', b'-0x1.0000000000000p+1', b'0x0.0p+0', b'']
    """
    values = np.array(numbers, dtype=float)
    bits = values.view(np.int64)
    exponents = bits >> _BITS  # with the sign: what is negative has a negative one
    plain = (exponents > 0) & (exponents < _ODD)
    digits = np.frombuffer(values.astype(">f8").tobytes().hex().encode(), dtype=np.uint8)
    width = len(_ONE) + _MANTISSA
    made = np.empty((len(values), width + _POWERS.itemsize), dtype=np.uint8)
    made[:, : len(_ONE)] = np.frombuffer(_ONE, dtype=np.uint8)
    made[:, len(_ONE) : width] = digits.reshape(-1, _DIGITS)[:, -_MANTISSA:]
    made[:, width:] = _POWERS[np.where(plain, exponents, 1)].view(np.uint8).reshape(-1, _POWERS.itemsize)
    # what a text of fixed width has at its end is left out
    found: list[bytes] = made.view(f"S{made.shape[1]}").ravel().tolist()
    for at in np.flatnonzero(~plain).tolist():
        number = numbers[at]
        found[at] = b"" if number is None else number.hex().encode()
    return found
