"""A store for the bars; nobody signs in to it."""


def add_store(name: str, api_url: str = "http://127.0.0.1:9/api/v3/io"):
    """With the sandbox's own hash and token, though most bars never ask an API."""
    from arportal.stores.models import Store

    store = Store(slug=name, name=name, store_hash="sandbox", api_url=api_url)
    store.token = "sandbox-token"
    store.save()
    return store
