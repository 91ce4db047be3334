"""The figures: every size in both directions and number formats, and what the format does to the ranking."""

import torch

from benchmarks.likelihood.measure import CANDIDATES, SIZES, Effort, Measurement
from benchmarks.likelihood.ranking import CANDIDATES as CANDIDATES_EACH
from benchmarks.likelihood.ranking import Agreement
from benchmarks.likelihood.texts import Material
from benchmarks.report import Report
from evaluation.report import Table
from language_model import LanguageModel
from language_model.model import DEFAULT_DTYPE
from language_model.products import DTYPES

QUICK = Effort(turns=1, direct_sizes=SIZES[:3], rounds=2, looped=4, padded=8, direct=25, people=8)
FULL = Effort(turns=3, direct_sizes=SIZES, rounds=5, looped=25, padded=50, direct=CANDIDATES, people=50)


def run(*, quick: bool) -> Report:
    effort = QUICK if quick else FULL
    material = Material.load()
    models = {name: LanguageModel.open(dtype=name) for name in DTYPES}
    measured = {name: Measurement(model, material, effort, name) for name, model in models.items()}
    for one in measured.values():
        one.run()
    figures = dict(measured[DEFAULT_DTYPE].figures)
    for name, one in measured.items():
        if name != DEFAULT_DTYPE:
            figures |= {f"{name}_{key}": value for key, value in one.figures.items()}
    agreement = Agreement.of(models["float32"], models["bfloat16"], people=effort.people)
    figures |= {
        "bfloat16_max_diff_nats": agreement.difference,
        "bfloat16_rank_correlation": agreement.correlation,
        "bfloat16_least_rank_correlation": agreement.least_correlation,
        "bfloat16_overlap_at_10": agreement.overlap,
    }
    tables = (
        Table(
            "Candidates scored",
            ("direction", "format", "candidates", "s", "candidates/s", "tokens/s", "MB at peak"),
            tuple(row for one in measured.values() for row in one.sizes),
        ),
        Table(
            f"Other ways, {CANDIDATES} candidates, paired",
            ("way", "direction", "format", "s", "times ours", "from", "to", "nats from ours"),
            tuple(row for one in measured.values() for row in one.others),
        ),
    )
    notes = (
        f"{torch.get_num_threads()} threads; the default format is {DEFAULT_DTYPE}; MB beyond what was there before",
        "a token counts as often as the loop reads it",
        f"of {CANDIDATES} texts a round the loop read {effort.looped}, the padded batch {effort.padded}, and each way "
        f"{effort.direct} at most in the direct way; times are for {CANDIDATES}",
        f"bfloat16 against float32 over {CANDIDATES_EACH} candidates of {effort.people} people each",
        *dict.fromkeys(note for one in measured.values() for note in one.notes),
    )
    return Report("likelihood", figures, notes=notes, tables=tables)
