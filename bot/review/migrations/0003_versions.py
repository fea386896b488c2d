import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("conversations", "0014_switches"),
        ("review", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="article",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("approved", "Approved"),
                    ("published", "Published"),
                    ("refused", "Refused"),
                    ("applied", "Applied"),
                ],
                db_index=True,
                default="open",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("building", "Building"), ("built", "Built"), ("failed", "Failed")],
                        db_index=True,
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("touched_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("problem", models.TextField(blank=True)),
                ("left_out", models.JSONField(default=list)),
                ("files", models.JSONField(default=list)),
                ("branch", models.CharField(blank=True, max_length=100)),
                ("gates", models.JSONField(default=list)),
                ("asked_again", models.PositiveIntegerField(default=0)),
                ("live_by", models.CharField(blank=True, max_length=150)),
                ("live_at", models.DateTimeField(null=True)),
                ("proposals", models.ManyToManyField(related_name="versions", to="review.proposal")),
            ],
        ),
        migrations.CreateModel(
            name="ChangedAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("messages", models.PositiveIntegerField()),
                ("topic", models.CharField(max_length=60)),
                ("was", models.JSONField()),
                ("now", models.JSONField()),
                (
                    "decision",
                    models.CharField(
                        blank=True, choices=[("", "None"), ("accepted", "Accepted"), ("refused", "Refused")], default="", max_length=10
                    ),
                ),
                ("by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "inbound",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="conversations.inboundmessage"),
                ),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="review.version")),
            ],
        ),
    ]
