"""What in a table looks personal: by the name of a column, and by what its cells hold."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

NAMES: Mapping[str, str] = {
    "e-mail address": r"e ?mails?|mail",
    "phone number": r"(?:tele|mobile ?)?phones?(?: ?(?:number|no))?|tel|mobile|fax|cell",
    "name of a person": r"(?:first|last|full|family|given|sur|maiden|user|nick|reviewer|customer|profile|real) ?name"
    r"|name|author",
    "address": r"(?:home |street |postal |billing |shipping )?address|street|zip(?: ?code)?|postcode|postal ?code|city",
    "date of birth or age": r"birth ?(?:date|day|year)?|dob|date of birth|age",
    "gender": r"gender|sex|pronouns?",
    "internet address": r"ip|ip ?v?[46]?(?: ?address)?|mac(?: address)?|device ?id|cookie",
    "place": r"lat(?:itude)?|lo?ng(?:itude)?|location|geo|coordinates",
    "number of an identity or an account": r"ssn|social security(?: number)?|passport(?: ?number)?|iban|tax ?id|"
    r"(?:credit ?)?card(?: ?(?:number|no))?",
    "sensitive": r"religion|ethnicity|race|nationality|occupation|income|salary|health|diagnosis|marital ?status",
}
LEAST_WORDS = 8
NUMBER_SHARE, WORD_SHARE = 0.05, 0.2
_NAMED = {
    what: re.compile(rf"(?:user |customer |reviewer |contact )?(?:{pattern})")
    for what, pattern in NAMES.items()
}
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d[\d ()./-]{6,}\d|\(?0?\d{2,4}\)?[ /-]\d{3}[ -]?\d{3,4}|\d{3}-\d{3}-\d{4})(?![\w.])"
)
_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?:[ -]?\d){9,15}(?!\d)")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b")
_ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?![\w.:])"
)
_WORDS = re.compile(r"[_\W]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True)
class Finding:
    """A column that looks like `what`; `share` of its filled cells do, 0 where its name says so.

    It never holds a cell: a report is no place for what it warns of.
    """

    column: str
    what: str
    share: float = 0.0

    def told(self) -> str:
        share = f"{self.share:.0%}" if self.share >= 0.01 else "less than 1%"
        by = f"in {share} of its cells" if self.share else "by its name"
        return f"{self.column!r} looks like {self.what}, {by}"


def personal(columns: Mapping[str, Sequence[str]], *, of_people: bool) -> list[Finding]:
    """What looks personal in some cells of each column.

    `of_people` is whether a row is about a person. Only then do names of columns count, and long
    free text: the name and the description of an item are nobody's secret.
    """
    found = []
    for column, cells in columns.items():
        filled = [cell for cell in cells if cell.strip()]
        words = _WORDS.sub(" ", _HUMP.sub(" ", column)).strip().casefold()
        if of_people and (what := next((w for w, name in _NAMED.items() if name.fullmatch(words)), None)):
            found.append(Finding(column, what))
        found += _in_cells(column, filled, of_people=of_people)
    return found


def _in_cells(column: str, filled: Sequence[str], *, of_people: bool) -> list[Finding]:
    checks = dict(CHECKS)
    if of_people:
        checks["free text of a person"] = (_is_long, WORD_SHARE)
    found = []
    for what, (check, least) in checks.items():
        share = sum(map(check, filled)) / max(len(filled), 1)
        if share > least:
            found.append(Finding(column, what, share))
    return found


def _is_email(cell: str) -> bool:
    return "@" in cell and bool(_EMAIL.search(cell))


def _is_phone(cell: str) -> bool:
    return bool(_PHONE.search(cell)) and not _is_card(cell)


def _is_card(cell: str) -> bool:
    return any(_luhn(re.sub(r"\D", "", found[0])) for found in _CARD.finditer(cell))


def _luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0


def _is_iban(cell: str) -> bool:
    """The check of ISO 13616: letters as numbers, the first four signs last, 1 modulo 97."""
    for found in _IBAN.finditer(cell):
        plain = found[0].replace(" ", "")
        if int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1:
            return True
    return False


def _is_internet_address(cell: str) -> bool:
    return any(_is_ip(found[0]) for found in _ADDRESS.finditer(cell))


def _is_ip(text: str) -> bool:
    """A clock time is none, although it has colons."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_long(cell: str) -> bool:
    return cell.count(" ") + 1 >= LEAST_WORDS


CHECKS: Mapping[str, tuple[Callable[[str], bool], float]] = {
    "e-mail address": (_is_email, 0.0),
    "number of a bank account": (_is_iban, 0.0),
    "phone number": (_is_phone, NUMBER_SHARE),
    "internet address": (_is_internet_address, NUMBER_SHARE),
    "number of a payment card": (_is_card, WORD_SHARE),
}
"""What each cell is checked for, and above which share of the filled ones it is reported: one e-mail
address is enough, while one in ten numbers of sixteen digits passes the check of a card."""
