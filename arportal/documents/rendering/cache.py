"""PDFs that were once made or fetched, by what they were made of: a key that is found has the right content.

Files in `PDF_CACHE`, each machine's own: losing them costs time and nothing else. A key holds everything that may
change the PDF, its store too, so that nothing is ever out of date here; it only grows old and is evicted.
"""

import hashlib
import json
import logging
import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings

logger = logging.getLogger(__name__)

KEY = re.compile(r"[0-9a-f]{64}")
DIGEST = hashlib.sha256().digest_size
# Who was read lately stays longest; writing down each reading would cost more than the reading.
NOTED_AFTER = 24 * 3600
UNFINISHED = ".new"
UNFINISHED_FOR = 3600
# On each machine by whoever writes there, and rarely, for it looks at every file.
PUTS_AN_EVICTION = 500


def key_of(*parts: object) -> str:
    """64 hexadecimal digits; equal for equal parts. Parts: text, numbers, None, and lists and dicts of these."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def get(key: str) -> bytes | None:
    """The content that was put under the key, or None. A damaged file is removed and not returned."""
    path = _path(key)
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, content = kept[:DIGEST], kept[DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        logger.warning("The PDF cache holds a damaged file, which is removed: %s", key)
        path.unlink(missing_ok=True)
        return None
    # Eviction goes by this time; another process may have removed the file meanwhile.
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > NOTED_AFTER:
            os.utime(path)
    return content


def has(key: str) -> bool:
    return _path(key).exists()


def put(key: str, content: bytes) -> None:
    """Keeps the content, whole or not at all, however the process ends. A full disk costs only the copy."""
    path = _path(key)
    new = path.with_name(f"{key}-{secrets.token_hex(4)}{UNFINISHED}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_bytes(hashlib.sha256(content).digest() + content)
        new.replace(path)
        if not secrets.randbelow(PUTS_AN_EVICTION):
            evict()
    except OSError as problem:
        logger.warning("The PDF cache could not keep a file: %s", problem)
        with suppress(OSError):
            new.unlink()


def evict() -> int:
    """Removes what was not read for longest until PDF_CACHE_BYTES are left. Returns how many bytes went."""
    files = []
    for path in Path(settings.PDF_CACHE).glob("??/*"):
        with suppress(FileNotFoundError):  # somebody else evicts, too
            files.append((path, path.stat()))
    files.sort(key=lambda file: file[1].st_mtime)
    spare = sum(about.st_size for _path, about in files) - settings.PDF_CACHE_BYTES
    gone = 0
    for path, about in files:
        is_left_over = path.name.endswith(UNFINISHED) and time.time() - about.st_mtime > UNFINISHED_FOR
        if gone < spare or is_left_over:
            path.unlink(missing_ok=True)
            gone += about.st_size
    return gone


def _path(key: str) -> Path:
    if not KEY.fullmatch(key):
        raise ValueError("A key of the PDF cache is what key_of returns.")
    return Path(settings.PDF_CACHE, key[:2], key)
