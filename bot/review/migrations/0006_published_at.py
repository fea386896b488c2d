from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("review", "0005_stopped_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="published_at",
            field=models.DateTimeField(null=True),
        ),
    ]
