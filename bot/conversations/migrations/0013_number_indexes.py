from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0012_reply_parts"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="turnsummary",
            index=models.Index(fields=["at"], name="summary_at"),
        ),
    ]
