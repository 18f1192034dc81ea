"""Signals that rows were saved or marked gone, or their days counted anew, sent inside the transaction.

Other floors keep records that must agree with the mirror at every moment; the mirror does not know them. Whoever
listens fails the transaction by failing.
"""

from django.dispatch import Signal

# The store's days were counted anew, for another time zone. sender: Store; store: the Store.
days_recounted = Signal()
# sender: the model; store: the Store; api_ids: the API ids of the rows, of which some have changed; changed: those.
rows_changed = Signal()
