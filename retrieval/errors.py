"""What a caller of this room may see beside the errors of `catalog`."""

from catalog import DuettoError


class EndpointError(DuettoError):
    """An embedding server cannot be reached, refuses, or answers something else than embeddings."""
