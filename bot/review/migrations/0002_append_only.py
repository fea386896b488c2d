from typing import Any

import django.utils.timezone
from django.db import migrations, models

# What `audit.remove_before` has marked as removed may go, and nothing else.
SQLITE = [
    """CREATE TRIGGER review_auditentry_no_update BEFORE UPDATE ON review_auditentry
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER review_auditentry_no_delete BEFORE DELETE ON review_auditentry
        WHEN OLD.id > COALESCE((SELECT entry FROM review_auditmark WHERE name = 'start'), 0)
        BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION review_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF OLD.id <= COALESCE((SELECT entry FROM review_auditmark WHERE name = 'start'), 0) THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION 'the audit log is append-only';
        END $$""",
    """CREATE TRIGGER review_auditentry_append_only BEFORE UPDATE OR DELETE ON review_auditentry
        FOR EACH ROW EXECUTE FUNCTION review_auditentry_refuse()""",
    """CREATE TRIGGER review_auditentry_no_truncate BEFORE TRUNCATE ON review_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION review_auditentry_refuse()""",
]
UNDO = {
    "sqlite": ["DROP TRIGGER review_auditentry_no_update", "DROP TRIGGER review_auditentry_no_delete"],
    "postgresql": ["DROP FUNCTION review_auditentry_refuse() CASCADE"],
}


def add(apps: Any, schema_editor: Any) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def take_away(apps: Any, schema_editor: Any) -> None:
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditMark",
            fields=[
                (
                    "name",
                    models.CharField(
                        choices=[("start", "Start"), ("checked", "Checked")], max_length=10, primary_key=True, serialize=False
                    ),
                ),
                ("entry", models.BigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seal", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(add, take_away),
    ]
