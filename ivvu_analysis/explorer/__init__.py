"""The interactive notebook: the figures of the reports, with choices and sliders of ipywidgets."""

from ivvu_analysis.explorer.app import explore

__all__ = ["explore"]
