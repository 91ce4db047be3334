"""Texts as they are compared: without case and accents."""

import unicodedata


def folded(text: str) -> str:
    """Case and accents removed, and letters that look alike made one (NFKD)."""
    if text.isascii():
        return text.casefold()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
