"""Writes docs/domains.md: what `duetto chat` answers in five domains, as a person in a terminal sees it.

    python docs/domains.py TABLES BUILT

TABLES holds the folders of the sets, named as in SETS; each is built in BUILT if it is not there yet.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).with_suffix(".md")
HEAD = """# Five domains

What `duetto chat` answers to three sentences each, in five data sets of different kinds. None of them has an own
vocabulary in Duetto: titles, genres, tags, subjects, languages, levels and people are those of its items.
This page is the output of `python docs/domains.py TABLES BUILT`, which builds the sets and pipes the sentences, with
`/clear` between them, into the chat.
"""


@dataclass(frozen=True)
class Set:
    folder: str
    title: str
    noun: str
    note: str
    sentences: tuple[str, ...]


SETS = (
    Set(
        "redial",
        "Films: ReDial",
        "film",
        "6,924 films; what people said of them in 3,482 dialogues; genres, directors, actors, some descriptions.\n"
        "Hardly anything in the data says how violent a film is: 19 films have the word in their texts. These are left\n"
        "out, the reply says that of the rest nothing is known, and the first list is as violent as what it goes by.",
        (
            "I loved Heat and The Departed, something like that but nothing too violent?",
            "I'm in the mood for a comedy from the 90s, no romance please",
            "Something with Tom Hanks, not a war film",
        ),
    ),
    Set(
        "goodbooks",
        "Books: goodbooks-10k",
        "book",
        "10,000 books with authors, genres and readers' tags; ratings of 2,672 people. No descriptions.",
        (
            "I loved The Hobbit and Dune, what should I read next?",
            "Some young adult fantasy with dragons, but no vampires",
            "Anything by Terry Pratchett? I have read Mort already.",
        ),
    ),
    Set(
        "coco",
        "Courses: COCO",
        "course",
        "8,196 courses of Udemy with category, subject, level and language; who took them. No descriptions.\n"
        "Three in ten courses have no subject, so the title tells theirs; one for all levels is one for beginners. Only\n"
        "two people took the course of the third sentence.",
        (
            "I want to learn Python for data science, I am a beginner",
            "A photography course in Spanish",
            "I finished Introductory psychology, what should I take next? Nothing for experts.",
        ),
    ),
    Set(
        "amazon-games",
        "Video games and what belongs to them: Amazon Reviews",
        "game",
        "16,859 products of which nothing but the name is known; who reviewed them.\n"
        "Words of many names are asked for and refused like a genre, so a game that does not name its platform is not\n"
        "found by it.",
        (
            "I loved Fire Emblem, something like it for the Nintendo DS",
            "A racing game for PlayStation 2, no Xbox please",
            "I have played Halo 3 and Gears of War, what else is there?",
        ),
    ),
    Set(
        "lastfm",
        "Artists: Last.fm",
        "artist",
        "17,632 artists with the tags that people gave them; who listened to them. No descriptions, no years.",
        (
            "I love Radiohead and Portishead, something like them",
            "Some shoegaze",
            "Norwegian black metal, but no Burzum",
        ),
    ),
)


def main(tables: Path, built: Path) -> None:
    parts = [HEAD]
    for one in SETS:
        folder = built / one.folder
        if not (folder / "manifest.json").exists():
            duetto("build", str(tables / one.folder), "--noun", one.noun, "-o", str(folder))
        talk = duetto("chat", str(folder), "-q", said="\n/clear\n".join(one.sentences))
        parts.append(f"## {one.title}\n\n{one.note}\n\n```\n{plain(talk)}\n```\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def duetto(*arguments: str, said: str = "") -> str:
    """What the command prints."""
    done = subprocess.run(  # noqa: S603  its own arguments
        [sys.executable, "-m", "ui.cli", *arguments],
        input=said,
        capture_output=True,
        text=True,
        check=False,
        cwd=PAGE.parents[1],
    )
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def plain(talk: str) -> str:
    """The conversation without the commands and the empty prompt at the end of the input."""
    turns = talk.strip().removesuffix("you>").split("\nyou> ")
    return "\n\n".join(f"you> {turn.strip()}" for turn in turns[1:] if not turn.startswith("/clear"))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
