"""Does learning the tasks together help or hurt each of them?"""

from evaluation.ablation.run import AblationSettings, run_ablation

__all__ = ["AblationSettings", "run_ablation"]
