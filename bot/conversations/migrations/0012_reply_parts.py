from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0011_list_indexes")]

    operations = [
        migrations.AddField(model_name="outboundmessage", name="parts_masked", field=models.JSONField(default=dict)),
    ]
