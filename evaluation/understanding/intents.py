"""Intents: IARD's labels, on dialogues that nothing was chosen by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from agent.utterance import Utterance
from catalog import DataError, Dialogue, Progress
from evaluation.metrics import Counts
from evaluation.report import Example
from evaluation.understanding.hearing import Hearer
from evaluation.understanding.iard import labels_of
from evaluation.understanding.intent_tables import (
    Labels,
    Predicted,
    by_code,
    by_label,
    codes,
    overall,
    own_intents,
    picture,
)
from evaluation.understanding.messages import Message, messages
from evaluation.understanding.part import Part

FREQUENT, RANDOM, PLACE = "most frequent", "random by frequency", "place alone"


def measure_intents(
    dialogues: Sequence[Dialogue],
    hearers: Sequence[Hearer],
    *,
    held_out: frozenset[str],
    seed: int,
    progress: Progress | None = None,
) -> Part:
    """Reports on the dialogues of `held_out`; the others give the baselines their frequencies.

    Raises catalog.DataError when one of the two has no dialogue.
    """
    said = _said(dialogue for dialogue in dialogues if dialogue.dialogue_id in held_out)
    others = _said(dialogue for dialogue in dialogues if dialogue.dialogue_id not in held_out)
    if not said or not others:
        raise DataError(
            "Intents need annotated dialogues both inside and outside of dialogues.valid.jsonl; "
            f"{len(said)} messages are inside and {len(others)} outside. Give the published file."
        )
    predicted = _baselines(said, others, seed=seed)
    heard: dict[str, list[Utterance | None]] = {}
    for hearer in hearers:
        heard[hearer.name] = _heard(hearer, said, progress)
        predicted[hearer.name] = [
            None if one is None else labels_of(one, message.context)
            for message, one in zip(said, heard[hearer.name], strict=True)
        ]
    n = len({message.dialogue_id for message in said})
    return Part(
        tables=(
            overall(said, predicted, n, seed=seed),
            by_label(said, predicted, seed=seed),
            *(by_code(name, said, made, seed=seed) for name, made in heard.items()),
            *(own_intents(name, said, made) for name, made in heard.items()),
        ),
        notes=(
            f"Intents: {len(said)} user turns of the {n} dialogues that IARD annotates in dialogues.valid; "
            f"the {len(others)} turns of the other annotated dialogues fixed the mapping from Duetto's "
            "intents and give the baselines their frequencies.",
            "IARD may give a message several labels, most often a greeting beside something else; so does Duetto.",
            f'"{PLACE}" hears nothing: GiveFeedback after items were named, AskForRec in the first turn, '
            "else OTH.",
        ),
        examples=tuple(_examples(said, predicted, heard)),
        plots=(picture(said, predicted, seed=seed),),
    )


def _said(dialogues: Iterable[Dialogue]) -> list[Message]:
    return [one for dialogue in dialogues for one in messages(dialogue) if one.turn.intents]


def _heard(hearer: Hearer, said: Sequence[Message], progress: Progress | None) -> list[Utterance | None]:
    found = []
    for done, one in enumerate(said):
        found.append(hearer.hear(one.turn.text, one.context, example=f"intents/{one.name}"))
        if progress and done % 200 == 0:
            progress(f"intents, {hearer.name}", done, len(said))
    return found


def _baselines(
    said: Sequence[Message], others: Sequence[Message], *, seed: int
) -> dict[str, list[Labels | None]]:
    count = Counter(tuple(sorted(one.turn.intents)) for one in others)
    sets = sorted(count)
    best = max(sets, key=lambda labels: count[labels])
    share = np.array([count[labels] for labels in sets]) / len(others)
    drawn = np.random.default_rng(seed).choice(len(sets), size=len(said), p=share)
    return {
        FREQUENT: [frozenset(best) for _ in said],
        RANDOM: [frozenset(sets[i]) for i in drawn],
        PLACE: [_by_place(one) for one in said],
    }


def _by_place(message: Message) -> Labels:
    if message.context.shown:
        return frozenset({"GiveFeedback"})
    return frozenset({"AskForRec" if message.number == 0 else "OTH"})


def _examples(
    said: Sequence[Message],
    predicted: Predicted,
    heard: Mapping[str, Sequence[Utterance | None]],
) -> Iterable[Example]:
    for system, made in predicted.items():
        for place, (message, guess) in enumerate(zip(said, made, strict=True)):
            true = frozenset(message.turn.intents)
            utterance = heard[system][place] if system in heard else None
            yield Example(
                system,
                f"intents/{message.name}",
                {}
                if guess is None
                else {"intents exact": float(guess == true), "intents F1": Counts.of(guess, true).f1},
                {
                    "text": message.turn.text,
                    "true": [*message.turn.intents, *codes(message)],
                    "predicted": None if guess is None else sorted(guess),
                    "intent": None if utterance is None else utterance.intent,
                    "shown": list(message.context.shown),
                },
            )
