"""What travels between grader and sandbox: JSON and raw float64, which execute nothing when read.

A message is an 8-byte length, a JSON header of that length, and the numbers of all arrays one
after the other, little-endian. What comes out of a sandbox is a stranger's: it is read with
limits, and anything out of place raises :class:`BadMessage`.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from course_utils.exercises.run_probe import Change, Fault, Observation

TEXT_LIMIT = 4_000  # characters of any one text that are kept
ARRAYS_LIMIT = 4_000  # arrays in one observation
MESSAGE_LIMIT = 32 * 2**20  # bytes of one observation
FAULTS = ("crash", "wrong type", "unusable")
CHANGES = ("contents", "weights", "gradients")


class BadMessage(ValueError):
    """Bytes that are no message of the sandbox's."""


def pack(header: dict, arrays: Sequence[np.ndarray] = ()) -> bytes:
    """One message; `header` is anything that JSON can hold."""
    text = json.dumps(header).encode()
    numbers = [np.ascontiguousarray(array, dtype="<f8").tobytes() for array in arrays]
    return struct.pack("<Q", len(text)) + text + b"".join(numbers)


def unpack(message: bytes) -> tuple[dict, bytes]:
    """The header of a message, and the bytes after it."""
    if len(message) < 8 or len(message) > MESSAGE_LIMIT:
        raise BadMessage(f"a message of {len(message)} bytes")
    (length,) = struct.unpack("<Q", message[:8])
    try:
        header = json.loads(message[8 : 8 + length])
    except (ValueError, RecursionError):
        raise BadMessage("the header is no JSON") from None
    if not isinstance(header, dict) or length > len(message) - 8:
        raise BadMessage("the header is no JSON object")
    return header, message[8 + length :]


def pack_observation(seen: Observation, more: dict) -> bytes:
    """An observation, and whatever else the sandbox has to say, as one message."""
    fault = None
    arrays = list(seen.values.values())
    if seen.fault is not None:
        fault = {**asdict(seen.fault), "values": None}
        if seen.fault.values is not None:
            fault["values"] = list(np.shape(seen.fault.values))
            arrays.append(seen.fault.values)
    header = {
        **more,
        "values": [[key, list(np.shape(value))] for key, value in seen.values.items()],
        "fault": fault,
        "results": seen.results,
        "changes": [asdict(change) for change in seen.changes[:100]],
        "output": seen.output,
        "last_call": seen.last_call,
    }
    return pack(header, arrays)


def read_observation(header: dict, numbers: bytes) -> Observation:
    """The observation in a message; raises BadMessage where anything is out of place."""
    try:
        return _read(header, numbers)
    except BadMessage:
        raise
    except Exception as error:
        raise BadMessage(f"an observation that cannot be read: {type(error).__name__}") from None


def _read(header: dict, numbers: bytes) -> Observation:
    shapes = [(text(key), shape) for key, shape in header["values"]]
    if len(shapes) > ARRAYS_LIMIT:
        raise BadMessage("too many arrays")
    reader = _Arrays(numbers)
    values = {key: reader.take(shape) for key, shape in shapes}
    fault = header["fault"]
    if fault is not None:
        shape = fault["values"]
        fault = Fault(
            _one_of(fault["kind"], FAULTS),
            _count(fault["at"]),
            text(fault["name"]),
            text(fault["text"]),
            text(fault["where"]),
            text(fault["wanted"]),
            None if shape is None else reader.take(shape),
            fault["untouched"] is True,
        )
    reader.finish()
    changes = [
        Change(_count(c["at"]), text(c["argument"]), _one_of(c["what"], CHANGES))
        for c in header["changes"]
    ]
    results = [text(result) for result in header["results"]]
    return Observation(
        values, fault, results, changes, text(header["output"]), text(header["last_call"])
    )


class _Arrays:
    """Arrays cut off the front of a run of bytes."""

    def __init__(self, numbers: bytes):
        self._numbers, self._at = numbers, 0

    def take(self, shape: list) -> np.ndarray:
        sizes = tuple(_count(size) for size in shape)
        end = self._at + 8 * math.prod(sizes)
        if len(sizes) > 16 or end > len(self._numbers):
            raise BadMessage("an array that is not there")
        part = np.frombuffer(self._numbers[self._at : end], dtype="<f8")
        self._at = end
        return part.reshape(sizes).astype(float)

    def finish(self) -> None:
        if self._at != len(self._numbers):
            raise BadMessage("numbers that belong to no array")


def text(value: object) -> str:
    """`value` if it is a text, cut, with every character that could not be written replaced."""
    if not isinstance(value, str):
        raise BadMessage("a text is expected")
    return value[:TEXT_LIMIT].encode("utf-8", "replace").decode()


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 10**9:
        raise BadMessage("a count is expected")
    return value


def _one_of(value: object, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadMessage(f"one of {allowed} is expected")
    return value
