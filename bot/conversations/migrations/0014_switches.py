import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0013_number_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("texts", models.JSONField()),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("by", models.CharField(max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("channel", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("texts", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
            ],
        ),
        migrations.AlterField(
            model_name="inboundmessage",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("answered", "Answered"),
                    ("apologised", "Apologised"),
                    ("refused", "Refused"),
                    ("rated", "Rated"),
                    ("paused", "Paused"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="SwitchedOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("article", "Article"), ("topic", "Topic"), ("risk", "Risk")], max_length=10)),
                ("name", models.CharField(max_length=100)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by", models.CharField(max_length=150)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "name"), name="switched_off_once")],
            },
        ),
        migrations.CreateModel(
            name="NoticeShown",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "conversation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.conversation"),
                ),
                ("notice", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.notice")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("conversation", "notice"), name="notice_shown_once")],
            },
        ),
    ]
