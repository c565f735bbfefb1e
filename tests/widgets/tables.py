"""Small tables for the widget tests: an invented town with every kind of arrow, loops included."""

import io

import pandas as pd

LINKS = """
source target product energy_mwh status
import_natural_gas network_natural_gas G3000 6900000 A
network_natural_gas cogeneration G3000 2400000 E
network_natural_gas heat_only G3000 260000 E
network_natural_gas residential G3000 1800000 A
network_natural_gas public_tertiary G3000 210000 A
network_natural_gas private_tertiary G3000 900000 A
network_natural_gas industry G3000 1200000 A
network_natural_gas transport G3000 40000 A
network_natural_gas losses G3000 90000 E
import_oil network_oil O4671XR5220B 1200000 A
import_oil network_oil O4652XR5210B 1000000 A
network_oil transport O4671XR5220B 1150000 A
network_oil transport O4652XR5210B 1000000 A
network_oil residential O4671XR5220B 30000 A
network_oil heat_only O4680 0 E
network_oil cogeneration O4671XR5220B 20000 E
import_biofuel network_biofuel R5220B 110000 E
network_biofuel transport R5220B 110000 E
local_biomass network_biomass R5110-5150_W6000RI 330000 E
network_biomass residential R5110-5150_W6000RI 240000 E
network_biomass cogeneration R5110-5150_W6000RI 90000 E
local_waste network_waste W6220 420000 A
local_waste network_waste W6210 420000 A
network_waste cogeneration W6220 420000 A
network_waste cogeneration W6210 420000 A
source_hydro hydro_plants RA100 95000 A
source_solar photovoltaic RA420 62000 E
source_solar residential RA410 9000 E
source_ambient_heat central_heat_conversion RA600 40000 E
source_ambient_heat private_tertiary RA600 55000 E
import_electricity network_electricity E7000 1450000 E
hydro_plants network_electricity E7000 90000 A
hydro_plants losses RA100 5000 E
photovoltaic network_electricity E7000 62000 E
cogeneration network_electricity E7000 1250000 E
cogeneration network_heat H8000 1450000 E
cogeneration losses G3000 650000 E
heat_only network_heat H8000 235000 E
heat_only losses G3000 25000 E
central_heat_conversion network_heat H8000 60000 E
network_electricity central_heat_conversion E7000 20000 E
network_electricity cogeneration E7000 45000 E
network_electricity residential E7000 860000 A
network_electricity public_tertiary E7000 190000 A
network_electricity private_tertiary E7000 980000 A
network_electricity industry E7000 480000 A
network_electricity transport E7000 95000 A
network_electricity losses E7000 182000 E
network_heat residential H8000 1060000 A
network_heat public_tertiary H8000 140000 A
network_heat private_tertiary H8000 310000 A
network_heat losses H8000 235000 E
"""

NODES = """
node;label_it;label_en;column;order
import_natural_gas;Gas naturale (importazione);Natural gas (import);0;1
import_oil;Prodotti petroliferi (importazione);Oil products (import);0;2
import_biofuel;Biocarburanti (importazione);Biofuels (import);0;3
import_electricity;Elettricità (importazione);Electricity (import);0;4
local_biomass;Biomasse (locale);Biomass (local);0;5
local_waste;Rifiuti (locale);Waste (local);0;6
source_hydro;Idraulica;Hydro;0;7
source_solar;Solare;Solar;0;8
source_ambient_heat;Calore ambiente;Ambient heat;0;9
network_natural_gas;Rete gas;Gas network;1;0
network_oil;Logistica petrolifera;Oil logistics;1;1
network_biomass;Filiera biomasse;Biomass chain;1;3
network_biofuel;Logistica biocarburanti;Biofuel logistics;1;4
network_waste;Raccolta rifiuti;Waste collection;1;5
cogeneration;Cogenerazione;Cogeneration;2;2
heat_only;Centrali termiche;Heat plants;2;3
hydro_plants;Idroelettrico;Hydropower;2;4
photovoltaic;Fotovoltaico;Photovoltaics;2;6
central_heat_conversion;Pompe di calore di rete;Network heat pumps;2;8
network_electricity;Rete elettrica;Electricity network;3;1
network_heat;Reti di calore;Heat networks;3;2
residential;Residenziale;Residential;4;0
public_tertiary;Terziario pubblico;Public tertiary;4;1
private_tertiary;Terziario privato;Private tertiary;4;2
industry;Industria;Industry;4;4
transport;Trasporti;Transport;4;5
export;Esportazioni;Exports;4;12
losses;Perdite;Losses;4;13
"""

PRODUCTS = """
code group_scheme
G3000 natural_gas
O4671XR5220B oil
O4652XR5210B oil
O4680 oil
R5220B biofuel
R5110-5150_W6000RI biomass
W6220 waste
W6210 waste
RA100 hydro
RA420 solar
RA410 solar
RA600 ambient_heat
E7000 electricity
H8000 heat
"""

COLORS = """
group color_hex label_it label_en
natural_gas #e9a23b Gas_naturale Natural_gas
oil #8f6b52 Prodotti_petroliferi Oil_products
biomass #5a9a58 Biomasse Biomass
biofuel #a3b94a Biocarburanti Biofuels
waste #9a7aa8 Rifiuti Waste
solar #eec643 Solare Solar
hydro #4b93cf Idraulica Hydro
ambient_heat #3da594 Calore_ambiente Ambient_heat
electricity #4c62b6 Elettricità Electricity
heat #cf5c55 Calore Heat
wind #74b9c4 Eolica Wind
"""


def _read(text: str, separator: str = " ") -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text.strip()), sep=separator)


def links() -> pd.DataFrame:
    """Arrows of the town, MWh."""
    return _read(LINKS)


def nodes() -> pd.DataFrame:
    """Nodes of the scheme."""
    return _read(NODES, ";")


def products() -> pd.DataFrame:
    """Products and their group."""
    return _read(PRODUCTS)


def colors() -> pd.DataFrame:
    """Groups with colour and labels."""
    frame = _read(COLORS)
    names = ["label_it", "label_en"]
    return frame.assign(**{name: frame[name].str.replace("_", " ") for name in names})
