"""Tables that people bring along, as CSV or XLSX: their lines, and the dates and amounts in them."""
