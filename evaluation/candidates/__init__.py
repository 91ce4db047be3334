"""Where candidates come from: what each source, and all together, bring before anything is reranked."""

from evaluation.candidates.run import run_candidates
from evaluation.candidates.settings import CandidateSettings

__all__ = ["CandidateSettings", "run_candidates"]
