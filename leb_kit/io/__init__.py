"""Files in and out: statistics and tables become a Balance, results become a workbook.

``eurostat``  the three layouts of Eurostat's energy balance
``tables``    long CSV tables, with Italian headers and Italian numbers
``bills``     bills of public buildings as suppliers send them, CSV or Excel
``choose``    the reader that fits a file, found by its content
``workbook``  tables as an Excel file, written whole or not at all
``secap``     the workbook of the Covenant of Mayors
``files``     bytes to text: gzip, encodings, faults told with the name of the file
"""

from leb_kit.io.bills import read_bills
from leb_kit.io.choose import read_any
from leb_kit.io.eurostat import read_eurostat
from leb_kit.io.secap import write_secap_xlsx
from leb_kit.io.tables import read_table
from leb_kit.io.workbook import write_plan_xlsx

__all__ = ["read_any", "read_bills", "read_eurostat", "read_table", "write_plan_xlsx", "write_secap_xlsx"]
