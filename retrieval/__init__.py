"""What is alike by content: item cards, their embeddings, and a search over them in Chroma."""

from retrieval.cards import card
from retrieval.embedder import Embedder
from retrieval.embedding import card_vectors
from retrieval.filters import Filter
from retrieval.index import VectorIndex
from retrieval.queries import blend
from retrieval.rows import Hit
from retrieval.titles import Near, Titles

__all__ = ["Embedder", "Filter", "Hit", "Near", "Titles", "VectorIndex", "blend", "card", "card_vectors"]
