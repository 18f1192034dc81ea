"""The list framework: columns, filters, paging, totals, downloads, saved views."""
