"""Records as the API sent them, and the bytes in which a row keeps them: JSON, compressed unless it is short.

Nothing asks the database for what is inside, so it need not take the JSON of every page apart. The same record
always comes to the same bytes: by them the database tells whether it has changed.
"""

import datetime as dt
import json
import sys
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# A shorter record would hardly become smaller.
WORTHWHILE = 256
_FRAME = b"\x28\xb5\x2f\xfd"  # how zstd's output begins, and no JSON does
_NUL = b"\\u0000"
_compressor = zstd.ZstdCompressor(level=1)


def pack(record: Any) -> bytes:
    text = _spelled(record)
    return text if len(text) < WORTHWHILE else _compressor.compress(text, zstd.ZstdCompressor.FLUSH_FRAME)


def unpack(packed: bytes) -> Any:
    text = zstd.decompress(packed) if packed.startswith(_FRAME) else packed
    # Not by orjson, which makes a float of a whole number of more than 64 bits.
    record = json.loads(text)
    return _without_nul(record) if _NUL in text else record


def as_json(value: Any) -> str:
    """JSON that PostgreSQL can turn into columns: without NUL."""
    text = _spelled(value)
    if _NUL in text:
        text = _spelled_slowly(_without_nul(json.loads(text)))
    return text.decode()


def _spelled(value: Any) -> bytes:
    """JSON in UTF-8, where half a character is replaced. A number with a fraction becomes text of the same digits."""
    try:
        return orjson.dumps(value, default=_plain)
    except orjson.JSONEncodeError:  # Half a character, or a number of more than 64 bits.
        return _spelled_slowly(value)


def _spelled_slowly(value: Any) -> bytes:
    text = json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"JSON has no {type(value).__name__}")


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(part) for key, part in value.items()}
    return [_without_nul(part) for part in value] if isinstance(value, list) else value
