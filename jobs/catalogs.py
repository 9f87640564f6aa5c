"""Jobs about what datasources hold; each calls one function."""

from app.datasources.catalog.refresh import refresh_catalog, refresh_due


def refresh(datasource_id: int) -> None:
    refresh_catalog(datasource_id)


def refresh_all() -> None:
    refresh_due()
