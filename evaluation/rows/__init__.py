"""The rows that every ranking table carries, from one registry."""

from evaluation.rows.learnt import Content, Train
from evaluation.rows.lenskit_models import lenskit_data
from evaluation.rows.lineup import Lineup, models, tuned_cf, tuned_rows
from evaluation.rows.panel import Judgement, Jury, Panel
from evaluation.rows.peers import peers
from evaluation.rows.pool import pool
from evaluation.rows.registry import (
    BASELINES,
    CF,
    CONTENT,
    COPY,
    COSINE,
    FUSED,
    LEARNED,
    LM,
    POPULARITY,
    RANDOM,
    RANKS,
    WISHES,
    Learnt,
    Relevant,
    Row,
    Scorer,
)
from evaluation.rows.settings import ChosenAlphaSettings, PanelSettings
from evaluation.rows.situation import DialogueReader, Situation, history_of
from evaluation.rows.tunable import Config, Tunable
from evaluation.rows.tuned import SHIPPED, Tuned, TunedModel

__all__ = [
    "BASELINES",
    "CF",
    "CONTENT",
    "COPY",
    "COSINE",
    "FUSED",
    "LEARNED",
    "LM",
    "POPULARITY",
    "RANDOM",
    "RANKS",
    "SHIPPED",
    "WISHES",
    "ChosenAlphaSettings",
    "Config",
    "Content",
    "DialogueReader",
    "Judgement",
    "Jury",
    "Learnt",
    "Lineup",
    "Panel",
    "PanelSettings",
    "Relevant",
    "Row",
    "Scorer",
    "Situation",
    "Train",
    "Tunable",
    "Tuned",
    "TunedModel",
    "history_of",
    "lenskit_data",
    "models",
    "peers",
    "pool",
    "tuned_cf",
    "tuned_rows",
]
