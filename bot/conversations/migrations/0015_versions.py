from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0014_switches"),
    ]

    operations = [
        migrations.AddField(
            model_name="turnsummary",
            name="version",
            field=models.CharField(max_length=20, null=True),
        ),
        migrations.AddField(
            model_name="visit",
            name="version",
            field=models.CharField(max_length=20, null=True),
        ),
    ]
