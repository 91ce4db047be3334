"""From data sets to what the language model learns, in the very words that the agent asks it in."""

from agent.lessons.course import Sources, Talk, lessons_of, read_sources
from agent.lessons.licences import Licence, licence_of
from agent.lessons.material import Material
from agent.lessons.notation import lines_of, question
from agent.lessons.parts import part_of

__all__ = [
    "Licence",
    "Material",
    "Sources",
    "Talk",
    "lessons_of",
    "licence_of",
    "lines_of",
    "part_of",
    "question",
    "read_sources",
]
