"""The vector index over the default catalogue: building it, searching it, and what the search misses."""

import tempfile

import numpy as np

from benchmarks.report import Report
from benchmarks.timing import percentile, seconds
from catalog import Items, load
from retrieval import VectorIndex, card, open_embedder

LIST = 10


def run(*, quick: bool) -> Report:
    catalogue = load("movielens-small").items
    items = Items(list(catalogue)[:400]) if quick else catalogue
    embedder = open_embedder()
    queries = embedder.encode_queries([card(item) for item in list(catalogue)[-(50 if quick else 300) :]])
    with tempfile.TemporaryDirectory() as folder, VectorIndex.open(folder, embedder=embedder) as index:
        build = seconds(lambda: index.build(items))
        again = seconds(lambda: index.build(items))
        times, recalls = [], []
        for query in queries:
            times.append(1000 * seconds(lambda query=query: index.query(query, n=LIST)))  # type: ignore[misc]
            recalls.append(_recall(index, items, query))
        exact = [1000 * seconds(lambda query=query: index.similarities(query).argsort()) for query in queries]  # type: ignore[misc]
    figures = {
        "items": len(items),
        "build_items_per_s": len(items) / build,
        "build_again_s": again,
        "search_p50_ms": percentile(times, 50),
        "search_p95_ms": percentile(times, 95),
        "recall_at_10": float(np.mean(recalls)),
    }
    peers = {"exact numpy": {"search_p50_ms": percentile(exact, 50), "search_p95_ms": percentile(exact, 95)}}
    return Report("vectors", figures, peers, (f"{len(queries)} searches by cards, lists of {LIST}",))


def _recall(index: VectorIndex, items: Items, query: np.ndarray) -> float:
    """The share of the exact list that the index finds; equal similarities count as found."""
    similarities = index.similarities(query)
    least = np.sort(similarities)[-LIST]
    found = [similarities[items.index_of(hit.item_id)] for hit in index.query(query, n=LIST)]
    return float(np.mean([similarity >= least - 1e-6 for similarity in found]))
