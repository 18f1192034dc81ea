// What was selected has been asked for: the list starts afresh.
sessionStorage.removeItem(document.querySelector("[data-unpicks]").dataset.unpicks);
