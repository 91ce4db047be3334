"""What is known of a person, as HTML they can read and take back piece by piece."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from catalog import Items

Chip = tuple[str, str, str]  # words, the part of the profile, the key in it


def portrait_html(profile: Mapping[str, Any], items: Items) -> str:
    """Liked, disliked, wishes and constraints; each chip has a button that forgets it."""
    opinions = profile.get("opinions", {})
    liked = [_opinion(i, items) for i, o in opinions.items() if o["weight"] > 0]
    disliked = [_opinion(i, items) for i, o in opinions.items() if o["weight"] <= 0]
    tastes = profile.get("tastes", [])
    liked += [_taste(t) for t in tastes if t["polarity"] == "likes"]
    disliked += [_taste(t) for t in tastes if t["polarity"] != "likes"]
    sections = [
        _section("Likes", "liked", liked),
        _section("Dislikes", "disliked", disliked),
        _section("Feels like", "wish", _words(profile)),
        _section("Conditions", "rule", _conditions(profile)),
        _section("Seen or refused", "gone", _gone(profile, items)),
    ]
    known = Markup().join(section for section in sections if section)
    if not known:
        return '<p class="nothing">Nothing yet. What you tell Duetto about yourself appears here.</p>'
    return str(Markup('<div class="portrait">{}</div>').format(known))


def without(profile: Mapping[str, Any], part: str, key: str) -> dict[str, Any]:
    """The profile with one chip's content forgotten; unchanged where nothing has that key."""
    kept = dict(profile)
    match part:
        case "opinions":
            kept[part] = {i: o for i, o in profile[part].items() if i != key}
        case "tastes" | "constraints":
            kept[part] = [entry for entry in profile[part] if _key(entry) != key]
        case "wish" | "avoid":
            kept[part] = ""
        case "period":
            kept[part] = None
        case "seen" | "refused":
            kept[part] = [i for i in profile[part] if i != key]
            kept["shown"] = [i for i in profile["shown"] if i != key]
    return kept


def _opinion(item_id: str, items: Items) -> Chip:
    return _label(item_id, items), "opinions", item_id


def _taste(taste: Mapping[str, Any]) -> Chip:
    return str(taste["value"]), "tastes", _key(taste)


def _words(profile: Mapping[str, Any]) -> list[Chip]:
    wish, avoid = profile.get("wish"), profile.get("avoid")
    return [(f"“{wish}”", "wish", "")] * bool(wish) + [(f"rather not: {avoid}", "avoid", "")] * bool(avoid)


def _conditions(profile: Mapping[str, Any]) -> list[Chip]:
    named = {"must": "only", "must_not": "no", "rather": "rather"}
    chips = [
        (f"{named[c['mode']]} {' or '.join(c['values'])}", "constraints", _key(c))
        for c in profile.get("constraints", [])
    ]
    period = profile.get("period")
    return chips + ([(_years(period), "period", "")] if period else [])


def _years(period: Mapping[str, Any]) -> str:
    low, high = period["year_min"], period["year_max"]
    if low is None:
        return f"up to {high}"
    if high is None:
        return f"{low} or later"
    return f"{low}" if low == high else f"{low} to {high}"


def _gone(profile: Mapping[str, Any], items: Items) -> list[Chip]:
    opinions = profile.get("opinions", {})
    return [
        (_label(i, items), part, i)
        for part in ("seen", "refused")
        for i in dict.fromkeys(profile.get(part, []))
        if i not in opinions
    ]


def _label(item_id: str, items: Items) -> str:
    item = items.get(item_id)
    return item_id if item is None else item.label()


def _key(entry: Mapping[str, Any]) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _section(name: str, kind: str, chips: Iterable[Chip]) -> Markup:
    drawn = Markup().join(
        Markup(
            '<li dir="auto">{words}<button type="button" data-part="{part}" data-key="{key}" '
            'aria-label="Forget {words}" title="Forget this">×</button></li>'
        ).format(words=words, part=part, key=key)
        for words, part, key in chips
    )
    if not drawn:
        return Markup()
    return Markup('<section class="{}"><h4>{}</h4><ul>{}</ul></section>').format(kind, name, drawn)
