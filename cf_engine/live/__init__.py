"""New users, ratings and items without a rebuild, and rebuilds while readers go on."""

from cf_engine.live.base import LiveConfig
from cf_engine.live.live import Live
from cf_engine.live.moment import Moment

__all__ = ["Live", "LiveConfig", "Moment"]
