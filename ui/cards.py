"""Recommendations as HTML. Everything from records, people and models is escaped here."""

import math
import zlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from catalog import Item

if TYPE_CHECKING:
    from agent import Recommendation
    from agent.parts import Parts

MAX_CHIPS = 4
ACTIONS = {
    "why": ("Why?", "Say why this is here"),
    "more": ("More like this", "Like it, and ask for more of the kind"),
    "dislike": ("Not for me", "Never suggest it again"),
    "seen": ("Seen it", "Never suggest it again, with no judgement"),
}
_PRIMARY = ("why", "more")


def cards_html(
    shown: Sequence["Recommendation"],
    *,
    noun: str,
    hidden: Collection[str] = (),
    parts: "Parts | None" = None,
) -> str:
    """The list as cards. A card keeps its place number when others are `hidden` (item ids). `parts` of one item's
    score are drawn on its card."""
    cards = [_card(r, place, parts) for place, r in enumerate(shown, 1) if r.item.item_id not in hidden]
    if cards:
        return str(Markup('<ol class="cards">{}</ol>').format(Markup().join(cards)))
    if shown:
        return _empty(f"You went through all of these. Ask for more, or say what kind of {noun} you want.")
    return _empty(f"Say what you like, or what you feel like, and the {noun}s that fit appear here.")


def cover(item: Item) -> Markup:
    """A drawn cover in colours of the title's own, under the item's picture where it has one."""
    seed = zlib.crc32(item.title.encode("utf-8", "surrogatepass"))
    hue, second, x, y = seed % 360, (seed // 360 + 40) % 360, 15 + seed % 70, 10 + (seed >> 8) % 60
    style = f"--hue:{hue};--second:{second};--x:{x}%;--y:{y}%"
    picture = Markup()
    if item.image and item.image.startswith(("https://", "http://")):
        picture = Markup('<img src="{}" alt="" loading="lazy" referrerpolicy="no-referrer">').format(
            item.image
        )
    return Markup('<div class="cover" style="{}" aria-hidden="true"><span>{}</span>{}</div>').format(
        style, initials(item.title), picture
    )


def initials(title: str) -> str:
    """One or two characters that stand for a title: "Pulp Fiction" -> "PF"."""
    words = [word for word in title.split() if word[0].isalnum()]
    telling = [word for word in words if word.casefold() not in {"the", "a", "an", "of", "and"}] or words
    return "".join(word[0] for word in telling[:2]).upper() or title[:1]


def share(score: float) -> int:
    """A z-score as the percentage of candidates that it would lie above, were they normal."""
    return round(50 * (1 + math.erf(score / math.sqrt(2))))


def _card(shown: "Recommendation", place: int, parts: "Parts | None") -> Markup:
    item = shown.item
    own = parts is not None and parts.item_id == item.item_id
    year = Markup(' <span class="year">{}</span>').format(_year(item)) if item.year is not None else ""
    return Markup(
        '<li class="card" data-item="{id}">{cover}<div class="body">'
        '<h3><span class="place">{place}</span> <span class="title" dir="auto">{title}</span>{year}</h3>'
        '{chips}<div class="voices">{cf}{lm}</div>{reasons}{parts}<div class="acts">{buttons}</div>'
        "</div></li>"
    ).format(
        id=item.item_id,
        cover=cover(item),
        place=place,
        title=item.title,
        year=year,
        chips=_chips(item),
        cf=_voice("cf", "People like you", shown.cf),
        lm=_voice("lm", "What you said", shown.lm),
        reasons=_reasons(shown.reasons),
        parts=_parts(parts) if own and parts is not None else "",
        buttons=Markup().join(_button(action, item) for action in ACTIONS),
    )


def _year(item: Item) -> str:
    return item.label().removeprefix(item.title).strip(" ()")


def _chips(item: Item) -> Markup:
    values = next(iter(item.attributes.values()), ())[:MAX_CHIPS]
    chips = Markup().join(Markup("<li>{}</li>").format(value) for value in values)
    return Markup('<ul class="chips">{}</ul>').format(chips) if values else Markup()


def _voice(key: str, label: str, score: float) -> Markup:
    percent = share(score)
    return Markup(
        '<div class="voice {key}" role="img" aria-label="{label}: {score}" '
        'title="{label}: {score} standard deviations from the mean of the candidates">'
        '<span>{label}</span><i><b style="width:{percent}%"></b></i></div>'
    ).format(key=key, label=label, score=f"{score:+.2f}", percent=percent)


def _reasons(reasons: Sequence[str]) -> Markup:
    lines = Markup().join(Markup("<li>{}</li>").format(reason[:1].upper() + reason[1:]) for reason in reasons)
    return Markup('<ul class="reasons" dir="auto">{}</ul>').format(lines) if reasons else Markup()


def _parts(parts: "Parts") -> Markup:
    """Bars to the right for what adds to the score, to the left for what takes away."""
    widest = max((abs(part.amount) for part in (*parts.people, *parts.words)), default=0.0) or 1.0
    bars = [
        Markup(
            '<li class="{voice}"><span dir="auto">{about}</span><i><b class="{side}" style="width:{width}%"></b></i>'
            "<em>{amount}</em></li>"
        ).format(
            voice=voice,
            about=part.about,
            side="less" if part.amount < 0 else "more",
            width=round(50 * abs(part.amount) / widest),
            amount=f"{part.amount:+.2f}",
        )
        for voice, own in (("cf", parts.people), ("lm", parts.words))
        for part in own
    ]
    return Markup('<ul class="parts" aria-label="What its score of {} is made of">{}</ul>').format(
        f"{parts.score:+.2f}", Markup().join(bars)
    )


def _button(action: str, item: Item) -> Markup:
    label, hint = ACTIONS[action]
    return Markup(
        '<button type="button" class="{kind}" data-act="{action}" title="{hint}" '
        'aria-label="{label}: {title}">{label}</button>'
    ).format(
        kind="strong" if action in _PRIMARY else "quiet",
        action=action,
        hint=hint,
        label=label,
        title=item.label(),
    )


def _empty(text: str) -> str:
    return str(Markup('<div class="empty"><div class="rings"></div><p>{}</p></div>').format(text))
