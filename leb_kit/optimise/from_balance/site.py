"""The territory as the optimiser sees it, while its problem is being built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from leb_kit.balance import Territory
from leb_kit.balance.accounting import UNALLOCATED
from leb_kit.errors import InputError, choice, did_you_mean, say
from leb_kit.optimise.checks.cost_doubts import price_doubts
from leb_kit.optimise.checks.doubts import in_both
from leb_kit.optimise.from_balance.hourly import INPUT, OwnProfiles
from leb_kit.optimise.from_balance.place import own_numbers
from leb_kit.optimise.from_balance.technologies import ZONE_BUSES, Rows, at
from leb_kit.optimise.from_balance.zones import Zones
from leb_kit.reference import catalog, costs
from leb_kit.reference.numbers import has_parameter, parameter
from leb_kit.reference.profiles import italy_2017
from leb_kit.system import EnergySystem
from leb_kit.units import HOURS_PER_YEAR, is_number

ELECTRICITY, HEAT, GAS = "E7000", "H8000", "G3000"
BIOMASS = "R5110-5150_W6000RI"
#: Products that the plan supplies hour by hour, and the bus at which users take them.
BUS_OF = {ELECTRICITY: "electricity", HEAT: "district_heat_delivered", GAS: "gas", BIOMASS: "biomass"}
GRID, HEAT_NETWORK = "electricity_grid", "district_heat"
#: Profiles of the reference year and the technologies whose yearly yield they are scaled to.
YIELDS = {
    "photovoltaic_roof": "pv",
    "photovoltaic_ground": "pv",
    "wind_onshore": "wind_onshore",
    "hydro_run_of_river": "hydro_river",
    "solar_thermal_individual": "solar_thermal",
    "solar_thermal_central": "solar_thermal",
}


#: More than so many times today's heat is a percentage given as a factor.
LARGEST_FACTOR = 10
#: Potentials that a caller may give; biomass by its everyday name.
POTENTIALS = (
    "photovoltaic_roof",
    "photovoltaic_ground",
    "wind_onshore",
    "hydro_run_of_river",
    "retrofit",
    "biomass",
)


#: Potentials that are offered where they are given, and not missed where they are not.
EXTRA_POTENTIALS = ("biomethane", "electrolyser")


def _require_named(given: Mapping[str, object]) -> None:
    """Refuse what is no name → number."""
    faults = [
        say("{name} is {value}; name → number is expected", name=name, value=repr(one))
        for name, one in given.items()
        if not isinstance(one, Mapping)
    ]
    if faults:
        raise InputError(say("mix problem"), faults)


def _number_faults(kind: str, given: dict[str, float], known: set[str]) -> list[str]:
    """A name that is not known, or a value that would silently count as nothing."""
    faults = [
        say("unknown {kind} '{name}'.{hint}", kind=kind, name=name, hint=_meant(name, known))
        for name in given
        if name not in known
    ]
    faults += [
        say(
            "{kind} '{name}' is {value}; a finite number is expected", kind=kind, name=name, value=repr(value)
        )
        for name, value in given.items()
        if not is_number(value)
    ]
    return faults


def _meant(name: object, known: set[str]) -> str:
    """Return the name that was meant, or all there are."""
    return did_you_mean(name, known) or " " + say("There are {known}.", known=", ".join(sorted(known)))


@dataclass
class Site:
    """Rows, profiles and demands under construction; ``planned`` are processes the plan replaces."""

    system: EnergySystem
    prices: dict[str, float]
    potentials: dict[str, float]
    demand_factor: float
    profiles: pd.DataFrame
    rows: Rows = field(default_factory=Rows)
    planned: set[str] = field(default_factory=set)
    demands: list[dict[str, object]] = field(default_factory=list)
    heat_buses: list[str] = field(default_factory=list)
    annual_buses: list[str] = field(default_factory=list)
    zones: Zones | None = None
    #: What devices of each zone take in the base year: (zone, product) → MWh of the product.
    taken: dict[tuple[str, str], float] = field(default_factory=dict)
    #: Heat demand of each zone, largest hour and mean, MW.
    peak_mw: dict[str, float] = field(default_factory=dict)
    mean_mw: dict[str, float] = field(default_factory=dict)
    #: What else a reader of the plan should know, in Italian and English.
    own_remarks: list[tuple[str, str]] = field(default_factory=list)
    #: Parameters of technologies that the territory's own figures replace.
    own_numbers: dict[str, dict[str, float]] = field(default_factory=dict)
    #: Profiles of the caller.
    hours: OwnProfiles = field(default_factory=OwnProfiles)
    #: Temperature of the outdoor air in each hour, °C, where it is known.
    air_c: np.ndarray | None = None

    @classmethod
    def of(
        cls,
        system: EnergySystem,
        prices: dict[str, float],
        potentials: dict[str, float],
        demand_factor: float,
        own_hours: OwnProfiles | None = None,
    ) -> Site:
        """Start with the hourly shapes of the reference year, yields scaled; or the caller's."""
        _require_named({"prices": prices, "potentials": potentials})
        faults = _number_faults("price", prices, set(catalog.table("prices")["item"]))
        faults += _number_faults("potential", potentials, {*POTENTIALS, *EXTRA_POTENTIALS})
        faults += [
            say("potential '{name}' is {value}; 0 or more is expected", name=name, value=value)
            for name, value in potentials.items()
            if is_number(value) and value < 0
        ]
        if not is_number(demand_factor) or not 0 < demand_factor <= LARGEST_FACTOR:
            faults.append(
                say(
                    "demand_factor is {demand_factor}; a factor above 0 is expected, 0.9 for 90 % of"
                    " today's heat",
                    demand_factor=repr(demand_factor),
                )
            )
        if faults:
            raise InputError(say("mix problem"), faults)
        own = own_numbers(system.territory)
        hourly = italy_2017().reset_index(drop=True)
        shapes = {"electricity": hourly["electricity"], "space_heating": hourly["space_heating"]}
        for technology, source in YIELDS.items():
            shape = hourly[source].astype(float)
            hours = own.get(technology, {}).get("full_load_hours")
            if hours is None and has_parameter(technology, "full_load_hours"):
                hours = parameter(technology, "full_load_hours")
            if hours is not None:
                # The shape is national, its yearly sum the territory's or the region's own.
                shape = shape * (hours / float(shape.sum()))
            shapes[technology] = shape
        given = own_hours or OwnProfiles()
        profiles = pd.DataFrame(shapes | given.shapes())
        inputs = {name: f"{INPUT}{name}" for name in given.of_technologies(INPUT)}
        for name, column in inputs.items():
            profiles[column] = given.values[f"{INPUT}{name}"]
        rows = Rows(own=own, inputs=inputs)
        site = cls(system, dict(prices), dict(potentials), demand_factor, profiles, rows)
        site.own_numbers, site.hours = own, given
        site.own_remarks += in_both(lambda: price_doubts(prices))
        return site

    @property
    def territory(self) -> str:
        """Code of the territory."""
        return self.system.territory

    @property
    def year(self) -> int:
        """Year of the balance."""
        return self.system.year

    @property
    def zone_names(self) -> list[str]:
        """Names of the zones; none where the territory is one."""
        return self.zones.names if self.zones else []

    def price(self, item: str) -> float:
        """Return a price, EUR/MWh: the caller's, else that of ``prices.csv``."""
        return self.prices.get(item) if item in self.prices else costs.price(item)  # type: ignore[return-value]

    def peak_hours(self, profile: str) -> float:
        """Return the full-load hours of a shape: yearly sum over largest hour."""
        shape = self.profiles[profile]
        return float(shape.sum() / shape.max())

    def potential(self, technology: str, product: str = "") -> float | None:
        """Return a potential (MW or MWh/year) of the territory, or nothing where none is declared."""
        given = self.potentials.get(technology or "biomass")
        if given is not None:
            return float(given)
        table = catalog.table("potentials")
        mine = table[
            (table["territory"] == self.territory)
            & (table["technology"] == technology)
            & (table["product"] == product)
        ]
        return float(mine["value"].iloc[0]) if len(mine) else None

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """Say what is not offered and what is assumed, in Italian and English."""
        absent = [name for name in POTENTIALS[:-2] if self.potential(name) is None]
        said = list(self.own_remarks)
        if absent:
            it, en = (
                ", ".join(catalog.label("technology", name, lang) for name in absent) for lang in ("it", "en")
            )
            place = Territory.known(self.territory)
            way = choice(f"potentials={{'{absent[0]}': 50}}", f"--potential {absent[0]}=50")
            italian = (
                f"Senza potenziali dichiarati per {place.name('it')} il piano non può aggiungere: {it}."
                f" Si dichiarano in MW, per esempio {way}."
            )
            english = (
                f"Without declared potentials for {place.name('en')} the plan cannot add: {en}."
                f" They are given in MW, for example {way}."
            )
            said.insert(0, (italian, english))
        return tuple(said)

    def activity(self, process: str) -> float:
        """Return the base activity of a process of the system, MWh."""
        return float(self.system.processes.at[process, "activity_mwh"])

    def cells(self, process: str) -> pd.DataFrame:
        """Return the base cells of a process: flow, product, energy_mwh."""
        own = self.system.cells[self.system.cells["process"] == process]
        energy = own["coefficient"] * self.activity(process)
        return own[["flow", "product"]].assign(energy_mwh=energy)

    def base_energy(self) -> pd.DataFrame:
        """Return all base cells with their process."""
        cells = self.system.cells
        activity = self.system.processes["activity_mwh"].reindex(cells["process"]).to_numpy()
        return cells.assign(energy_mwh=cells["coefficient"] * activity)

    def delivered(self, product: str) -> float:
        """Return what users of the base year took from a network, MWh."""
        base = self.base_energy()
        taken = base["flow"].str.startswith(("FC_", "NRG_", "TI_EHG"))
        return float(base.loc[taken & (base["product"] == product), "energy_mwh"].sum())

    def has_network(self, product: str) -> bool:
        """Tell whether there are pipes of gas or heat: the balance has some, or zones say what they cost."""
        return self.zones is not None or self.delivered(product) > 0

    def loss_share(self, product: str, technology: str) -> float:
        """Return losses over what is fed in: the balance's own, else the reference value."""
        base = self.base_energy()
        mine = base[base["product"] == product]
        lost = float(mine.loc[mine["flow"] == "DL", "energy_mwh"].sum())
        signs = self._signs(mine)
        used = -float((mine["energy_mwh"] * signs)[(signs < 0) & ~mine["flow"].isin(_NOT_USED)].sum())
        if used > 0:
            return lost / (used + lost)
        return parameter(technology, "loss_share")

    def rest_cells(self) -> pd.DataFrame:
        """Return the cells that the plan does not touch, with the supply of their other products."""
        base = self.base_energy()
        closing = set(self.system.closing["process"])
        own = base[~base["process"].isin(self.planned | closing)]
        # Losses of planned networks and trade of planned products are the plan's own.
        network = own["product"].isin(list(BUS_OF))
        own = own[~(network & own["flow"].isin(_TRADE_AND_LOSS))]
        supply = self._other_supply(own)
        both = pd.concat([own[["flow", "product", "energy_mwh"]], supply])
        return both.groupby(["flow", "product"], as_index=False)["energy_mwh"].sum()

    def _other_supply(self, own: pd.DataFrame) -> pd.DataFrame:
        """Supply of products without a bus: what their remaining uses need, by the system's rule."""
        net = (own["energy_mwh"] * self._signs(own)).groupby(own["product"]).sum()
        difference = self.system.difference
        rows = []
        for product, process, _ in self.system.closing.itertuples(index=False):
            if product in BUS_OF or not str(process).startswith("supply:"):
                continue
            need = float(difference.get(product, 0.0)) - float(net.get(product, 0.0))
            if need:
                rows.append((str(process).split(":")[1], product, need))
        table = pd.DataFrame(rows, columns=["flow", "product", "energy_mwh"])
        return table.astype({"energy_mwh": float})  # no row would leave a column of objects

    def demand_table(self) -> pd.DataFrame:
        """Return the demands: heat of each sector, and what the rest takes from the networks."""
        rest = self.rest_cells()
        net = (rest["energy_mwh"] * self._signs(rest)).groupby(rest["product"]).sum()
        rows = list(self.demands)
        for product, bus in BUS_OF.items():
            need = float(self.system.difference.get(product, 0.0)) - float(net.get(product, 0.0))
            profile = "electricity" if product == ELECTRICITY else ""
            rows.append(
                {"demand": f"rest:{bus}", "bus": bus, "annual_mwh": max(need, 0.0), "profile": profile}
            )
        return pd.DataFrame(rows)

    def bus_table(self) -> pd.DataFrame:
        """Return the buses."""
        carried = [(bus, product) for product, bus in BUS_OF.items()]
        carried += [(GRID, ELECTRICITY), (HEAT_NETWORK, HEAT)] + [
            (bus, "") for bus in [*self.heat_buses, *self.annual_buses]
        ]
        own = {bus: product for product, bus in BUS_OF.items() if bus in ZONE_BUSES}
        carried += [(at(bus, zone), product) for zone in self.zone_names for bus, product in own.items()]
        table = pd.DataFrame(carried, columns=["bus", "product"])
        # Gas waits in the pipe, wood in the yard, and devices follow their own building.
        return table.assign(annual=~table["product"].isin([ELECTRICITY, HEAT]))

    def storage_losses(self, storages: pd.DataFrame) -> dict[str, tuple[str, str]]:
        """Return the row of the balance that takes the losses of each store."""
        product = {GRID: ELECTRICITY, HEAT_NETWORK: HEAT}
        return {
            str(row.storage): ("DL", product[str(row.bus)])
            for row in storages.itertuples()
            if row.bus in product
        }

    def storage_cells(self, storages: pd.DataFrame) -> pd.DataFrame:
        """Return the cells of stores, per MWh lost."""
        rows = [(name, flow, product, 1.0) for name, (flow, product) in self.storage_losses(storages).items()]
        return pd.DataFrame(rows, columns=["process", "flow", "product", "coefficient"])

    @staticmethod
    def _signs(cells: pd.DataFrame) -> pd.Series:
        signs = dict(catalog.table("flows")[["code", "sign"]].itertuples(index=False))
        return cells["flow"].str.removesuffix(UNALLOCATED).map(signs).fillna(0.0)

    def add_profile(self, name: str, shape: pd.Series, margin: float = 1.0) -> None:
        """Add a shape, scaled so that its largest hour is one over the margin."""
        self.profiles[name] = shape / (float(shape.max()) * margin)

    def flat_hours(self) -> float:
        """Return the hours of the reference year."""
        return float(HOURS_PER_YEAR)


_NOT_USED = ("DL", "EXP", "INTMARB", "INTAVI")
_TRADE_AND_LOSS = ("IMP", "EXP", "DL")
