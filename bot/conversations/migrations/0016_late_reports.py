from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0015_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="submission",
            name="turn",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("told_at__isnull", True), ("turn__isnull", False)), fields=["turn"], name="submission_untold"
            ),
        ),
    ]
