"""Recording a payment: company, draft, allocation, preview."""
