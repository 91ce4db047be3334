"""Does it work, for whom, and how sure are we."""

from evaluation.bootstrap import Interval, interval, paired
from evaluation.ranking import run_ranking
from evaluation.settings import RankingSettings
from evaluation.splits import LeaveLastOut, leave_last_out
from evaluation.table import Prediction, RankingRow, RankingTable

__all__ = [
    "Interval",
    "LeaveLastOut",
    "Prediction",
    "RankingRow",
    "RankingSettings",
    "RankingTable",
    "interval",
    "leave_last_out",
    "paired",
    "run_ranking",
]
