"""Names that stand for people: the same for the same person, and back only with the key."""

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from catalog.errors import DataError

KEY_BYTES = 32
DIGITS = 32


class Pseudonyms:
    """HMAC-SHA256 of a user id under a key, its first 128 bits in hexadecimal.

    An accent is the same whether it was typed as one sign or as two (NFC): "Jürgen" is one person.
    Who has the key can find a person's pseudonym again, to add to or delete their rows; who has
    only the data cannot try ids against it, short as they may be.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def __call__(self, user_id: str) -> str:
        if user_id not in self._known:
            plain = unicodedata.normalize("NFC", user_id).encode("utf-8", "surrogatepass")
            digest = hmac.new(self._key, plain, hashlib.sha256)
            self._known[user_id] = digest.hexdigest()[:DIGITS]
        return self._known[user_id]


def key_in(path: Path) -> bytes:
    """The key of a file that only its owner may read; a new one is made when there is none.

    Raises DataError for a file that holds something else, or cannot be read or written.
    """
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except OSError as error:
        raise DataError(f"The key cannot be read or written ({error.strerror}).", file=path) from error
    except ValueError as error:
        raise DataError("This is not a key; give another file with --key.", file=path) from error
    if len(key) != KEY_BYTES:
        raise DataError(
            f"A key has {KEY_BYTES} bytes, this has {len(key)}; give another file with --key.", file=path
        )
    return key
