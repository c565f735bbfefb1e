"""Files in and out: statistics and tables become a Balance, results become a workbook.

``eurostat``  the three layouts of Eurostat's energy balance
``tables``    long CSV tables, with Italian headers and Italian numbers
``bills``     bills of public buildings as suppliers send them, CSV or Excel
``excel``     the LEB workbook read, its formulas audited (``sheets``, ``layouts``, ``audit``); written by
              ``excel_write`` and, empty, by ``excel_template``
``choose``    the reader that fits a file, found by its content
``workbook``  tables as an Excel file, written whole or not at all
``secap``     the workbook of the Covenant of Mayors
``files``     bytes to text: gzip, encodings, faults told with the name of the file
"""

from leb_kit.io.bills import read_bills
from leb_kit.io.choose import read_any
from leb_kit.io.eurostat import read_eurostat
from leb_kit.io.excel import audit_excel, read_excel
from leb_kit.io.excel_template import new_workbook
from leb_kit.io.excel_write import write_excel
from leb_kit.io.secap import write_secap_xlsx
from leb_kit.io.tables import read_table
from leb_kit.io.workbook import read_plan, write_plan_xlsx

__all__ = [
    "audit_excel",
    "new_workbook",
    "read_any",
    "read_bills",
    "read_eurostat",
    "read_excel",
    "read_plan",
    "read_table",
    "write_excel",
    "write_plan_xlsx",
    "write_secap_xlsx",
]
