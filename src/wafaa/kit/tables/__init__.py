"""The one way out for tables: CSV, Excel or Parquet, row by row in flat memory, and never a formula.

    answer_table(request, "orders", HEAD, rows)     # `?format=csv|xlsx|parquet`

CSV flows while the rows are read. Excel and Parquet are written to a file first, which is deleted before its first byte is
sent; Parquet is written by the analyst, so that web processes never load its library.
"""

from wafaa.kit.tables.answering import answer_table
from wafaa.kit.tables.cells import Cell, make_inert
from wafaa.kit.tables.delimited import BYTE_ORDER_MARK, stream_csv
from wafaa.kit.tables.workbook import write_workbook

__all__ = ["BYTE_ORDER_MARK", "Cell", "answer_table", "make_inert", "stream_csv", "write_workbook"]
