"""Until the rooms that import this read `ivvu_analysis.data`."""

from ivvu_analysis.data import prove  # noqa: F401
from ivvu_analysis.data.published import *  # noqa: F403
