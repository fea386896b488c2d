from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0011_list_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="turnsummary",
            index=models.Index(fields=["at"], name="summary_at"),
        ),
    ]
