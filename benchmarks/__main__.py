"""`python -m benchmarks` measures the runtime and its accounts; `python -m benchmarks.mypy_cost` measures the plugin."""

import sys

from benchmarks import accounts_cost, runtime_cost

sys.exit(max(runtime_cost.main(), accounts_cost.main()))
