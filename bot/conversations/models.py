"""The record's tables.

Three layers of text: `*_masked` may be read by people, `*_sealed` opens only with the conversation's data key, and what
must never be stored was replaced before it got here. Deleting a conversation deletes its key and everything below it.
"""

from __future__ import annotations

import secrets
import uuid
from contextlib import suppress

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property

from bot import sealing
from bot.conversations.quick_writes import QuickRow

SYNTHETIC = "synthetic-"  # keys of conversations that the worker has with itself begin so, see `synthetic`


def random_key() -> str:
    """A name that says nothing about anybody: 32 hexadecimal digits."""
    return secrets.token_hex(16)


class Conversation(QuickRow):
    """One resident on one channel. At most one worker owns it at a time: `owner`, until `lease_until`."""

    key = models.CharField(primary_key=True, max_length=32, default=random_key, editable=False)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=8, null=True)  # of its last answered turn
    data_key_sealed = models.BinaryField()
    started_at = models.DateTimeField(default=timezone.now)
    last_message_at = models.DateTimeField(default=timezone.now)
    dispose_after = models.DateField(db_index=True)  # the day, where the city is, on which it goes at the latest
    due_at = models.DateTimeField(null=True)  # when its oldest unanswered message may be tried (again); None: nothing waits
    owner = models.CharField(max_length=80, default="", blank=True)
    lease_until = models.DateTimeField(null=True)
    expects_private = models.BooleanField(default=False)  # a form is open that asks for what only its resident may read
    lease_number = models.BigIntegerField(default=0)  # grows with each claim: a worker holding an older one may not write

    @property
    def is_synthetic(self) -> bool:
        """Whether nobody but the worker itself asks: nothing of it is sent or counted."""
        return self.key.startswith(SYNTHETIC)

    @property
    def texted(self) -> bool:
        """Whether its resident reads plain text only: choices are numbered, a long answer comes in parts."""
        return self.channel == "sms"

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="conversation_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["-last_message_at", "key"], name="conversation_latest"),
        ]

    @cached_property
    def _data_key(self) -> bytes:
        return sealing.open_data_key(self.data_key_sealed, self.key)

    @property
    def opens(self) -> bool:
        """Whether its key can be had, without which nothing sealed of it can be read."""
        try:
            return bool(self._data_key)
        except sealing.SealError:
            return False

    def key_is_lost(self) -> bool:
        """Whether its key cannot be had though the master key is right.

        Raises `bot.sealing.SealError` when that one is wrong: then nothing of a conversation is given up.
        """
        if self.opens:
            return False
        with suppress(Route.DoesNotExist):  # it was given up before
            self.route.address()
        return True

    def seal(self, text: str, what: str) -> bytes:
        """`text` sealed with this conversation's key; `what` names the column, for example `inbound`."""
        return sealing.seal(text, self._data_key, f"{what}:{self.key}")

    def unseal(self, sealed: sealing.Sealed, what: str) -> str:
        """What `seal` sealed. Raises `bot.sealing.SealError`."""
        return sealing.unseal(sealed, self._data_key, f"{what}:{self.key}")

    def seal_bytes(self, content: bytes, what: str) -> bytes:
        """The same for what is no text."""
        return sealing.seal_bytes(content, self._data_key, f"{what}:{self.key}")

    def unseal_bytes(self, sealed: sealing.Sealed, what: str) -> bytes:
        """What `seal_bytes` sealed. Raises `bot.sealing.SealError`."""
        return sealing.unseal_bytes(sealed, self._data_key, f"{what}:{self.key}")


class Route(QuickRow):
    """The only place that knows an address (phone number, chat id, browser token), sealed with the master key."""

    channel = models.CharField(max_length=20)
    address_lookup = models.CharField(max_length=64)  # keyed HMAC of the address
    address_sealed = models.BinaryField()
    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="route")
    free_at = models.DateTimeField(null=True)  # nothing more is sent there before, see `pacing`

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address_lookup"], name="route_address")]

    def address(self) -> str:
        """Raises `bot.sealing.SealError`."""
        return sealing.unseal_with_master(self.address_sealed, f"route:{self.conversation_id}")


class Pace(models.Model):
    """When a channel as a whole may send again, see `pacing`."""

    channel = models.CharField(primary_key=True, max_length=20)
    free_at = models.DateTimeField()


class InboundMessage(QuickRow):
    """The inbox. In a conversation, `id` is the order. One row is one turn."""

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        APOLOGISED = "apologised"  # the assistant failed
        REFUSED = "refused"  # nothing to understand: empty, or a choice that no longer counts
        RATED = "rated"  # it said whether an answer helped
        PAUSED = "paused"  # the channel was paused, and its resident was told so

    turn_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="inbound")
    channel = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=100)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    text_masked = models.TextField()
    text_sealed = models.BinaryField()
    text_digest = models.CharField(max_length=64)  # keyed; tells a message sent again from another one under the same provider id
    location_sealed = models.BinaryField(null=True)  # the place that was shared: a `bot.messages.Place` as JSON
    choice = models.ForeignKey("Choice", on_delete=models.SET_NULL, null=True, related_name="+")  # what was tapped
    album = models.CharField(max_length=64, default="", blank=True)  # the same for photos that were sent together, see `albums`
    notices = models.JSONField(default=list)  # sentences owed to the resident besides the answer: cut, card_removed, ...
    refusal = models.CharField(max_length=40, default="", blank=True)  # the sentence that answers it without the assistant
    private = models.BooleanField(default=False)  # about the resident's own bills: masked strictly, and gone when they say "forget this"
    forget_number = models.BooleanField(default=False)  # a number that may be a SIN leaves the sealed text with the turn
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="", blank=True)
    language = models.CharField(max_length=8, null=True)  # as the channel hints, then of the answer

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "provider_id"], name="inbound_provider_id")]
        indexes = [
            models.Index(fields=["conversation", "id"], name="inbound_order"),
            models.Index(fields=["conversation", "id"], name="inbound_pending", condition=Q(state="pending")),
        ]


class Media(models.Model):
    """A photo of a resident. Until it is `ready` it is as it came, or still at its provider; then it is a clean JPEG, see `media`."""

    id = models.CharField(primary_key=True, max_length=32, default=random_key, editable=False)  # its address: nobody can guess it
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="media")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="media")
    position = models.PositiveSmallIntegerField()
    ready = models.BooleanField(default=False)
    reference_sealed = models.BinaryField(null=True)  # what its provider finds it by, while it is still there
    content_sealed = models.BinaryField(null=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbound", "position"], name="media_once")]


class Chart(models.Model):
    """A picture of numbers that an answer showed, see `charts`."""

    id = models.CharField(primary_key=True, max_length=32, default=random_key, editable=False)  # its address: nobody can guess it
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="charts")
    content_sealed = models.BinaryField()  # what somebody asked about is theirs, even though the numbers are everybody's
    expires_at = models.DateTimeField(db_index=True)


class TurnDetails(QuickRow):
    """What the assistant understood and did in a turn, masked: shapes as in docs/architecture.md, "The turn"."""

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, primary_key=True, related_name="details")
    understood = models.JSONField(default=list)
    actions = models.JSONField(default=list)
    slots_changed = models.JSONField(default=list)
    ms = models.PositiveIntegerField()


class Feedback(models.Model):
    """That the answer to a turn was asked about, and what the resident said."""

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, primary_key=True, related_name="feedback")
    subject = models.CharField(max_length=100)  # the label of what was answered: article/garbage_missed, collection_day
    asked_at = models.DateTimeField(default=timezone.now)
    helped = models.BooleanField(null=True)  # None: they did not say
    voted_at = models.DateTimeField(null=True)


class Visit(QuickRow):
    """What a resident wrote in one go, as the measures count a conversation: half an hour of silence ends it. See `visits`."""

    class Outcome(models.TextChoices):
        ANSWERED = "answered"  # an article
        LOOKED_UP = "looked_up"
        REPORTED = "reported"
        HANDED_OVER = "handed_over"  # to people, or to a body that is not the city
        OFFERED = "offered"  # choices, and none was taken
        GIVEN_UP = "given_up"  # something was asked back and not answered
        EMERGENCY = "emergency"
        FAILED = "failed"  # an apology, or silence
        TALKED = "talked"  # a greeting, thanks, a command: nothing was needed

    class Needs(models.TextChoices):
        """Why staff should look at it, the most pressing one."""

        EMERGENCY = "emergency"
        DISLIKED = "disliked"
        FAILED = "failed"  # an apology, or a city system that did not answer
        LOST = "lost"
        TORN = "torn"
        NOTHING = ""

    class Review(models.TextChoices):
        NEW = "new"
        FOLLOW_UP = "follow_up"
        REVIEWED = "reviewed"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="visits")
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=8, null=True)
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    turns = models.PositiveIntegerField(default=0)  # messages of the resident
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.TALKED)
    returned_at = models.DateTimeField(null=True)  # when its resident wrote again within a day of its end
    needs = models.CharField(max_length=10, choices=Needs.choices, default=Needs.NOTHING, blank=True)
    weight = models.FloatField(default=0)  # doubt times harm of its most pressing turn
    helped = models.BooleanField(null=True)  # the last vote in it
    review = models.CharField(max_length=10, choices=Review.choices, default=Review.NEW)
    reviewed_by = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    assigned_to = models.CharField(max_length=150, blank=True)
    version = models.CharField(max_length=20, null=True)  # that answered its last turn but votes, as in `TurnSummary`

    class Meta:
        indexes = [
            # Lists read this and no row of the table, whatever they are narrowed to: newest first, all that a visit is asked for.
            models.Index(
                fields=["-last_at", "-id", "needs", "review", "outcome", "channel", "language", "helped", "turns", "assigned_to"],
                name="visit_list",
            ),
            models.Index(fields=["-last_at"], name="visit_follow_up", condition=Q(review="follow_up")),
            models.Index(fields=["conversation", "-id"], name="visit_of_conversation"),
        ]


class TurnSummary(QuickRow):
    """What lists and numbers need of a turn that is over, in columns; `TurnDetails` has the whole. Goes with the conversation."""

    inbound = models.OneToOneField(InboundMessage, on_delete=models.CASCADE, primary_key=True, related_name="summary")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="summaries")
    at = models.DateTimeField()
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=8, null=True)
    label = models.CharField(max_length=100, blank=True)  # what it was understood as, most likely: article/garbage_missed, collection_day
    topic = models.CharField(max_length=60, blank=True)  # what the label is about: the topic of its article, or its task
    confidence = models.FloatField(null=True)
    certainty = models.CharField(max_length=4, blank=True)  # sure, torn, lost; empty: nothing was to be understood
    outcome = models.CharField(max_length=12, choices=Visit.Outcome.choices)
    needs = models.CharField(max_length=10, choices=Visit.Needs.choices, blank=True)
    weight = models.FloatField(default=0)
    helped = models.BooleanField(null=True)
    call_failed = models.BooleanField(default=False)  # a city system did not answer as it should
    answered_ms = models.PositiveIntegerField(null=True)  # from taking the message in to handing the first reply to its channel
    version = models.CharField(max_length=20, null=True)  # `bot.publishing.versions.name` of what answered; None: from before it was noted

    class Meta:
        indexes = [
            models.Index(fields=["visit", "inbound"], name="summary_of_visit"),
            models.Index(fields=["label", "-at"], name="summary_label"),
            models.Index(fields=["topic", "visit"], name="summary_topic"),
            models.Index(fields=["confidence", "visit"], name="summary_confidence"),
            models.Index(fields=["at"], name="summary_at"),
        ]


class OutboundMessage(QuickRow):
    """The outbox. `body_sealed` is a `bot.messages.Message` as JSON whose choices hold tokens."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        FAILED = "failed"
        HELD = "held"  # the rest of a long text: sent when the resident asks for more, else never

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="outbound")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="replies")
    position = models.PositiveSmallIntegerField()
    body_sealed = models.BinaryField()
    text_masked = models.TextField()
    parts_masked = models.JSONField(default=dict)  # what it holds beside the text, see `reply_parts`
    segments = models.PositiveSmallIntegerField(default=1)  # as a text message's provider counts and bills them
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=100, default="", blank=True)
    delivery = models.CharField(max_length=20, default="", blank=True)  # what became of it, in the provider's words: delivered, failed, …
    error_code = models.CharField(max_length=20, default="", blank=True)  # the provider's reason why not, or UNDER_WAY
    asked_at = models.DateTimeField(null=True)  # when the provider, silent for long, was asked what became of it

    class Meta:
        constraints = [models.UniqueConstraint(fields=["inbound", "position"], name="outbound_once")]
        indexes = [
            models.Index(fields=["conversation", "id"], name="outbound_order"),
            models.Index(fields=["id"], name="outbound_pending", condition=Q(state="pending")),
        ]


class Choice(QuickRow):
    """A choice as offered: the token is all that leaves the system; `sealed` holds title and payload."""

    token = models.CharField(primary_key=True, max_length=40)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="choices")
    inbound = models.ForeignKey(InboundMessage, on_delete=models.CASCADE, related_name="offered")
    position = models.PositiveSmallIntegerField(default=0)  # in its turn, from 0: the number it has in a text message, less one
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class OptOut(models.Model):
    """An address that wants no more messages. Outlives its conversation; holds the keyed HMAC of the address, never the address."""

    class Source(models.TextChoices):
        RESIDENT = "resident"  # wrote so
        PROVIDER = "provider"  # its provider says so

    channel = models.CharField(max_length=20)
    address_lookup = models.CharField(max_length=64)
    source = models.CharField(max_length=10, choices=Source.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address_lookup"], name="opt_out_address")]


class Suppression(models.Model):
    """An address that messages do not reach, see `suppressions`. Outlives its conversation; holds no address, as `OptOut`."""

    channel = models.CharField(max_length=20)
    address_lookup = models.CharField(max_length=64)
    failures = models.PositiveSmallIntegerField(default=0)  # in a row
    code = models.CharField(max_length=20)  # the provider's reason for the last one
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)  # nothing is sent before; None: it may still be a passing trouble

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address_lookup"], name="suppression_address")]


class SetAside(models.Model):
    """A message that was dealt with and is not in the inbox, by nothing but its provider's id: whoever brings it again is too late."""

    channel = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "provider_id"], name="set_aside_once")]


class Submission(models.Model):
    """Something asked of a city system that must not happen twice. Written before the call, see `submissions`."""

    class State(models.TextChoices):
        STARTED = "started"
        DONE = "done"
        UNKNOWN = "unknown"  # the call may or may not have arrived

    key = models.CharField(primary_key=True, max_length=200)
    conversation = models.CharField(max_length=64, db_index=True)  # no foreign key: Rasa's own tests have no conversation row
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    reference = models.CharField(max_length=100, default="", blank=True)  # the city's number for it
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    turn = models.UUIDField(null=True)  # the `turn_id` of the turn that asked for it last, see `late_reports`
    told_at = models.DateTimeField(null=True)  # when words that say it is done were committed

    class Meta:
        indexes = [
            models.Index(fields=["turn"], name="submission_untold", condition=Q(turn__isnull=False, told_at__isnull=True)),
        ]


class BillVerification(models.Model):
    """A one-time code is on its way: which verification of the billing gateway it belongs to, see `bill_access`."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, primary_key=True, related_name="bill_verification")
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    verification_sealed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)


class BillSession(models.Model):
    """That a resident has shown whose account it is: what the billing gateway lets them read with, see `bill_access`."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="bill_sessions")
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    token_sealed = models.BinaryField()
    used_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind"], name="bill_session_once")]


class Attempts(models.Model):
    """How often something was tried lately, see `attempts`. Outlives its conversation; holds but a keyed HMAC of what is counted."""

    key = models.CharField(primary_key=True, max_length=64)
    times = models.JSONField(default=list)  # of the tries that still count, in seconds since 1970, oldest first
    locks = models.PositiveSmallIntegerField(default=0)  # how often it was locked: each lasts twice as long as the one before
    locked_until = models.DateTimeField(null=True)
    at = models.DateTimeField(db_index=True)  # of the last try


class Heartbeat(models.Model):
    """A process that has no address of its own to ask for its health."""

    process = models.CharField(primary_key=True, max_length=80)
    name = models.CharField(max_length=20, db_index=True)
    at = models.DateTimeField()


class Leadership(models.Model):
    """Who does what only one process may do, until when."""

    name = models.CharField(primary_key=True, max_length=40)
    owner = models.CharField(max_length=80)
    until = models.DateTimeField()


class Disposal(models.Model):
    """That conversations were disposed of, why, and how many; nothing of what they held."""

    class Reason(models.TextChoices):
        TIME = "time"  # the retention schedule
        RESIDENT = "resident"  # their wish
        STAFF = "staff"  # `by` decided so

    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=10, choices=Reason.choices, default=Reason.TIME)
    by = models.CharField(max_length=150, default="", blank=True)
    conversations = models.PositiveIntegerField()
    messages = models.PositiveIntegerField()


class Notice(models.Model):
    """What every resident reads first while it is in force, see `switches`. `texts`: by language, all of the city's. Never changed."""

    texts = models.JSONField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)  # brought forward to end it early
    by = models.CharField(max_length=150)


class NoticeShown(models.Model):
    """When a conversation last got a notice, see `notices`."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "notice"], name="notice_shown_once")]


class SwitchedOff(models.Model):
    """What is not answered for now: an article by its id, a topic by the name of its file, or a class of risk. See `switches`."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        TOPIC = "topic"
        RISK = "risk"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="switched_off_once")]


class Pause(models.Model):
    """A channel whose residents get a message in the place of answers. `texts`: by language, all of the city's. See `pausing`."""

    channel = models.CharField(primary_key=True, max_length=20)
    texts = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=150)
