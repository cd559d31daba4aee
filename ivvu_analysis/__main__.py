"""Run the command: ``python -m ivvu_analysis``."""

from ivvu_analysis.cli import main

main()
