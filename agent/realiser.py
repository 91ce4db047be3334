"""Replies in plain words, made from records and evidence alone."""

from collections.abc import Iterable, Sequence

from agent.eligibility import RECORD
from agent.policy import QUESTIONS, Decision
from agent.profile import Profile
from agent.rerank import Ranked
from agent.utterance import Unlinked, Utterance
from agent.world import World
from catalog import Item


def realise(
    world: World,
    decision: Decision,
    *,
    utterance: Utterance,
    profile: Profile,
    ranked: Sequence[Ranked],
    relaxed: Sequence[str] = (),
) -> str:
    """The reply's text. `relaxed` names wishes that had to be given up because nothing met them all."""
    match decision.act:
        case "recommend":
            return _recommend(world, utterance, profile, ranked, relaxed)
        case "explain":
            return _explain(world, decision, ranked)
        case "about":
            return _about(world, decision)
        case "unlinked":
            return _unlinked(world, utterance)
        case "ask":
            return f"Gladly. {question_text(world, decision)}"
        case "greet":
            return f"Hello! I can find {world.plural} for you. {question_text(world, decision)}".strip()
        case "thank":
            return "You are welcome. Tell me when you want more."
        case "accept":
            return _accept(world, decision)
        case "bye":
            return "Goodbye, and enjoy it."
        case "help":
            return (
                f"Tell me {world.plural} that you liked or did not like, what you feel like, and what to avoid. "
                'Ask "why the second one?" about a suggestion, say "seen it" or "not that one", or ask for more.'
            )
        case "unknown":
            return (
                f"I did not understand that. Tell me {world.plural} that you liked, or what you are in the mood "
                f"for, for instance {_example(world)}."
            )


def _accept(world: World, decision: Decision) -> str:
    item = world.dataset.items.get(decision.item_id or "")
    return f"Enjoy {item.label() if item else 'it'}, and tell me afterwards how you liked it."


def question_text(world: World, decision: Decision) -> str:
    text = dict(QUESTIONS).get(decision.question or "", "")
    return text.format(plural=world.plural)


def _recommend(
    world: World,
    utterance: Utterance,
    profile: Profile,
    ranked: Sequence[Ranked],
    relaxed: Sequence[str],
) -> str:
    lines = list(_acknowledge(world, utterance, profile))
    if relaxed:
        lines.append(f"Nothing I have meets all of that, so I let go of {_listed(relaxed)}.")
    if not ranked:
        lines.append(
            f"I have no {world.dataset.noun} left that fits. Take back one of your conditions and I will look again."
        )
        return " ".join(lines)
    lines.extend(_unsure(utterance))
    lines.append(_lead(world, profile, ranked, relaxed))
    items = world.dataset.items
    listed = [f"{place}. {_line(items[items.index_of(r.item_id)], r)}" for place, r in enumerate(ranked, 1)]
    return "\n".join([" ".join(lines), *listed])


def _acknowledge(world: World, utterance: Utterance, profile: Profile) -> Iterable[str]:
    """What was taken in besides what the list begins with."""
    items = world.dataset.items
    told = [
        m.item_id for m in utterance.mentions if m.polarity == "seen" and m.item_id not in _leading(profile)
    ]
    seen = [item.label() for i in told if (item := items.get(i))]
    if seen:
        yield f"Noted, you know {_listed(seen)} already."
    if utterance.intent == "refuse":
        refused = [
            i.label() for m in utterance.mentions if m.polarity != "likes" and (i := items.get(m.item_id))
        ]
        yield f"All right, not {_listed(refused, 'or')}." if refused else "All right, none of those."
    for name in utterance.unlinked:
        yield _not_known(world, name)


def _leading(profile: Profile) -> list[str]:
    """The latest of what the list goes by."""
    return profile.taken[-3:]


def _lead(world: World, profile: Profile, ranked: Sequence[Ranked], relaxed: Sequence[str]) -> str:
    items = world.dataset.items
    taken = [item.label() for i in _leading(profile) if (item := items.get(i))]
    count = len(ranked)
    what = f"{'this' if count == 1 else 'these'} {world.dataset.noun if count == 1 else world.plural}"
    shape = _shape(profile, relaxed)
    if taken:
        return f"Since you {'like' if profile.liked else 'know'} {_listed(taken)}, I would try {what}{shape}:"
    return f"I would try {what}{shape}:"


def _shape(profile: Profile, relaxed: Sequence[str]) -> str:
    """What the list keeps to, in words: ` (Crime; without Horror; years 1990 to 1999)`."""
    kept = [c for c in profile.constraints if c.mode == "must" and c.said not in relaxed]
    parts = [" or ".join(c.values) for c in kept]
    bans = [c for c in profile.constraints if c.mode == "must_not" and c.attribute != RECORD]
    without = [v for c in bans for v in c.values]
    if without:
        parts.append(f"without {_listed(without, 'or')}")
    if profile.period and profile.period.said not in relaxed:
        parts.append(f"years {profile.period}")
    return f" ({'; '.join(parts)})" if parts else ""


def _unsure(utterance: Utterance) -> Iterable[str]:
    """A word about refusals that records cannot answer for."""
    said = [c.said for c in utterance.constraints if c.attribute == RECORD]
    if said:
        yield f"I left out what has the word {_listed(said, 'or')} in my records; of the rest I cannot tell."


def _line(item: Item, ranked: Ranked) -> str:
    kinds = ", ".join(_kinds(item, ranked.facts.meets))
    because = f" {_sentence(ranked.reasons[0])}" if ranked.reasons else ""
    return f"{item.label()}{f', {kinds}' if kinds else ''}.{because}"


def _explain(world: World, decision: Decision, ranked: Sequence[Ranked]) -> str:
    entry = next((r for r in ranked if r.item_id == decision.item_id), None)
    item = world.dataset.items.get(decision.item_id or "")
    if entry is None or item is None:
        return "I have not suggested anything yet that I could explain."
    spoken = [_sentence(reason) for reason in entry.reasons] or [
        "Nothing is known that speaks for it in particular; it came up among the last candidates."
    ]
    shares = [
        f"{found.label()} {share:.0%}"
        for i, share in entry.facts.because
        if (found := world.dataset.items.get(i))
    ]
    if len(shares) > 1:
        spoken.append(f"What you named adds to that: {', '.join(shares)}.")
    spoken.append(
        f"In numbers: people like you {entry.cf:+.2f}, your words {entry.lm:+.2f}, "
        f"weighed {entry.alpha:.0%} to {1 - entry.alpha:.0%}, together {entry.score:+.2f}."
    )
    return f"{item.label()}: {' '.join(spoken)}"


def _about(world: World, decision: Decision) -> str:
    item = world.dataset.items.get(decision.item_id or "")
    if item is None:
        return f"I do not have that {world.dataset.noun}."
    known = [
        f"{name.capitalize()}: {', '.join(values[:6])}" for name, values in item.attributes.items() if values
    ]
    fans = int(world.fans[world.dataset.items.index_of(item.item_id)])
    parts = [f"{item.label()}.", f"{'; '.join(known)}." if known else "", item.text or ""]
    people = "person" if fans == 1 else "people"
    parts.append(f"{fans} {people} here liked it." if fans else "Nobody here has rated it highly yet.")
    return " ".join(part for part in parts if part)


def _unlinked(world: World, utterance: Utterance) -> str:
    said = [_not_known(world, name) for name in utterance.unlinked]
    return f"{' '.join(said)} Name another {world.dataset.noun}, or tell me what you feel like."


def _not_known(world: World, name: Unlinked) -> str:
    labels = [item.label() for i in name.suggestions if (item := world.dataset.items.get(i))]
    if not labels:
        return f"I do not know {_quoted(name.said)} in this catalogue."
    return f"I do not know {_quoted(name.said)}; did you mean {_listed(labels, 'or')}?"


def _example(world: World) -> str:
    return f'"I loved {best_known(world).title}, something like that"'


def best_known(world: World) -> Item:
    """The item that most people liked: the example in a reply that has nothing else to name."""
    return world.dataset.items[int(world.fans.argmax())]


def _kinds(item: Item, asked: Sequence[str]) -> list[str]:
    """A few genres, or what stands for them, those first that were asked for."""
    for name in ("genre", "category", "tag"):
        if item.attributes.get(name):
            return sorted(item.attributes[name], key=lambda value: value not in asked)[:3]
    return []


def _quoted(said: str) -> str:
    return f'"{" ".join(said.split())[:60]}"'


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _listed(parts: Sequence[str], word: str = "and") -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
