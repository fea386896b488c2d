"""What staff add to the record. Everything that quotes a resident hangs on their conversation and goes with it, except a
`Proposal`: its text is masked, and was chosen by staff to teach the assistant.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from bot.conversations.models import InboundMessage, Visit


class TurnReview(models.Model):
    """What a reviewer says of one answer. One per turn: the last word counts, the audit log has those before."""

    class Verdict(models.TextChoices):
        RIGHT = "right"
        WRONG = "wrong"
        HARMFUL = "harmful"
        NOT_OURS = "not_ours"  # no service of the city

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, primary_key=True, related_name="review")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    by = models.CharField(max_length=150)  # the name of an account, which may be gone by now; so everywhere below
    at = models.DateTimeField(default=timezone.now)


class Tag(models.Model):
    """A word that staff file a visit under."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40, db_index=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "name"], name="tag_once")]


class Note(models.Model):
    """What a member of staff tells the others about a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)


class Proposal(models.Model):
    """A correction that waits for an editor: what a resident wrote (masked), and what it should have been understood as."""

    class Kind(models.TextChoices):
        INTENT = "intent"  # `label` is right for `text`
        NEW_TOPIC = "new_topic"  # nothing the assistant knows is: `words` says what is missing
        ANSWER = "answer"  # understood well, but the answer of `label` is wrong or hard to read: `words` says what to change

    class State(models.TextChoices):
        OPEN = "open"
        APPROVED = "approved"  # goes into the next version
        PUBLISHED = "published"  # in the version that is live, and goes into each one that follows
        REFUSED = "refused"  # or withdrawn later
        APPLIED = "applied"  # written to the release's data by `resident review apply`

    kind = models.CharField(max_length=10, choices=Kind.choices)
    inbound = models.ForeignKey(InboundMessage, on_delete=models.SET_NULL, null=True, related_name="proposals")
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8)
    label_was = models.CharField(max_length=100, blank=True)
    label = models.CharField(max_length=100, blank=True)
    words = models.TextField(blank=True)
    article = models.JSONField(null=True)  # of an answer: the fields of its article as they shall be, see `bot.review.rewriting`
    source_digest = models.CharField(max_length=64, blank=True)  # of the page of its source, as it was when `article` was written
    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)  # since when it is published or applied; None too for one from before this was kept

    @property
    def read_again(self) -> bool:
        """Whether it says that an article is still true: nothing of it changes but its dates."""
        fields = self.article or {}
        return bool(fields) and set(fields) <= {"source", "as_of", "review_by"} and set(fields.get("source", ())) <= {"url"}


class Version(models.Model):
    """The release's data with every approved proposal in it, see `bot.publishing`. Its number is its folder's name."""

    class State(models.TextChoices):
        WAITING = "waiting"
        BUILDING = "building"
        BUILT = "built"
        FAILED = "failed"
        STOPPED = "stopped"

    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    stopped_by = models.CharField(max_length=150, blank=True, default="", db_default="")  # parts of the release before make rows without
    tries = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=40, blank=True)  # what it is at: a name with words in `data/console/publish.yml`
    touched_at = models.DateTimeField(default=timezone.now)  # the last sign of whoever builds it; when it was stopped
    problem = models.TextField(blank=True)  # why it could not be built
    proposals = models.ManyToManyField(Proposal, related_name="versions")  # that are in it
    left_out = models.JSONField(default=list)  # [number of a proposal, why], each
    files = models.JSONField(default=list)  # that differ from the release's
    branch = models.CharField(max_length=100, blank=True)  # where the change can be read in git; empty: in the folder only
    gates = models.JSONField(default=list)  # `bot.evaluation.gates.gate.Gate`, each as a dictionary
    asked_again = models.PositiveIntegerField(default=0)  # messages of residents
    live_by = models.CharField(max_length=150, blank=True)
    live_at = models.DateTimeField(null=True)  # the last time it went live; None too when it was gone back from


class ChangedAnswer(models.Model):
    """What a version answers otherwise than what was live when it was built. Goes with the message it is shown by."""

    class Decision(models.TextChoices):
        NONE = ""
        ACCEPTED = "accepted"
        REFUSED = "refused"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="changes")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="+")
    messages = models.PositiveIntegerField()  # that are answered so
    topic = models.CharField(max_length=60)
    was = models.JSONField()  # `bot.evaluation.gates.replay.Said`, as a dictionary
    now = models.JSONField()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.NONE, blank=True)
    by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)


class UnansweredTopic(models.Model):
    """Messages that nothing answered and that are about the same thing, as found by the last clustering."""

    class State(models.TextChoices):
        NEW = "new"
        IGNORED = "ignored"
        PROPOSED = "proposed"

    language = models.CharField(max_length=8)
    terms = models.JSONField()  # the words that tell it from the others, most telling first
    size = models.PositiveIntegerField()
    size_before = models.PositiveIntegerField()  # in the time as long before: the trend
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    found_at = models.DateTimeField(default=timezone.now)


class UnansweredMessage(models.Model):
    """A message of an unanswered topic."""

    topic = models.ForeignKey(UnansweredTopic, on_delete=models.CASCADE, related_name="messages")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="+")
    distance = models.FloatField()  # from the middle of the topic

    class Meta:
        indexes = [models.Index(fields=["topic", "distance"], name="unanswered_middle_first")]


class SampledTurn(models.Model):
    """A turn of a week's random sample, which two people grade without seeing each other's grade."""

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, primary_key=True, related_name="sampled")
    week = models.DateField(db_index=True)  # its Monday
    place = models.PositiveSmallIntegerField()  # in the order everybody grades them in


class Grade(models.Model):
    class Value(models.TextChoices):
        RIGHT = "right"
        PARTLY = "partly"
        WRONG = "wrong"

    sampled = models.ForeignKey(SampledTurn, on_delete=models.CASCADE, related_name="grades")
    value = models.CharField(max_length=10, choices=Value.choices)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sampled", "by"], name="grade_once")]


class SourcePage(models.Model):
    """A page that articles name as their source, as it was when last looked at, see `sources`. Only the digest of its text is kept."""

    class State(models.TextChoices):
        THERE = "there"
        RESTLESS = "restless"  # reads otherwise each time, so nobody can tell whether it changed
        REFUSED = "refused"  # the site does not let us look
        SILENT = "silent"  # no answer, or an error of the site
        GONE = "gone"

    url = models.TextField(unique=True)
    state = models.CharField(max_length=10, choices=State.choices)
    looked_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(default=0)  # of HTTP, the last one; 0: no answer
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    first_digest = models.CharField(max_length=64, blank=True)  # what it said when it was first looked at
    digest = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)  # when `digest` became what it is, not the first one
    failing_since = models.DateTimeField(null=True)  # silent or gone
    moved_to = models.TextField(blank=True)  # where it is for good


class AuditEntry(models.Model):
    """Who saw or did what. Rows are only ever added, see `audit`. Holds no text of a resident."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.CharField(max_length=150, db_index=True)
    action = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=200, blank=True, db_index=True)  # conversation:<key>, account:<name>, …
    reason = models.CharField(max_length=500, blank=True)
    digest = models.CharField(max_length=64)  # of this row and the digest before it


class AuditMark(models.Model):
    """A place in the audit log that is remembered, see `audit`: where it begins, and how far it was found whole."""

    class Name(models.TextChoices):
        START = "start"  # the rows up to this one were removed when their time was over
        CHECKED = "checked"

    name = models.CharField(primary_key=True, max_length=10, choices=Name.choices)
    entry = models.BigIntegerField()  # the id of the row; no foreign key, it may be gone
    digest = models.CharField(max_length=64)  # of that row
    at = models.DateTimeField(default=timezone.now)
    seal = models.CharField(max_length=64)  # HMAC of the other columns
