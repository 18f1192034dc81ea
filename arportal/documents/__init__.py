"""PDFs, statements and exports."""
