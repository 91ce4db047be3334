"""Does it work, for whom, and how sure are we."""

from evaluation.bootstrap import Interval, interval, paired
from evaluation.curve import AlphaChoice, CurveRow, NewPersonTable, Showing
from evaluation.new_person import run_new_person
from evaluation.ranking import run_ranking
from evaluation.settings import NewPersonSettings, RankingSettings
from evaluation.splits import LeaveLastOut, leave_last_out
from evaluation.table import Prediction, RankingRow, RankingTable

__all__ = [
    "AlphaChoice",
    "CurveRow",
    "Interval",
    "LeaveLastOut",
    "NewPersonSettings",
    "NewPersonTable",
    "Prediction",
    "RankingRow",
    "RankingSettings",
    "RankingTable",
    "Showing",
    "interval",
    "leave_last_out",
    "paired",
    "run_new_person",
    "run_ranking",
]
