"""The public tertiary component: what a public body uses, from its bills to the balance.

Keys: site → building → meter (POD, PDR, substation, tank) → bill → year.

``estate``      sites, buildings and meters, checked together
``quantities``  Smc, kWh, litres, kg to MWh, each step told
``bills``       what was billed, checked row by row
``readings``    registers read instead of bills
``days``        how a billing period is shared out, exactly
``periods``     one meter: what replaces what, what is missing
``use``         energy by meter and month, with coverage
``indicators``  by area, volume, pupil, bed, light point; benchmarks and outliers
``signature``   monthly heat against degree days
``chart``       signatures and benchmarks as pictures
``split``       the tertiary of a balance: public, as billed, and private, the rest
"""

from leb_kit.tertiary.bills import Bills
from leb_kit.tertiary.chart import Chart, benchmark_chart, signature_chart
from leb_kit.tertiary.estate import Estate
from leb_kit.tertiary.indicators import indicators
from leb_kit.tertiary.readings import bills_from_readings
from leb_kit.tertiary.signature import signature
from leb_kit.tertiary.split import PublicTertiary, public_tertiary
from leb_kit.tertiary.use import Use, metered

__all__ = [
    "Bills",
    "Chart",
    "Estate",
    "PublicTertiary",
    "Use",
    "benchmark_chart",
    "bills_from_readings",
    "indicators",
    "metered",
    "public_tertiary",
    "signature",
    "signature_chart",
]
