"""What is alike by content: item cards, their embeddings, and a search over them in Chroma."""

from retrieval.cards import DEFAULT_CARD, card
from retrieval.content import ContentSearch, ContentWeights, Wish
from retrieval.embedder import EMBEDDER_VARIABLE, Embedder, open_embedder
from retrieval.embedding import card_vectors, vectors_by_template
from retrieval.errors import EndpointError
from retrieval.filters import Filter
from retrieval.images import IMAGE_VARIABLE, ImageModel
from retrieval.index import VectorIndex
from retrieval.lexical import Lexical
from retrieval.pictures import Pictured, Pictures
from retrieval.presets import card_of
from retrieval.queries import blend
from retrieval.rows import Hit
from retrieval.sentences import DEFAULT_EMBEDDER
from retrieval.titles import Near, Titles

__all__ = [
    "DEFAULT_CARD",
    "DEFAULT_EMBEDDER",
    "EMBEDDER_VARIABLE",
    "IMAGE_VARIABLE",
    "ContentSearch",
    "ContentWeights",
    "Embedder",
    "EndpointError",
    "Filter",
    "Hit",
    "ImageModel",
    "Lexical",
    "Near",
    "Pictured",
    "Pictures",
    "Titles",
    "VectorIndex",
    "Wish",
    "blend",
    "card",
    "card_of",
    "card_vectors",
    "open_embedder",
    "vectors_by_template",
]
