"""Scripts in production: each imports the others by names that change with their content."""

import re
from pathlib import Path

from django.core.files.base import ContentFile

from arportal.desk.site.static_files import StaticFiles

SCRIPTS = Path("static/arportal")


def test_it_works(tmp_path):
    storage = StaticFiles(location=tmp_path, base_url="/static/")
    names = ("arportal/totals.js", "arportal/amounts.js")
    for name in names:
        storage.save(name, ContentFile((SCRIPTS.parent / name).read_bytes()))
    assert all(
        done for _name, done, _is_new in storage.post_process({name: (storage, name) for name in names})
    )
    totals, amounts = (storage.stored_name(name) for name in names)
    assert amounts != "arportal/amounts.js"
    assert f'from "./{Path(amounts).name}"' in (tmp_path / totals).read_text()


def test_every_script_of_ours_is_a_module():
    """Scripts that are not share one room for names, where the later one wins."""
    pages = "".join(page.read_text() for page in Path("templates").rglob("*.html"))
    tags = re.findall(r"<script[^>]*>", pages)
    assert len(tags) > 5
    ours = [tag for tag in tags if "drf_spectacular_sidecar" not in tag]
    assert [tag for tag in ours if not tag.startswith('<script type="module" ')] == []
