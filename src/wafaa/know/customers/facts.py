"""What the customers room gives to learning."""

from wafaa.kit.facts import FactTable
from wafaa.kit.sql import load_sql

CUSTOMER_FACTS: tuple[FactTable, ...] = (
    FactTable(
        name="customers",
        key="customer_id",
        columns={"customer_id": "int64", "country": "string", "city": "string", "language": "string"},
        rows_sql=load_sql("wafaa.know.customers", "facts_customers"),
        changed_sql=load_sql("wafaa.know.customers", "facts_customers_changed"),
        bounds_sql=load_sql("wafaa.know.customers", "facts_customers_bounds"),
    ),
)
