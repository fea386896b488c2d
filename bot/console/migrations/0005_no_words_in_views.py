from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import migrations


def forget_words(apps: Any, schema_editor: Any) -> None:
    """Words that somebody looked for may name a resident, whose conversation may be gone."""
    for view in apps.get_model("console", "SavedView").objects.filter(query__contains="q="):
        view.query = urlencode([(name, text) for name, text in parse_qsl(view.query) if name != "q"])
        view.save(update_fields=["query"])


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0004_made_passwords"),
    ]

    operations = [
        migrations.RunPython(forget_words, migrations.RunPython.noop),
    ]
