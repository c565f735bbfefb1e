"""The mathematics, one block for one thought.

Symbols: t step, p process, s storage, b bus; n[t] hours a step lasts (h), w[t] hours it stands for
(h/year). Decided:
``capacity[p]`` (MW of main output), ``new[p]`` (MW), ``output[p,t]`` (MW), ``store[s]``,
``new_store[s]`` (MWh), ``level[s,t]`` (MWh), ``charge[s,t]``, ``discharge[s,t]`` (MW at the bus).
A must-run process has no output of its own: it is profile × capacity.

Each block adds its rows to the model ``m`` of problem ``p`` and nothing else.

``plants``  what is decided, and what capacity allows     ``buses``  supply meets use
``stores``  content and power of stores, day by day       ``year``   sums, limits and cost of the year
``pathway``  years one after the other: what is built stays
``choice``  what is there wholly or not at all           ``demand``  what may wait within its day
``reserve`` firm capacity exceeds what is taken
"""

from leb_kit.optimise.blocks.buses import bus_balance
from leb_kit.optimise.blocks.choice import exclusive_choice
from leb_kit.optimise.blocks.demand import flexible_demand
from leb_kit.optimise.blocks.pathway import pathway_build_rate, pathway_cost, pathway_stock
from leb_kit.optimise.blocks.plants import capacity_growth, capacity_limit, variables
from leb_kit.optimise.blocks.reserve import reserve_margin
from leb_kit.optimise.blocks.stores import storage_content, storage_limit, storage_link
from leb_kit.optimise.blocks.year import annual_limits, annual_output, hourly_cost, least_cost

#: The blocks of the model, in order.
LEAST_COST_MIX = (
    variables,
    annual_output,
    hourly_cost,
    flexible_demand,
    bus_balance,
    capacity_limit,
    capacity_growth,
    exclusive_choice,
    storage_content,
    storage_limit,
    storage_link,
    reserve_margin,
    annual_limits,
    least_cost,
)
#: What joins the years of a pathway; each year has the blocks above.
LEAST_COST_PATHWAY = (pathway_stock, pathway_build_rate, pathway_cost)

__all__ = [
    "LEAST_COST_MIX",
    "LEAST_COST_PATHWAY",
    "annual_limits",
    "annual_output",
    "bus_balance",
    "capacity_growth",
    "capacity_limit",
    "exclusive_choice",
    "flexible_demand",
    "hourly_cost",
    "least_cost",
    "pathway_build_rate",
    "pathway_cost",
    "pathway_stock",
    "reserve_margin",
    "storage_content",
    "storage_limit",
    "storage_link",
    "variables",
]
