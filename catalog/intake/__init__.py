"""A person's own tables: how they are read, what in them is personal, and what is joined to them."""

from catalog.intake.counts import Counts
from catalog.intake.joining import Coverage, Join, joined
from catalog.intake.own import read_own
from catalog.intake.own_table import OwnTable
from catalog.intake.personal import Finding, personal
from catalog.intake.plan import Part, Plan, planned
from catalog.intake.pseudonyms import Pseudonyms, key_in
from catalog.intake.roles import ROLES
from catalog.intake.times import TimeFormat

__all__ = [
    "ROLES",
    "Counts",
    "Coverage",
    "Finding",
    "Join",
    "OwnTable",
    "Part",
    "Plan",
    "Pseudonyms",
    "TimeFormat",
    "joined",
    "key_in",
    "personal",
    "planned",
    "read_own",
]
