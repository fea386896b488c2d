from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0003_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourcePage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.TextField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("there", "There"),
                            ("restless", "Restless"),
                            ("refused", "Refused"),
                            ("silent", "Silent"),
                            ("gone", "Gone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("looked_at", models.DateTimeField()),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("etag", models.TextField(blank=True)),
                ("last_modified", models.TextField(blank=True)),
                ("first_digest", models.CharField(blank=True, max_length=64)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("changed_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("moved_to", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField(
            model_name="proposal",
            name="source_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
