"""A dialogue that is heard as far as it is asked for."""

import numpy as np

from evaluation.rows.situation import DialogueReader, Situation
from evaluation.turns.context import Context


class Following:
    """Goes through the contexts of one dialogue, in their order; turns are heard when a situation is asked for."""

    def __init__(self, reader: DialogueReader) -> None:
        self._reader, self._recall, self._heard = reader, reader.begin(), 0

    def situation(self, context: Context) -> Situation:
        """What is known before the turn of the context."""
        for turn in context.dialogue.turns[self._heard : context.turn]:
            self._recall.hear({"role": turn.role, "text": turn.text})
        self._heard = context.turn
        items = self._reader.items
        mentioned = np.array([items.index_of(item_id) for item_id in context.mentioned], np.int32)
        return self._reader.situation(self._recall.profile, key=context.number, mentioned=mentioned)
