"""New users, ratings and items without a rebuild, and rebuilds while readers go on."""

from cf_engine.live.base import Base, roomy
from cf_engine.live.live import Live
from cf_engine.live.moment import Moment
from cf_engine.live.ratings import Row, padded

__all__ = ["Base", "Live", "Moment", "Row", "padded", "roomy"]
